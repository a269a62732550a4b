"""One round of synchronisation, step by step; the loop and the command line both walk it.

Text goes up first, then what others wrote comes down and is merged, then pictures go up (thumbnails
before large ones), then thumbnails come down. Each step is resumable and safe to repeat.
"""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from civictui.couchdb.log_count import LogLost
from civictui.domain.errors import (
    GatewayError,
    Refused,
    SessionExpired,
    SignInBlocked,
    Unreachable,
)
from civictui.domain.model import SyncPhase, now_text
from civictui.domain.ports import Change, Changes, Clock, Endpoint, ObjectStore, OpenStore, Seq
from civictui.sync.ancestry import replication_id
from civictui.sync.checkpoint import Checkpoint
from civictui.sync.deletions import DeletionWatch, HeldBack
from civictui.sync.left_out import LeftOut
from civictui.sync.lookout import Lookout
from civictui.sync.pictures.link_rules import LinkRules, Meter
from civictui.sync.pictures.transfers import Told, Transfers
from civictui.sync.progress import Moved, Progress, Step, Steps
from civictui.sync.replicator import Batch, Replicator

NEWEST_FIRST = 20
"""Documents that a first sync brings before all others, so that the list is of use at once."""

EVERYTHING = 1_000_000
REMEMBER_SECONDS = 30.0
"""A proof that is younger than this is not written anew."""
FOREIGN_SEQUENCE = "foreign_sequence"
PASSING = {"internal_server_error", "service_unavailable", "timeout", "unknown_error"}
"""Codes of a document that may be taken another time; with any other somebody has to look at it."""

Echo = Callable[[], Awaitable[Changes | None]]
"""Waits for the server's word on what was just sent to it."""


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
        meter: Meter | None = None,
    ) -> None:
        """`ids` are the identity of the remote database, that of the store, and this session's.

        Without a `meter` the link has no rules.
        """
        remote_id, store_id, session = ids
        self._store = store
        self._remote = remote
        self._steps = Steps(step)
        self._clock = clock
        self._log = Checkpoint(
            remote,
            store.endpoint,
            replication_id(remote_id, store_id),
            session,
            store.stamp,
            now_text=lambda: now_text(clock.now()),
        )
        self.deletions = DeletionWatch(store.reader, store.secrets, clock)
        self._pull = Replicator(
            remote, store.endpoint, self._after_pull, self._log, self.deletions.watch
        )
        self._push = Replicator(store.marked, remote, self._after_push)
        self._lookout = Lookout(remote, store.reader, self.deletions)
        self._left_out = LeftOut(store, clock)
        self.transfers = Transfers(
            store,
            objects,
            self._sent_one,
            arrived,
            meter=meter or Meter(LinkRules(), store.secrets, clock),
            between=self._text_first,
            now=clock.monotonic,
        )
        self.moved = Moved()
        self.held: HeldBack | None = None
        """What the last pull left out, because the server deletes much at once."""
        self.proved_at: datetime | None = None
        """When both sides were last known to be the same, in this session."""
        self._looked_back = self._asked_again = False
        self._offered: Seq = 0
        self._trouble: GatewayError | None = None
        self._remembered: datetime | None = None

    @property
    def progress(self) -> Progress:
        """How far the step is that goes on."""
        return self._steps.progress

    @property
    def since(self) -> Seq:
        """The remote sequence up to which everything is here."""
        return self._pull.since or 0

    @property
    def page_size(self) -> int:
        """How many documents the next page should have."""
        return self._pull.pace.limit

    @property
    def rolled_back(self) -> bool:
        """Whether this store is an older copy of the one that the gateway knows."""
        return self._log.rolled_back

    async def run(
        self,
        news: Changes | None = None,
        *,
        pull: bool = True,
        look: bool = False,
        echo: Echo | None = None,
    ) -> None:
        """All steps. Raises GatewayError where the other side cannot go on; nothing is lost.

        `news` is a page of what came after `since`, where that was read already. Without `pull`
        nobody asks for more: right while a request for news is held open. After a push `echo`
        gives what that request answered, None where it did not. Until that is recorded nobody
        would notice that a server has forgotten what was just sent. To `look` is to pull where
        deletions were held back and the feed says something else by now.

        A step that the server refuses, or answers with nonsense, keeps back none of the others;
        it is raised when all are through.
        """
        self._trouble, since = None, self.since
        await self._try(self._look_at_newest())
        await self._look_back()
        before = self.moved.pushed
        await self._try(self._push_all())
        told = echo if echo and not pull and self.moved.pushed > before else None
        pull = (
            pull
            or told is not None
            or (look and await self._lookout.has_changed(self.since, self.page_size))
        )
        if pull:
            await self._steps.begin(SyncPhase.PULLING)
            await self._try(self._pull_all(news if since == self.since else None, told))
        if await self._merge():
            await self._try(self._push_all())
        await self._send_pictures()
        self.moved.pictures_fetched += await self.transfers.fetch_thumbnails()
        if self._trouble:
            raise self._trouble
        if pull and not self.held:  # of a round that asked for nothing nobody knows
            await self.proved()

    async def deliver(self) -> None:
        """What is queued goes up, and nothing comes down: all that a barred terminal may do.

        Nothing is forgotten by it: the next `run` goes on from where the last one was. Raises as
        `run`.
        """
        self._trouble = None
        await self._look_back()
        await self._try(self._push_all())
        await self._send_pictures()
        if self._trouble:
            raise self._trouble

    def lost(self) -> None:
        """The connection was lost, or nobody looked for a while: see `_look_back`."""
        self._looked_back = False

    async def proved(self) -> None:
        """Both sides are the same now; the store remembers when, for the time without a link."""
        now, last = self._clock.now(), self._remembered
        self.proved_at = now
        if last is None or abs((now - last).total_seconds()) >= REMEMBER_SECONDS:
            await self._store.secrets.put("proved at", now_text(now))
            self._remembered = now

    async def left(self) -> bool:
        """Whether something is still to be sent that neither the server nor a rule keeps back."""
        jobs = await self.transfers.going()
        return bool(jobs or (await self._store.marked.changes(0, limit=EVERYTHING)).rows)

    async def fetch_pictures(self, budget: int | None) -> None:
        """Large pictures too, of the newest reports first, within `budget` bytes."""
        self.moved.pictures_fetched += await self.transfers.fetch_large(budget)

    # --- before the first step ---------------------------------------------------------------

    async def _look_at_newest(self) -> None:
        """On a first sync, before all else: they come again in their order, and are known then."""
        if self._looked_back or await self._store.reader.count():
            return
        if await self._store.endpoint.get_local(self._log.name) is not None:
            return
        await self._steps.begin(SyncPhase.PULLING)
        page = await self._remote.changes(0, limit=NEWEST_FIRST, descending=True, include_docs=True)
        if page.rows:
            batch = await self._pull.transfer(page.rows)
            self.moved.pulled += len(batch.written)
            await self._steps.show()

    async def _look_back(self) -> None:
        """At first, and when a connection was lost: what the server forgot is offered again.

        Before the pull writes a new checkpoint, for that would hide what was forgotten.
        """
        if self._looked_back:
            return
        again = self._pull.since is not None
        if not (again and await self._log.is_recalled()):
            self._pull.since = None
            await self._pull.begin()
            await self._store.doubt_since(self._log.told)
            if again or self._log.forgotten:
                await self._store.doubt()
        self._looked_back = True

    async def _try(self, step: Coroutine[Any, Any, object]) -> None:
        """One step. Raises what is said of the link, the session or the server as a whole."""
        try:
            await step
        except (Unreachable, SessionExpired, SignInBlocked):
            raise
        except GatewayError as error:
            if isinstance(error, Refused) and error.retry_after:
                raise
            self._trouble = self._trouble or error

    # --- documents ---------------------------------------------------------------------------

    async def _push_all(self) -> None:
        await self._steps.begin(SyncPhase.PUSHING)
        await self._push.run()
        await self._steps.finish()

    async def _send_pictures(self) -> None:
        await self._steps.begin(SyncPhase.UPLOADING, len(await self.transfers.going()))
        self.moved.pictures_sent += await self.transfers.send_all()

    async def _pull_all(self, news: Changes | None, echo: Echo | None) -> None:
        """All that is new: `news` and what follows it, or what `echo` gives and follows that."""
        self.held = None
        since = self.since
        if echo:
            news = await echo()
            await self._look_back()
        try:
            await self._pulled(news if since == self.since else None)
        except HeldBack as held:
            self.held = await self._lookout.whole(held, self.since, self.page_size)
            return
        await self.deletions.conclude()
        await self._ask_again()
        await self._left_out.tell()
        await self._steps.finish()

    async def _pulled(self, news: Changes | None) -> int:
        try:
            return await self._pull.run(news)
        except LogLost:
            self.lost()
            await self._look_back()
        except Refused as error:
            if error.code != FOREIGN_SEQUENCE:
                raise
            # Another database is behind the address, or this user sees another area of it: neither
            # its sequences nor its log are those that we know. From the beginning.
            await self._store.doubt()
            await self._log.read()
            self._pull.since = 0
        await self._try(self._push.run())
        return await self._pull.run()

    async def _ask_again(self) -> None:
        """Once a session: for what the server did not give in earlier ones."""
        if self._asked_again:
            return
        rows = await self._left_out.again()
        try:
            await self._take(rows)
        except (Unreachable, SessionExpired, SignInBlocked):
            raise
        except GatewayError:
            for row in rows:
                with suppress(GatewayError):
                    await self._take([row])
        self._asked_again = True

    async def _take(self, rows: Sequence[Change]) -> None:
        if rows:
            self.moved.pulled += len((await self._pull.transfer(rows)).written)

    async def _merge(self) -> int:
        merged = await self._store.merge()
        self.moved.merged += merged
        return merged

    async def _after_pull(self, batch: Batch) -> None:
        self.moved.pulled += len(batch.written)
        await self._left_out.note(batch)
        self.progress.batch(batch.read, batch.left)
        await self._believe(batch)
        await self._steps.show()
        await self._text_first()
        await self.transfers.expect(key for key, _ in batch.written)

    async def _text_first(self) -> None:
        """What was written meanwhile waits neither for documents nor for pictures."""
        news = (await self._store.marked.changes(self._offered, limit=EVERYTHING)).rows
        if news:
            self._offered = news[-1].seq
            await self._try(self._push.run())

    async def _believe(self, batch: Batch) -> None:
        """What the server's feed names, it has: so much for an answer that was lost."""
        waiting = (await self._store.marked.changes(0, limit=EVERYTHING)).rows
        marked = {(row.id, rev) for row in waiting for rev in row.revs}
        if seen := [named for named in batch.named if named in marked]:
            await self._store.acknowledge(seen, self._log.told)

    async def _after_push(self, batch: Batch) -> None:
        """What the server took loses its mark; what it refused for good is remembered."""
        self.moved.pushed += len(batch.written)
        await self._store.acknowledge(batch.written, self._log.told)
        if refused := [failure for failure in batch.failures if failure.error not in PASSING]:
            await self._store.reject(refused)
        if self._steps.phase is SyncPhase.PUSHING:
            self.progress.batch(batch.read, batch.left)
        await self._steps.show()

    async def _sent_one(self, _: str) -> None:
        await self._steps.one()
