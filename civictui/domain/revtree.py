"""Pure revision trees, as CouchDB keeps them: parse, merge, leaves, winner, stem.

A revision is `generation-hash`. A tree maps each known revision to its parent; a revision whose
parent is unknown (the first one, or one whose past was cut off) has None. Trees are never changed
in place: every function that adds or removes returns a new one.

Source: the replication protocol of Apache CouchDB, and its rule for the winning revision.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

REVS_LIMIT = 1000
"""How many ancestors a leaf keeps, as in CouchDB's default."""


MOST_GENERATION = 10_000_000
"""The highest generation that is taken from elsewhere; what can be written has room above it."""


class BadRevision(ValueError):
    """A string that is no revision."""


def parse(rev: str) -> tuple[int, str]:
    """Split `3-abc` into (3, "abc")."""
    number, dash, digest = rev.partition("-")
    plain = number.isascii() and number.isdigit() and not number.startswith("0")
    if not (dash and digest and plain and len(number) < 10):
        raise BadRevision(f"{rev!r} is no revision")
    return int(number), digest


def next_revision(parent: str | None, deleted: bool, body: Mapping[str, Any]) -> str:
    """The name of the revision that `body` makes on top of `parent`.

    Computed from the content alone: the same edit made twice, on one terminal or on two,
    is the same revision.
    """
    canonical = json.dumps(
        [parent, deleted, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    digest = hashlib.md5(canonical.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    generation = parse(parent)[0] + 1 if parent else 1
    return f"{generation}-{digest.hexdigest()}"


def path_of(start: int, digests: Sequence[str]) -> list[str]:
    """Turn `_revisions: {start, ids}` into revisions, the newest first."""
    if not digests or start < len(digests):
        raise BadRevision("a revision history is shorter than its generation")
    return [f"{start - i}-{digest}" for i, digest in enumerate(digests)]


def identity_of(doc: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    """Id, revision and ancestry of a document from elsewhere. Raises BadRevision."""
    key, rev = doc.get("_id"), doc.get("_rev")
    if not isinstance(key, str) or not key or key.startswith("_"):
        raise BadRevision("a document's id is a string that does not begin with an underscore")
    if not isinstance(rev, str):
        raise BadRevision("a replicated document has a revision")
    if parse(rev)[0] > MOST_GENERATION:
        raise BadRevision("no document was changed that often")
    history = doc.get("_revisions")
    if not isinstance(history, dict):
        return key, rev, [rev]
    start, digests = history.get("start"), history.get("ids")
    if not isinstance(start, int) or not isinstance(digests, list):
        raise BadRevision("a revision history is {start, ids}")
    if not all(isinstance(digest, str) and digest for digest in digests):
        raise BadRevision("a revision history is {start, ids}")
    path = path_of(start, digests)
    if path[0] != rev:
        raise BadRevision("the revision history belongs to another revision")
    return key, rev, path


@dataclass(frozen=True, slots=True)
class Node:
    parent: str | None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class RevTree:
    """All known revisions of one document."""

    nodes: Mapping[str, Node] = field(default_factory=dict)

    def __contains__(self, rev: object) -> bool:
        return rev in self.nodes

    def leaves(self) -> list[str]:
        """Revisions without a child, the winner first."""
        if len(self.nodes) == 1:
            return list(self.nodes)
        parents = {node.parent for node in self.nodes.values()}
        tips = [rev for rev in self.nodes if rev not in parents]
        return sorted(tips, key=self._rank, reverse=True)

    def winner(self) -> str:
        """The leaf that every replica shows: not deleted, then highest generation, then hash."""
        return self.leaves()[0]

    def conflicts(self) -> list[str]:
        """The living leaves that lost."""
        return [rev for rev in self.leaves()[1:] if not self.nodes[rev].deleted]

    def is_deleted(self, rev: str) -> bool:
        return self.nodes[rev].deleted

    def ancestry(self, rev: str) -> Iterator[str]:
        """`rev` and its known ancestors, the newest first."""
        current: str | None = rev
        while current is not None and current in self.nodes:
            yield current
            current = self.nodes[current].parent

    def fork(self, one: str, other: str) -> str | None:
        """The newest revision that both came from, or None where no common one is known."""
        known = set(self.ancestry(one))
        return next((rev for rev in self.ancestry(other) if rev in known), None)

    def without(self, revs: set[str]) -> "RevTree":
        """The tree without these revisions and all that came from them."""
        gone = set(revs)
        for rev in sorted(self.nodes, key=parse):
            if self.nodes[rev].parent in gone:
                gone.add(rev)
        return RevTree({rev: node for rev, node in self.nodes.items() if rev not in gone})

    def revisions(self, rev: str) -> dict[str, Any]:
        """The `_revisions` field of `rev`."""
        digests = [parse(ancestor)[1] for ancestor in self.ancestry(rev)]
        return {"start": parse(rev)[0], "ids": digests}

    def merge(self, path: Sequence[str], deleted: bool = False) -> "RevTree":
        """Add the revision `path[0]` with its ancestors `path[1:]`; known ones are joined to."""
        nodes = dict(self.nodes)
        for i, rev in enumerate(path):
            parent = path[i + 1] if i + 1 < len(path) else None
            known = nodes.get(rev)
            if known is None:
                nodes[rev] = Node(parent, deleted and i == 0)
            elif known.parent is None and parent is not None:
                nodes[rev] = Node(parent, known.deleted)
            else:
                break  # what lies below is known already
        return RevTree(nodes)

    def stem(self, limit: int = REVS_LIMIT) -> "RevTree":
        """Cut off what lies more than `limit` revisions below every leaf."""
        if len(self.nodes) <= limit:
            return self
        kept: set[str] = set()
        for leaf in self.leaves():
            for depth, rev in enumerate(self.ancestry(leaf)):
                if depth >= limit:
                    break
                kept.add(rev)
        if len(kept) == len(self.nodes):
            return self
        return RevTree(
            {
                rev: node if node.parent in kept else Node(None, node.deleted)
                for rev, node in self.nodes.items()
                if rev in kept
            }
        )

    def missing(self, revs: Iterable[str]) -> list[str]:
        return [rev for rev in revs if rev not in self.nodes]

    def possible_ancestors(self, revs: Iterable[str]) -> list[str]:
        """Known leaves of a lower generation than the newest of `revs`."""
        newest = max((parse(rev)[0] for rev in revs), default=0)
        return [rev for rev in self.leaves() if parse(rev)[0] < newest]

    def _rank(self, rev: str) -> tuple[bool, int, str]:
        return (not self.nodes[rev].deleted, *parse(rev))

    def to_list(self) -> list[list[Any]]:
        """Compact form for a record: [revision, index of the parent or -1, 1 if deleted]."""
        order = sorted(self.nodes, key=parse)
        index = {rev: i for i, rev in enumerate(order)}
        return [
            [rev, index.get(self.nodes[rev].parent or "", -1), int(self.nodes[rev].deleted)]
            for rev in order
        ]

    @classmethod
    def from_list(cls, rows: Sequence[Sequence[Any]]) -> "RevTree":
        names = [row[0] for row in rows]
        return cls(
            {
                rev: Node(names[parent] if parent >= 0 else None, bool(deleted))
                for rev, parent, deleted in rows
            }
        )
