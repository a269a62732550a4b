"""What the backend has of a document: all of its leaves, with their bodies and ancestry."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from civictui.couchdb.answers import read_changes, read_open_revisions
from civictui.couchdb.endpoint import ANSWER_BYTES, CouchEndpoint, Requests
from civictui.couchdb.paths import is_plain_in_paths
from civictui.domain.model import Doc
from civictui.domain.ports import Change
from civictui.domain.revtree import identity_of, parse
from civictui.gateway.database.couchdb.faults import answered

IDS_AT_ONCE = 100
"""A CouchDB looks up so many ids in a filtered feed; for more it reads the feed through."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The leaves of one document, the winner first."""

    docs: tuple[Doc, ...] = ()
    complete: bool = True
    """Not where a leaf cannot be read: it is damaged there, or longer than any of ours."""

    @property
    def winner(self) -> Doc | None:
        return self.docs[0] if self.docs else None

    @property
    def leaves(self) -> list[tuple[str, bool]]:
        return [(doc["_rev"], _is_deleted(doc)) for doc in self.docs]

    def has(self, rev: str) -> bool:
        """Whether it is a leaf or the ancestor of one."""
        return any(rev in identity_of(doc)[2] for doc in self.docs)

    def doc(self, rev: str) -> Doc | None:
        """The document of a leaf."""
        return next((doc for doc in self.docs if doc["_rev"] == rev), None)


NOTHING = Tree()


class Lookup:
    """Asks the backend for leaves. Its methods raise Problem 503."""

    def __init__(self, requests: Requests, path: str, remote: CouchEndpoint) -> None:
        self._requests = requests
        self._path = path
        self._remote = remote

    async def one(self, key: str) -> Tree:
        """An unknown document has no leaves."""
        return (await self.many([key])).get(key, NOTHING)

    async def many(self, keys: Iterable[str]) -> dict[str, Tree]:
        """By id; unknown documents are not there.

        In two requests for a hundred, in one for one, if its id means nothing in a path.
        """
        askable = [key for key in keys if key and not key.startswith("_")]
        if len(askable) == 1 and is_plain_in_paths(askable[0]):
            docs = await self._open_revisions(askable[0])
            return {askable[0]: _tree(docs)} if docs else {}
        trees: dict[str, Tree] = {}
        for piece in _pieces(askable):
            trees |= await self._trees(await self._rows(piece))
        return trees

    async def ordered(self, rows: Sequence[Change]) -> list[Change]:
        """The rows of a feed that has the leaves in another order, the winner first."""
        trees = await self.many(row.id for row in rows if len(row.revs) > 1)
        return [_ordered(row, trees.get(row.id, NOTHING)) for row in rows]

    async def _open_revisions(self, key: str) -> list[Doc]:
        params = {"open_revs": "all", "revs": "true"}
        path = f"{self._path}/{quote(key, safe='')}"
        with answered():
            reply = await self._requests.request("GET", path, params=params)
            if reply.status == 404:
                return []
            if reply.status != 200:
                raise reply.refusal()
            return reply.read(lambda body: read_open_revisions(body, key))

    async def _rows(self, keys: Sequence[str]) -> Sequence[Change]:
        params = {"filter": "_doc_ids", "style": "all_docs"}
        with answered():
            reply = await self._requests.request(
                "POST",
                f"{self._path}/_changes",
                params=params,
                json={"doc_ids": list(keys)},
                cap=ANSWER_BYTES,
            )
            if reply.status != 200:
                raise reply.refusal()
            rows = reply.read(read_changes).rows
        return [row for row in rows if row.id in keys]

    async def _trees(self, rows: Sequence[Change]) -> dict[str, Tree]:
        wanted = [(row.id, rev) for row in rows for rev in row.revs]
        with answered():
            docs = await self._remote.bulk_get(wanted)
            found: dict[str, list[Doc]] = {row.id: [] for row in rows}
            for doc in docs:
                found[doc["_id"]].append(doc)
            return {row.id: _tree(found[row.id], len(set(row.revs))) for row in rows}


def _tree(docs: Sequence[Doc], leaves: int | None = None) -> Tree:
    """Raises BadRevision for documents that have no history."""
    for doc in docs:
        identity_of(doc)
    ordered = sorted(docs, key=_rank, reverse=True)
    return Tree(tuple(ordered), leaves is None or len(docs) == leaves)


def _rank(doc: Doc) -> tuple[bool, int, str]:
    return (not _is_deleted(doc), *parse(doc["_rev"]))


def _is_deleted(doc: Doc) -> bool:
    return doc.get("_deleted") is True


def _ordered(row: Change, tree: Tree) -> Change:
    if not tree.docs or not tree.complete:
        return row
    revs = tuple(rev for rev, _ in tree.leaves)
    return Change(row.seq, row.id, revs, row.deleted, row.doc)


def _pieces(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[i : i + IDS_AT_ONCE] for i in range(0, len(keys), IDS_AT_ONCE))
