"""One document as its row keeps it: the tree of its revisions, the bodies of its leaves, its marks.

    {"s": sequence, "t": tree, "b": {index of a leaf: body}, "p": [revisions to be sent],
     "c": [revisions that travel in the history of one of those],
     "d": [those of "p" that the server had once and may have forgotten]}

Bodies are kept for leaves, and for what is to be sent, and have no `_id`; `p`, `c` and
`d` are absent when empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from civictui.codec import Shape
from civictui.domain.merge import MERGED_INTO, WITHDRAWN_BY
from civictui.domain.model import Doc
from civictui.domain.ports import Change
from civictui.domain.revtree import RevTree, parse

B = TypeVar("B")


class GlimpsedRow(Shape, Generic[B]):
    """A row of which each body is only glimpsed, and the tree not built."""

    s: int
    t: list[tuple[str, int, int]]
    b: dict[str, B]
    p: tuple[str, ...] = ()

    @property
    def usual(self) -> B | None:
        """The body of a document with one leaf, neither deleted nor marked.

        Every leaf has a body, so that one body means one leaf.
        """
        if len(self.b) != 1 or self.p:
            return None
        ((index, body),) = self.b.items()
        return None if self.t[int(index)][2] else body


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One document with all that is known of it."""

    id: str
    sequence: int
    tree: RevTree
    bodies: Mapping[str, Doc]
    pending: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    """Revisions that were edited before they were sent: they go up in the history of another."""
    doubted: tuple[str, ...] = ()
    """Of the pending ones those that the server had: they are sent again, and never taken back."""

    @classmethod
    def from_row(cls, key: str, row: Mapping[str, Any]) -> "StoredDocument":
        names = [entry[0] for entry in row["t"]]
        bodies = {names[int(index)]: body for index, body in row["b"].items()}
        marks = (tuple(row.get(name, ())) for name in ("p", "c", "d"))
        return cls(key, row["s"], RevTree.from_list(row["t"]), bodies, *marks)

    def to_row(self) -> Doc:
        tree = self.tree.to_list()
        row: Doc = {
            "s": self.sequence,
            "t": tree,
            "b": {
                str(i): self.bodies[entry[0]]
                for i, entry in enumerate(tree)
                if entry[0] in self.bodies
            },
        }
        for name, marks in (("p", self.pending), ("c", self.carried), ("d", self.doubted)):
            if marks:
                row[name] = list(marks)
        return row

    def doc(self, rev: str, *, revisions: bool = False) -> Doc | None:
        """The body of `rev` with its underscore fields, or None where it is not kept."""
        body = self.bodies.get(rev)
        if body is None:
            return None
        doc: Doc = {"_id": self.id, "_rev": rev, **body}
        if self.tree.is_deleted(rev):
            doc["_deleted"] = True
        if revisions:
            doc["_revisions"] = self.tree.revisions(rev)
        return doc

    def shown(self) -> Doc | None:
        """The winning document, or None where it is a tombstone.

        What was made here and is not yet acknowledged stays in sight, whatever a server says.
        """
        winner = self.tree.winner()
        if self.tree.is_deleted(winner):
            waiting = [rev for rev in self.pending if not self.tree.is_deleted(rev)]
            return self.doc(waiting[-1]) if waiting else None
        return self.doc(winner)

    @property
    def to_send(self) -> tuple[str, ...]:
        """What is marked, tombstones last: a server must not see a document without a version."""
        return tuple(sorted(self.pending, key=self.tree.is_deleted))

    @property
    def living(self) -> list[str]:
        """The leaves that are no tombstones, the winner first."""
        return [rev for rev in self.tree.leaves() if not self.tree.is_deleted(rev)]

    def withdrawals(self) -> list[str]:
        """Tombstones by which somebody withdrew what somebody else was editing.

        A tombstone that ends a merged version is none; that of a program that does not say which
        is one where it deletes the very version from which the winner came.
        """
        leaves = self.tree.leaves()
        winner = leaves[0]
        if len(leaves) == 1 or self.tree.is_deleted(winner):
            return []
        return [rev for rev in leaves if self._is_withdrawal(rev, winner)]

    def _is_withdrawal(self, rev: str, winner: str) -> bool:
        body = self.bodies.get(rev, {})
        if not self.tree.is_deleted(rev) or MERGED_INTO in body:
            return False
        fork = self.tree.fork(winner, rev)
        return fork is not None and (WITHDRAWN_BY in body or self.tree.nodes[rev].parent == fork)

    def merged_ancestor(self, one: str, other: str) -> str | None:
        """The newest version that is in the past of one and was merged into the past of the other.

        Its words are in both, though the tree does not say so.
        """
        pasts = [set(self.tree.ancestry(rev)) for rev in (one, other)]
        found = []
        for leaf, body in self.bodies.items():
            target, parent = body.get(MERGED_INTO), self.tree.nodes[leaf].parent
            if any(parent in past and target in rest for past, rest in (pasts, pasts[::-1])):
                found.append(str(parent))
        return max(found, key=parse, default=None)

    @property
    def contested(self) -> bool:
        """Whether a person has something to settle, if it cannot be merged."""
        return len(self.bodies) > 1 and (len(self.living) > 1 or bool(self.withdrawals()))

    def with_revision(self, path: Sequence[str], deleted: bool, body: Doc) -> "StoredDocument":
        tree = self.tree.merge(path, deleted).stem()
        bodies = {**self.bodies, path[0]: body}
        if len(bodies) > 1:
            kept = {*tree.leaves(), *self.pending}
            bodies = {rev: old for rev, old in bodies.items() if rev in kept}
        return StoredDocument(
            self.id, self.sequence, tree, bodies, self.pending, self.carried, self.doubted
        )

    def at(self, sequence: int) -> "StoredDocument":
        """The same at another place in the changes feed; for a whole page `replace` is slow."""
        return StoredDocument(
            self.id, sequence, self.tree, self.bodies, self.pending, self.carried, self.doubted
        )

    def written(self, rev: str, parent: str | None, deleted: bool, body: Doc) -> "StoredDocument":
        """With a revision made here, marked to be sent.

        A parent that waits itself travels in the history of its child.
        """
        path = [rev, *(self.tree.ancestry(parent) if parent else ())]
        waiting = tuple(mark for mark in self.pending if mark != parent)
        never_sent = parent in self.pending and parent not in self.doubted
        carried = (*self.carried, str(parent)) if never_sent else self.carried
        doubted = tuple(mark for mark in self.doubted if mark != parent)
        marked = replace(self, pending=(*waiting, rev), carried=carried, doubted=doubted)
        return marked.with_revision(path, deleted, body)

    def marked(self, rev: str, *, again: bool) -> "StoredDocument":
        """With this revision to be sent; `again` where the server had it."""
        if rev not in self.bodies or rev in self.pending:
            return self
        doubted = (*self.doubted, rev) if again else self.doubted
        return replace(self, pending=(*self.pending, rev), doubted=doubted)

    @property
    def unsent(self) -> tuple[str, ...]:
        """The pending revisions that the server never had."""
        return tuple(rev for rev in self.pending if rev not in self.doubted)

    def without_unsent(self, bodies: Mapping[str, Doc]) -> "StoredDocument":
        """As if what the server has not taken had never been made.

        What becomes a leaf again has its body from `bodies`, or none.
        """
        tree = self.tree.without({*self.unsent, *self.carried})
        known = {**bodies, **self.bodies}
        kept = {rev: known[rev] for rev in (*tree.leaves(), *self.doubted) if rev in known}
        return replace(self, tree=tree, bodies=kept, pending=self.doubted, carried=())

    def without_marks(self, revs: set[str]) -> "StoredDocument":
        """These revisions are acknowledged; of those that are no leaves the body goes."""
        left = tuple(mark for mark in self.pending if mark not in revs)
        taken = {rev for mark in revs if mark in self.tree for rev in self.tree.ancestry(mark)}
        carried = tuple(rev for rev in self.carried if rev not in taken)
        kept = {*self.tree.leaves(), *left}
        bodies = {rev: body for rev, body in self.bodies.items() if rev in kept}
        doubted = tuple(mark for mark in self.doubted if mark in left)
        return replace(self, pending=left, carried=carried, doubted=doubted, bodies=bodies)


def only_revision(row: Mapping[str, Any]) -> str | None:
    """The revision of a document that has one alone, living; None for any other."""
    if len(row["t"]) != 1:
        return None
    ((rev, _, deleted),) = row["t"]
    return None if deleted else str(rev)


def revision_of(key: str, row: Mapping[str, Any], rev: str | None) -> Doc | None:
    """The document of `rev`, or the winning one, with `_revisions`; None where it is not kept."""
    only = only_revision(row)
    if only is not None and rev in {only, None}:
        start, digest = parse(only)
        history = {"start": start, "ids": [digest]}
        return {"_id": key, "_rev": only, **row["b"]["0"], "_revisions": history}
    stored = StoredDocument.from_row(key, row)
    return stored.doc(rev or stored.tree.winner(), revisions=True)


def change_of(key: str, row: Mapping[str, Any], include_docs: bool) -> Change:
    """The row of the changes feed for this document."""
    only = only_revision(row)
    if only is not None:
        doc = {"_id": key, "_rev": only, **row["b"]["0"]} if include_docs else None
        return Change(row["s"], key, (only,), False, doc)
    stored = StoredDocument.from_row(key, row)
    leaves = stored.tree.leaves()
    winner = stored.doc(leaves[0]) if include_docs else None
    return Change(stored.sequence, key, tuple(leaves), stored.tree.is_deleted(leaves[0]), winner)


def has_only_mark(row: Mapping[str, Any], rev: str) -> bool:
    """Whether this is the row of a document with one leaf, and nothing but `rev` is to be sent."""
    return len(row["b"]) == 1 and row.get("p") == [rev]


def without_mark(row: Mapping[str, Any]) -> Doc:
    """The row of such a document once it was sent, and with it what it carried."""
    return {name: row[name] for name in ("s", "t", "b")}
