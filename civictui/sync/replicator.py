"""One algorithm for both ways: from a source to a target, batch by batch.

    changes feed -> what the target lacks -> the bodies -> into the target -> checkpoint

Pull is (remote, local), push is (local, remote). Nothing here knows which is which. Three batches
are under way at most: one is read, one written, and of one it is noted what became of it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from civictui.domain.errors import AnswerTooLarge, Unreachable
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, Endpoint, Seq, WriteFailure
from civictui.sync.checkpoint import Checkpoint
from civictui.sync.headway import Headway
from civictui.sync.pace import Pace


@dataclass(slots=True)
class Batch:
    """What one batch did, and how many documents the source says are still to come."""

    read: int = 0
    left: int | None = None
    named: list[tuple[str, str]] = field(default_factory=list)
    """(id, revision) of all that the source says it has."""
    written: list[tuple[str, str]] = field(default_factory=list)
    failures: list[WriteFailure] = field(default_factory=list)
    """Each of a revision that was in the batch."""
    absent: list[tuple[str, str]] = field(default_factory=list)
    """What the feed spoke of, and the source did not give."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The documents that the target lacks, and those that the source does not give."""

    docs: list[Doc]
    absent: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A page of the feed, and how long it took; its bodies where the target is not asked."""

    page: Changes
    bodies: Bodies | None
    seconds: float


OnBatch = Callable[[Batch], Awaitable[None]]
Watch = Callable[[Sequence[Doc]], Awaitable[None]]


async def _nothing() -> None:
    """What there is to settle before the first batch."""


async def _unwatched(_: Sequence[Doc]) -> None:
    """Whatever comes may be written."""


class Replicator:
    """A replication that can be run again and again.

    Without a checkpoint it reads the source's feed from the beginning each time, and sends without
    asking first what the target has: right for a feed that holds nothing but what is still to be
    sent, and safe, because storing a revision twice is storing it once. `watch` is awaited with the
    documents of a batch before they are written, and may raise; `on_batch` after they are durable
    in the target and before its checkpoint is written.
    """

    def __init__(
        self,
        source: Endpoint,
        target: Endpoint,
        on_batch: OnBatch,
        checkpoint: Checkpoint | None = None,
        watch: Watch = _unwatched,
    ) -> None:
        self._source = source
        self._target = target
        self._on_batch = on_batch
        self._checkpoint = checkpoint
        self._watch = watch
        self.pace = Pace()
        self.since: Seq | None = None

    async def begin(self) -> None:
        """Find out where to go on, unless that is known."""
        if self.since is None:
            self.since = await self._checkpoint.read() if self._checkpoint else 0

    async def run(self, first: Changes | None = None) -> int:
        """Bring the target up to date; returns how many revisions were written.

        `first` is a page that was read already, of what came after `since`. Raises GatewayError
        for a feed without an end.
        """
        await self.begin()
        since, written = self.since or 0, 0
        headway = Headway(since)
        ahead = asyncio.ensure_future(self._read(since, first))
        settling: asyncio.Future[None] = asyncio.ensure_future(_nothing())
        try:
            while True:
                reading = await ahead
                more = _goes_on(reading.page, since)
                since = reading.page.last_seq
                if more:
                    headway.passed(since)
                    ahead = asyncio.ensure_future(self._read(since))
                batch = await self._write(reading)
                await settling
                settling = asyncio.ensure_future(self._settle(batch, since))
                written += len(batch.written)
                headway.wrote(reading.page, len(batch.written))
                if not more:
                    break
            await settling
        except asyncio.CancelledError:
            settling.cancel()
            raise
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, settling, return_exceptions=True)
        if self._checkpoint:
            await self._checkpoint.conclude()
        return written

    async def transfer(self, rows: Sequence[Change]) -> Batch:
        """Bring what these rows of the source's feed speak of into the target."""
        bodies = await self._lacking(rows)
        await self._watch(bodies.docs)
        return await self._put(rows, bodies)

    # --- reading -----------------------------------------------------------------------------

    async def _read(self, since: Seq, page: Changes | None = None) -> Reading:
        """What can be known without the target, so that the next page is asked for at once."""
        began = time.monotonic()
        if page is None:
            page = await self._page(since)
        bodies = await self._lacking(page.rows) if self._checkpoint is None else None
        return Reading(page, bodies, time.monotonic() - began)

    async def _page(self, since: Seq) -> Changes:
        """The next rows; where they are too large for one answer, fewer of them.

        A single one comes without its document, which is then asked for, and left out, by itself.
        """
        while True:
            try:
                return await self._source.changes(since, limit=self.pace.limit, include_docs=True)
            except Unreachable:
                self.pace.shrink()  # a link that always breaks after so much takes less
                raise
            except AnswerTooLarge:
                if not self.pace.shrink():
                    return await self._source.changes(since, limit=self.pace.limit)

    async def _lacking(self, rows: Sequence[Change]) -> Bodies:
        """The bodies that the target lacks: of the row where it has all, else by `bulk_get`."""
        offered = {row.id: list(row.revs) for row in rows}
        asks = self._checkpoint is not None and bool(rows)
        missing = await self._target.revs_diff(offered) if asks else offered
        docs: list[Doc] = []
        wanted: list[tuple[str, str]] = []
        for row in rows:
            for rev in missing.get(row.id, ()):
                whole = _whole(row, rev)
                if whole:
                    docs.append(whole)
                else:
                    wanted.append((row.id, rev))
        if not wanted:
            return Bodies(docs, [])
        got = await self._source.bulk_get(wanted)
        given = {(doc["_id"], doc["_rev"]) for doc in got}
        return Bodies(docs + got, [asked for asked in wanted if asked not in given])

    # --- writing -----------------------------------------------------------------------------

    async def _write(self, reading: Reading) -> Batch:
        """One batch into the target."""
        rows, began = reading.page.rows, time.monotonic()
        if not rows:
            return Batch()
        bodies = reading.bodies or await self._lacking(rows)
        await self._watch(bodies.docs)
        batch = await self._put(rows, bodies)
        batch.left = reading.page.pending
        self.pace.took(batch.read, max(reading.seconds, time.monotonic() - began))
        return batch

    async def _settle(self, batch: Batch, sequence: Seq) -> None:
        """What follows when a batch is durable, while the next one is being written."""
        if batch.read:
            await self._on_batch(batch)
        if self._checkpoint is None:
            return  # the feed is read anew each time
        if batch.read:
            self._count(self._checkpoint, batch)
            await self._checkpoint.write(sequence)
        self.since = sequence

    async def _put(self, rows: Sequence[Change], bodies: Bodies) -> Batch:
        """Living revisions before tombstones: what settles a conflict comes after its winner."""
        named = [(row.id, rev) for row in rows for rev in row.revs]
        batch, docs = Batch(read=len(rows), named=named, absent=bodies.absent), bodies.docs
        if any("_deleted" in doc for doc in docs):
            docs.sort(key=_is_tombstone)
        try:
            refusals = await self._target.bulk_docs(docs) if docs else []
        except (AnswerTooLarge, Unreachable):
            self.pace.shrink()
            raise
        sent = [(doc["_id"], doc["_rev"]) for doc in docs]
        batch.failures = _each(refusals, sent)
        refused = {(failure.id, failure.rev) for failure in batch.failures}
        batch.written = [written for written in sent if written not in refused]
        return batch

    def _count(self, checkpoint: Checkpoint, batch: Batch) -> None:
        entry = checkpoint.entry
        entry.docs_read += batch.read
        entry.docs_written += len(batch.written)
        entry.doc_write_failures += len(batch.failures)


def _goes_on(page: Changes, since: Seq) -> bool:
    """Whether there may be more behind this page. A server need not say how much is pending."""
    return bool(page.rows) and page.last_seq != since and page.pending != 0


def _each(refusals: Sequence[WriteFailure], sent: Sequence[tuple[str, str]]) -> list[WriteFailure]:
    """The refusals by revision. One that names no revision that was sent speaks of them all."""
    failures: list[WriteFailure] = []
    for refusal in refusals:
        revs = [rev for key, rev in sent if key == refusal.id]
        named = [refusal.rev] if refusal.rev in revs else revs
        failures += [replace(refusal, rev=rev) for rev in named]
    return failures


def _is_tombstone(doc: Doc) -> bool:
    return doc.get("_deleted") is True


def _whole(row: Change, rev: str) -> Doc | None:
    """The row's own document, if it is `rev` and a first generation: its history is itself.

    It is completed in place, not copied: nobody else reads the row's document.
    """
    doc = row.doc
    if doc is None or doc.get("_rev") != rev or "_attachments" in doc:
        return None
    generation, _, digest = rev.partition("-")
    if generation != "1" or not digest:
        return None
    doc["_revisions"] = {"start": 1, "ids": [digest]}
    return doc
