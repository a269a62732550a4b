"""Documents on their way in: judged by what the backend has of them, then stored there.

A backend knows nothing of whose a report is, so everything that `review` asks is fetched first, and
nobody else here writes the same document until what was accepted is stored. Two gateways before one
database do not wait for each other: both judge by what is there, and their writes are a conflict.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from civictui.couchdb.endpoint import CouchEndpoint
from civictui.domain.model import Doc, is_report
from civictui.gateway.database.arrivals import NOTHING_YET, Arrival, arrived
from civictui.gateway.database.couchdb.faults import answered
from civictui.gateway.database.couchdb.leaves import NOTHING, Lookup, Tree
from civictui.gateway.database.couchdb.local_docs import LocalDocs
from civictui.gateway.database.couchdb.locks import DocumentLocks
from civictui.gateway.database.review import (
    Known,
    Refused,
    Review,
    author_of,
    report_of,
    review,
    wanted_ids,
)
from civictui.gateway.database.scope import sees
from civictui.gateway.viewer import Viewer

_DOCS_AT_ONCE = 100
"""What is judged together lies in memory with all its leaves."""


class Writing:
    """The one way in. Belongs to one event loop."""

    def __init__(self, remote: CouchEndpoint, lookup: Lookup, local: LocalDocs) -> None:
        self._remote = remote
        self._lookup = lookup
        self._local = local
        self._locks = DocumentLocks()

    async def take_in(self, docs: Sequence[Doc], sender: Viewer) -> Arrival:
        """As `Database.take_in`. Some may be stored although Problem 503 is raised."""
        arrival = NOTHING_YET
        for start in range(0, len(docs), _DOCS_AT_ONCE):
            batch = docs[start : start + _DOCS_AT_ONCE]
            async with self._locks.holding(wanted_ids(batch, targets=False)):
                arrival += await self._taken(batch, sender)
        return arrival

    async def _taken(self, docs: Sequence[Doc], sender: Viewer) -> Arrival:
        here = await self._here(docs, sender)
        sorted_out = review(docs, sender, here.known, here.has, here.kept)
        if not sorted_out.accepted:
            return arrived(sorted_out)
        # First: of a tombstone whose author nobody noted nobody could say whose it was.
        await self._note_authors(sorted_out)
        with answered():
            return arrived(sorted_out, await self._remote.bulk_docs(sorted_out.accepted))

    async def _here(self, docs: Sequence[Doc], sender: Viewer) -> "_Here":
        """What `review` will ask for."""
        limited = sender.area is not None
        trees = await self._lookup.many(wanted_ids(docs, targets=limited))
        if limited:
            about = {report_of(tree.winner) for tree in trees.values() if tree.winner}
            trees |= await self._lookup.many([key for key in about if key and key not in trees])
        gone = [key for key, tree in trees.items() if any(deleted for _, deleted in tree.leaves)]
        notes = await asyncio.gather(*(self._local.get(_author(key)) for key in gone))
        told = {key: note for key, note in zip(gone, notes, strict=True) if note}
        return _Here(sender, trees, told)

    async def _note_authors(self, sorted_out: Review) -> None:
        """A tombstone proves no author; whose it is, and whose the document was, is kept beside."""
        await asyncio.gather(
            *(
                self._local.put(
                    _author(key),
                    {"reportedBy": known.author, "withdrawn": sorted(known.withdrawn)},
                )
                for key, known in sorted_out.deleted.items()
            )
        )


@dataclass(frozen=True, slots=True)
class _Here:
    """What `review` is told: everything was fetched beforehand."""

    sender: Viewer
    trees: Mapping[str, Tree]
    notes: Mapping[str, Doc]
    """By id, whose a document was of which a leaf is a tombstone."""

    def has(self, key: str, rev: str) -> bool:
        """Raises Refused where that cannot be known."""
        tree = self.trees.get(key, NOTHING)
        if not tree.complete:
            raise Refused("unreadable", "What is stored of this document cannot be read.")
        return tree.has(rev)

    def kept(self, key: str, rev: str) -> Doc | None:
        return self.trees.get(key, NOTHING).doc(rev)

    def known(self, key: str) -> Known:
        tree = self.trees.get(key, NOTHING)
        if not tree.docs:
            return Known()
        living = {rev for rev, deleted in tree.leaves if not deleted}
        gone = {rev for rev, deleted in tree.leaves if deleted}
        note = self.notes.get(key, {})
        first = tree.docs[0]
        winner = note if first.get("_deleted") is True else first
        withdrawn = gone.intersection(note.get("withdrawn", ()))
        kind, shown = winner.get("type"), is_report(winner)
        visible = self._is_seen(first)
        return Known(True, living, author_of(winner), kind, withdrawn, shown, visible)

    def _is_seen(self, winner: Doc) -> bool:
        about = report_of(winner)
        report = self.trees.get(about, NOTHING).winner if about else None
        return sees(self.sender, winner, report)


def _author(key: str) -> str:
    return f"author-{hashlib.sha256(key.encode()).hexdigest()}"
