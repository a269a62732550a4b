"""One algorithm for both ways: from a source to a target, batch by batch.

    changes feed -> what the target lacks -> the bodies -> into the target -> checkpoint

Pull is (remote, local), push is (local, remote). Nothing here knows which is which.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from civictui.domain.errors import AnswerTooLarge
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, Endpoint, Seq, WriteFailure
from civictui.domain.revtree import BadRevision, parse
from civictui.sync.checkpoint import Checkpoint

BATCH = 500
"""Documents a batch."""


@dataclass(slots=True)
class Batch:
    """What one batch did, and how many documents the source says are still to come."""

    read: int = 0
    left: int | None = None
    written: list[tuple[str, str]] = field(default_factory=list)
    failures: list[WriteFailure] = field(default_factory=list)


OnBatch = Callable[[Batch], Awaitable[None]]


class Replicator:
    """A replication that can be run again and again.

    Without a checkpoint it reads the source's feed from the beginning each time, and sends without
    asking first what the target has: right for a feed that holds nothing but what is still to be
    sent, and safe, because storing a revision twice is storing it once. `on_batch` is awaited
    after each batch is durable in the target and before its checkpoint is written.
    """

    def __init__(
        self,
        source: Endpoint,
        target: Endpoint,
        on_batch: OnBatch,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self._source = source
        self._target = target
        self._on_batch = on_batch
        self._checkpoint = checkpoint
        self._limit = BATCH
        self.since: Seq | None = None

    async def begin(self) -> None:
        """Find out where to go on, unless that is known."""
        if self.since is None:
            self.since = await self._checkpoint.read() if self._checkpoint else 0

    async def run(self) -> int:
        """Bring the target up to date; returns how many revisions were written."""
        await self.begin()
        since, written = self.since or 0, 0
        while True:
            page = await self._page(since)
            if page.rows:
                batch = await self.transfer(page.rows)
                batch.left = page.pending
                await self._on_batch(batch)
                written += len(batch.written)
            if page.last_seq == since:
                break
            since = page.last_seq
            if self._checkpoint:
                await self._checkpoint.write(since)
                self.since = since
            if page.pending == 0 or not page.rows:
                break
        return written

    async def _page(self, since: Seq) -> Changes:
        """The next rows; where they are too large for one answer, fewer of them."""
        while True:
            try:
                return await self._source.changes(since, limit=self._limit, include_docs=True)
            except AnswerTooLarge:
                if self._limit == 1:
                    raise
                self._limit = max(1, self._limit // 4)

    async def transfer(self, rows: Sequence[Change]) -> Batch:
        """Bring what these rows of the source's feed speak of into the target."""
        batch = Batch(read=len(rows))
        offered = {row.id: list(row.revs) for row in rows}
        missing = await self._target.revs_diff(offered) if self._checkpoint else offered
        docs = await self._bodies(rows, missing)
        batch.failures = await self._target.bulk_docs(docs) if docs else []
        refused = {failure.id for failure in batch.failures}
        batch.written = [(doc["_id"], doc["_rev"]) for doc in docs if doc["_id"] not in refused]
        return batch

    async def _bodies(self, rows: Sequence[Change], missing: dict[str, list[str]]) -> list[Doc]:
        """Bodies of the missing revisions: from the row where it has all, else by `bulk_get`."""
        docs: list[Doc] = []
        wanted: list[tuple[str, str]] = []
        for row in rows:
            for rev in missing.get(row.id, ()):
                whole = _whole(row, rev)
                if whole:
                    docs.append(whole)
                else:
                    wanted.append((row.id, rev))
        return docs + (await self._source.bulk_get(wanted) if wanted else [])


def _whole(row: Change, rev: str) -> Doc | None:
    """The row's own document, if it is `rev` and a first generation: its history is itself."""
    doc = row.doc
    if doc is None or doc.get("_rev") != rev or "_attachments" in doc:
        return None
    try:
        generation, digest = parse(rev)
    except BadRevision:
        return None
    if generation != 1:
        return None
    return {**doc, "_revisions": {"start": 1, "ids": [digest]}}
