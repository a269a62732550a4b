"""Pictures both ways: the outbox up, what reports name down.

One bad picture never stops the rest: a refusal is written to its job, and the report shows as
"needs you"; what may pass later stays queued, and so does what a rule of the link keeps back. Text
does not wait for pictures: whoever has some to send is asked before each of them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Container, Iterable
from dataclasses import replace
from weakref import WeakValueDictionary

from civictui.domain.errors import NotConfirmed, NotFound, Refused, StoreDamaged
from civictui.domain.model import TransferJob
from civictui.domain.ports import ObjectStore, OpenStore
from civictui.sync.pictures.absences import Absences
from civictui.sync.pictures.link_rules import Meter
from civictui.sync.pictures.objects import is_permanent

Told = Callable[[str], Awaitable[None]]
"""Awaited with the key of each picture that arrived or left."""

Between = Callable[[], Awaitable[None]]
"""Awaited before each picture: what does not wait for pictures is done in it."""

LOST = "lost"
"""The code of a job whose picture is not here any more."""
_LOST = "a photo's file on this terminal is gone or damaged; take it again, if that is possible"


async def _nothing() -> None:
    """Where nothing else is to be sent."""


class Transfers:
    """The picture half of a round. `now` gives monotonic seconds."""

    def __init__(
        self,
        store: OpenStore,
        objects: ObjectStore,
        sent: Told,
        arrived: Told,
        *,
        meter: Meter,
        between: Between = _nothing,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._objects = objects
        self._sent = sent
        self._arrived = arrived
        self._meter = meter
        self._between = between
        self._fetching: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.absent = Absences(now)
        """Reports name these, and the server did not have them."""
        self._cut_short = False
        """Whether the last fetching left something for another day."""
        self.delay: NotConfirmed | None = None
        """Why a picture that was to be sent last time waits, though nothing is wrong with it."""

    async def going(self) -> list[TransferJob]:
        """The jobs that neither the server's no nor a rule of this link keeps back."""
        await self._meter.begin()
        jobs = await self._store.outbox.jobs()
        return [job for job in jobs if not (job.error or self._meter.holds(job))]

    @property
    def may_go_on(self) -> bool:
        """Whether pictures that a day had no room for may be fetched now."""
        return self._cut_short and self._meter.may_fetch

    async def release(self) -> None:
        """See `Meter.release`."""
        await self._meter.begin()
        await self._meter.release(await self._store.outbox.jobs())

    async def send_all(self) -> int:
        """Send what the outbox holds and no rule keeps back; returns how many were confirmed.

        The outbox is asked before each: what was queued meanwhile may come before what is left,
        and what went may have used the day up.
        """
        sent, self.delay = 0, None
        tried: set[str] = set()
        while True:
            await self._between()
            job = await self._next(tried)
            if job is None:
                break
            tried.add(job.key)
            if await self._send(job):
                sent += 1
                await self._sent(job.key)
        await self._meter.forget_sent(await self._store.outbox.jobs())
        return sent

    async def fetch(self, keys: Iterable[str]) -> int:
        """Fetch pictures that are not here; returns how many came.

        What the server lacks is `absent`, and not asked for again before its time.
        """
        fetched, chosen = 0, self.absent.chosen(keys) if self._meter.may_fetch else keys
        self._cut_short = False
        for key in chosen:
            if not self._meter.may_fetch:  # used up on the way, or before
                self._cut_short = True
                break
            await self._between()
            if await self._fetch(key):
                fetched += 1
                await self._arrived(key)
        return fetched

    async def fetch_thumbnails(self) -> int:
        """Those that are not here, as many as there is room for."""
        await self._store.make_room(self._meter.rules.cache_bytes)
        return await self.fetch(await self._store.state.wanted_thumbnails())

    async def fetch_large(self, budget: int | None) -> int:
        """Large pictures of the newest reports first, within `budget` bytes."""
        await self._store.make_room(self._meter.rules.cache_bytes)
        return await self.fetch(await self._store.state.wanted_pictures(budget))

    async def expect(self, reports: Iterable[str]) -> None:
        """Pictures that new documents name may be on the server now."""
        if not self.absent:
            return
        rows = await self._store.reader.rows(list(reports))
        photos = [photo for row in rows for photo in row.report.photos]
        self.absent.forget(photo.thumbnail for photo in photos)
        self.absent.forget(photo.large for photo in photos)

    async def fetch_one(self, key: str) -> None:
        """Fetch one picture for somebody who waits. Raises NotFound, GatewayError."""
        async with self._fetching.setdefault(key, asyncio.Lock()):  # two would mix their pieces
            if await self._content(key) is None:  # or it is damaged
                self._meter.refuse_fetch()
                try:
                    content = await self._objects.fetch(key)
                finally:
                    await self._meter.keep()
                await self._store.blobs.put(key, content, fetched=True)
                await self._store.make_room(self._meter.rules.cache_bytes, but=key)
        self.absent.came(key)

    async def _next(self, tried: Container[str]) -> TransferJob | None:
        await self._meter.begin()
        left = (job for job in await self._store.outbox.jobs() if job.key not in tried)
        return next((job for job in left if not (job.error or self._meter.holds(job))), None)

    async def _send(self, job: TransferJob) -> bool:
        content = await self._content(job.key)
        if content is None:
            await self._store.outbox.update(replace(job, error=_LOST, code=LOST))
            return False
        try:
            await self._uploaded(job, content)
        except NotConfirmed as error:
            self.delay = error
            return False
        except Refused as error:
            if not is_permanent(error):
                raise
            no = replace(job, error=error.reason or str(error), code=error.code)
            await self._store.outbox.update(no)
            return False
        await self._store.outbox.done(job)
        return True

    async def _uploaded(self, job: TransferJob, content: bytes) -> None:
        async def began(location: str) -> None:
            await self._store.outbox.update(replace(job, location=location))

        self._meter.begins(job)
        try:
            await self._objects.send(job, content, began)
            self._meter.sent(job)
        finally:
            await self._meter.keep()

    async def _content(self, key: str) -> bytes | None:
        try:
            return await self._store.blobs.get(key)
        except StoreDamaged:  # one damaged file must not hold up the others
            return None

    async def _fetch(self, key: str) -> bool:
        try:
            await self.fetch_one(key)
        except (NotFound, NotConfirmed, StoreDamaged):
            self.absent.missed(key)
            return False
        except Refused as error:
            if error.status == 401 or error.status >= 500:
                raise
            self.absent.missed(key)
            return False
        return True
