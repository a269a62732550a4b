"""The embedded database: `storage.documents` behind the store's thread, with a bell for writes.

Sequences leave it as `<number>-<mark>`; the mark names this database, so that a sequence of another
one (a gateway set up anew, a second server) is refused instead of skipping documents.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from civictui.domain.model import Doc, is_report
from civictui.domain.ports import Change, Changes, Seq, WriteFailure
from civictui.gateway.database.arrivals import Arrival, arrived
from civictui.gateway.database.mentions import Mentions, pictures_in
from civictui.gateway.database.port import NAME
from civictui.gateway.database.restored import restored
from civictui.gateway.database.review import Known, Review, author_of, report_of, review
from civictui.gateway.database.scope import sees
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.problems import Problem, bad_request
from civictui.gateway.viewer import Viewer
from civictui.storage.documents import Documents
from civictui.storage.envelope import blind
from civictui.storage.stored_document import StoredDocument
from civictui.storage.tables import SealedDatabase
from civictui.storage.thread import StoreThread

_MARK_DIGITS = 8
_LONGEST_NUMBER = 15


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells this database from any other."""

    mark: str
    made: int
    """When it was made, in Unix seconds."""
    put_back: bool = False
    """Whether it is an earlier state of itself: then it may have forgotten documents."""

    @classmethod
    def of(cls, folder: GatewayFolder) -> "Identity":
        nonce = restored(folder)
        parts = (folder.store, nonce) if nonce else (folder.store,)
        mark = blind(folder.key("database/mark"), *parts).hex()[:_MARK_DIGITS]
        return cls(mark, folder.made, bool(nonce))

    def sequence(self, number: int) -> str:
        return f"{number}-{self.mark}"


class EmbeddedDatabase:
    """`Database` in this folder. Belongs to the event loop."""

    def __init__(self, thread: StoreThread, sealed: SealedDatabase, identity: Identity) -> None:
        self._thread = thread
        self._sealed = sealed
        self._mentions = Mentions()
        self._documents = Documents(sealed, self._mentions)
        self._transaction = sealed.transaction
        self._bell = asyncio.Event()
        self.identity = identity
        self.made = identity.made
        self.closing = False

    # --- waiting -----------------------------------------------------------------------------

    @property
    def bell(self) -> asyncio.Event:
        return self._bell

    def ring(self) -> None:
        self._bell.set()
        self._bell = asyncio.Event()

    def stop_waiting(self) -> None:
        self.closing = True
        self.ring()

    # --- questions ---------------------------------------------------------------------------

    async def info(self) -> Doc:
        counts = await self._thread.run(self._documents.info)
        return {
            "instance_start_time": str(self.identity.made),
            "db_name": NAME,
            "purge_seq": self.identity.sequence(0),
            "update_seq": self.identity.sequence(counts["update_seq"]),
            "props": {},
            "doc_del_count": counts["doc_del_count"],
            "doc_count": counts["doc_count"],
            "compact_running": False,
        }

    async def position(self, text: str) -> str:
        newest = await self._thread.run(lambda: self._documents.update_sequence)
        if text == "now":
            return self.identity.sequence(newest)
        number, dash, mark = text.partition("-")
        if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
            raise bad_request("Malformed sequence supplied in 'since' parameter.")
        since = int(number)
        if (dash or since) and (mark != self.identity.mark or since > newest):
            raise Problem(400, "foreign_sequence", "This sequence is of another database or area.")
        return self.identity.sequence(since)

    async def changes(
        self, since: str, limit: int, *, descending: bool = False, include_docs: bool = False
    ) -> Changes:
        number = int(since.partition("-")[0])
        found = await self._thread.run(
            self._documents.changes, number, limit, descending, include_docs
        )
        rows = [replace(row, seq=self._sequence(row.seq)) for row in found.rows]
        return Changes(rows, self._sequence(found.last_seq), found.pending)

    def _sequence(self, number: Seq) -> str:
        return self.identity.sequence(int(number))

    def _local(self, user: str, name: str) -> str:
        """A database that was put back knows no log of before: whoever replicates begins anew."""
        place = f"{self.identity.mark}/" if self.identity.put_back else ""
        return f"user/{place}{len(user)}/{user}/{name}"

    async def leaves(self, key: str) -> list[tuple[str, bool]]:
        return await self._thread.run(self._documents.leaves, key)

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, dict[str, list[str]]]:
        return await self._thread.run(self._documents.revs_diff, revs)

    async def bulk_get(self, wanted: Sequence[tuple[str, str | None]]) -> list[Doc | None]:
        return await self._thread.run(self._documents.bulk_get, wanted)

    async def naming(self, picture: str) -> list[str]:
        return await self._thread.run(self._naming, picture)

    async def earlier_updates(self, reports: Sequence[str], since: str) -> list[Change]:
        number = int(since.partition("-")[0])
        return await self._thread.run(self._earlier_updates, reports, number)

    async def get_local(self, user: str, name: str) -> Doc | None:
        return await self._thread.run(self._documents.get_local, self._local(user, name))

    # --- changes -----------------------------------------------------------------------------

    async def take_in(self, docs: Sequence[Doc], sender: Viewer) -> Arrival:
        arrival = await self._thread.run(self._take_in, docs, sender)
        if arrival.added:
            self.ring()
        return arrival

    async def bulk_docs(self, docs: Sequence[Doc], sender: Viewer) -> list[WriteFailure]:
        return (await self.take_in(docs, sender)).failures

    async def put_local(self, user: str, name: str, body: Doc) -> None:
        await self._thread.run(self._documents.put_local, self._local(user, name), body)

    async def drop_local(self, user: str, name: str) -> None:
        await self._thread.run(self._documents.drop_local, self._local(user, name))

    async def close(self) -> None:
        """When the store's thread has ended."""
        self._sealed.close()

    # --- in the store's thread ---------------------------------------------------------------

    def _take_in(self, docs: Sequence[Doc], sender: Viewer) -> Arrival:
        known = partial(self._known, sender)
        sorted_out = review(docs, sender, known, self._has, self._documents.get)
        if not sorted_out.accepted:
            return arrived(sorted_out)
        with self._transaction():
            self._note_authors(sorted_out)
            return arrived(sorted_out, self._documents.bulk_docs(sorted_out.accepted))

    def _note_authors(self, sorted_out: Review) -> None:
        """A tombstone proves no author; whose it is, and whose the document was, is kept beside."""
        for key, known in sorted_out.deleted.items():
            note = {"reportedBy": known.author, "withdrawn": sorted(known.withdrawn)}
            self._documents.put_local(_author(key), note)

    def _known(self, sender: Viewer, key: str) -> Known:
        leaves = self._documents.leaves(key)
        if not leaves:
            return Known(forgotten=self.identity.put_back)
        living = {rev for rev, deleted in leaves if not deleted}
        gone = {rev for rev, deleted in leaves if deleted}
        note = (self._documents.get_local(_author(key)) or {}) if gone else {}
        winner = self._documents.get(key) or note
        withdrawn = gone.intersection(note.get("withdrawn", ()))
        kind, shown = winner.get("type"), is_report(winner)
        visible = self._is_seen(sender, key)
        return Known(True, living, author_of(winner), kind, withdrawn, shown, visible)

    def _is_seen(self, sender: Viewer, key: str) -> bool:
        if sender.area is None:
            return True
        doc = self._winner(key)
        about = report_of(doc) if doc else None
        return doc is None or sees(sender, doc, self._winner(about) if about else None)

    def _winner(self, key: str) -> Doc | None:
        """The winning document, also where that is a tombstone."""
        return self._documents.bulk_get([(key, None)])[0]

    def _naming(self, picture: str) -> list[str]:
        ids = self._mentions.naming(picture)
        return [key for key in ids if picture in pictures_in(self._documents.get(key) or {})]

    def _earlier_updates(self, reports: Sequence[str], since: int) -> list[Change]:
        keys = {key for report in reports for key in self._mentions.about(report)}
        found = [stored for key in sorted(keys) if (stored := self._documents.stored(key))]
        return [self._row(stored) for stored in found if stored.living and stored.sequence <= since]

    def _row(self, stored: StoredDocument) -> Change:
        leaves = tuple(stored.tree.leaves())
        seq = self.identity.sequence(stored.sequence)
        return Change(seq, stored.id, leaves, doc=stored.doc(leaves[0]))

    def _has(self, key: str, rev: str) -> bool:
        return not self._documents.revs_diff({key: [rev]})


def _author(key: str) -> str:
    return f"author/{key}"
