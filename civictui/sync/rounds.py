"""One round of synchronisation, step by step; the loop and the command line both walk it.

Text goes up first, then what others wrote comes down, then pictures go up (thumbnails before large
ones), then thumbnails come down. Each step is resumable and safe to repeat.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from civictui.domain.errors import Refused
from civictui.domain.model import SyncPhase, now_text
from civictui.domain.ports import Clock, Endpoint, ObjectStore, OpenStore, Seq
from civictui.sync.checkpoint import Checkpoint, replication_id
from civictui.sync.replicator import Batch, Replicator
from civictui.sync.transfers import Told, Transfers

NEWEST_FIRST = 20
"""Documents that a first sync brings before all others, so that the list is of use at once."""

EVERYTHING = 1_000_000
REMEMBER_SECONDS = 30.0
"""A proof that is younger than this is not written anew."""
FOREIGN_SEQUENCE = "foreign_sequence"
FINAL = {"forbidden", "bad_request", "too_large", "unauthorized", "doc_validation"}
"""Codes of a document that will not be taken however often it is sent; others may pass."""

Step = Callable[[SyncPhase], Awaitable[None]]
"""Awaited when a step begins and whenever something was moved in it."""


@dataclass(slots=True)
class Moved:
    """What rounds have moved so far."""

    pulled: int = 0
    pushed: int = 0
    pictures_sent: int = 0
    pictures_fetched: int = 0


class Round:
    """The work between one store and one gateway, to be run again and again."""

    def __init__(
        self,
        store: OpenStore,
        remote: Endpoint,
        objects: ObjectStore,
        *,
        ids: tuple[str, str, str],
        step: Step,
        arrived: Told,
        clock: Clock,
    ) -> None:
        """`ids` are the identity of the remote database, that of the store, and this session's."""
        remote_id, store_id, session = ids
        self._store = store
        self._remote = remote
        self._step = step
        self._clock = clock
        self._phase = SyncPhase.PUSHING
        name = replication_id(remote_id, store_id)
        self._log = Checkpoint(remote, store.endpoint, name, session, store.stamp)
        self._pull = Replicator(remote, store.endpoint, self._after_pull, self._log)
        self._push = Replicator(store.marked, remote, self._after_push)
        self.transfers = Transfers(store, objects, self._sent_one, arrived)
        self.moved = Moved()
        self.done = self.total = 0
        """How far the step under way is; a total of 0 is one that nobody knows."""
        self._looked_back = False
        self._remembered: datetime | None = None

    @property
    def since(self) -> Seq:
        """The remote sequence up to which everything is here."""
        return self._pull.since or 0

    @property
    def rolled_back(self) -> bool:
        """Whether this store is an older copy of the one that the gateway knows."""
        return self._log.rolled_back

    async def run(self) -> None:
        """All steps. Raises GatewayError where the other side cannot go on; nothing is lost."""
        await self._look_back()
        await self._begin(SyncPhase.PUSHING)
        await self._push.run()
        await self._begin(SyncPhase.PULLING)
        await self._pull_all()
        await self._begin(SyncPhase.UPLOADING)
        self.total = len(await self._store.outbox.jobs())
        self.moved.pictures_sent += await self.transfers.send_all()
        wanted = await self._store.state.wanted_thumbnails()
        self.moved.pictures_fetched += await self.transfers.fetch(wanted)
        await self.proved()

    async def proved(self) -> None:
        """Both sides are the same now; the store remembers when, for the time without a link."""
        now, last = self._clock.now(), self._remembered
        if last is None or abs((now - last).total_seconds()) >= REMEMBER_SECONDS:
            await self._store.secrets.put("proved at", now_text(now))
            self._remembered = now

    async def left(self) -> bool:
        """Whether something is still to be sent that the server has not refused for good."""
        jobs = [job for job in await self._store.outbox.jobs() if not job.error]
        return bool(jobs or (await self._store.marked.changes(0, limit=EVERYTHING)).rows)

    async def fetch_pictures(self, budget: int | None) -> None:
        """Large pictures too, of the newest reports first, within `budget` bytes."""
        wanted = await self._store.state.wanted_pictures(budget)
        self.moved.pictures_fetched += await self.transfers.fetch(wanted)

    async def _look_back(self) -> None:
        """Once: a server that forgot what it had is offered everything of ours.

        Before the pull writes a new checkpoint, for that would hide what was forgotten.
        """
        if not self._looked_back:
            await self._pull.begin()
            if self._log.forgotten:
                await self._store.doubt()
            self._looked_back = True

    async def _pull_all(self) -> None:
        if not self._pull.since and not await self._store.reader.count():
            await self._pull_newest()
        try:
            written = await self._pull.run()
        except Refused as error:
            if error.code != FOREIGN_SEQUENCE:
                raise
            # The database behind the address is not the one that we know: from the beginning.
            await self._store.doubt()
            self._pull.since = 0
            await self._push.run()
            written = await self._pull.run()
        if written:
            self.transfers.forget_absent()

    async def _pull_newest(self) -> None:
        """A first look at the newest documents, outside the checkpoint: they come again, known."""
        page = await self._remote.changes(0, limit=NEWEST_FIRST, descending=True, include_docs=True)
        if page.rows:
            await self._after_pull(await self._pull.transfer(page.rows))

    async def _after_pull(self, batch: Batch) -> None:
        self.moved.pulled += len(batch.written)
        if batch.left is not None:
            self.done += batch.read
            self.total = self.done + batch.left
        await self._step(SyncPhase.PULLING)

    async def _after_push(self, batch: Batch) -> None:
        """What the server took loses its mark; what it refused for good is remembered."""
        self.moved.pushed += len(batch.written)
        await self._store.acknowledge(batch.written)
        if refused := [failure for failure in batch.failures if failure.error in FINAL]:
            await self._store.reject(refused)
        await self._step(SyncPhase.PUSHING)

    async def _sent_one(self, _: str) -> None:
        self.done += 1
        await self._step(self._phase)

    async def _begin(self, phase: SyncPhase) -> None:
        self._phase = phase
        self.done = self.total = 0
        await self._step(phase)
