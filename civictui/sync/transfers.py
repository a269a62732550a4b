"""Pictures both ways: the outbox up, what reports name down.

One bad picture never stops the rest: a refusal is written to its job, and the report shows as
"needs you"; what may pass later stays queued. Text does not wait for pictures: whoever has some to
send is asked before each of them.
"""

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from civictui.domain.errors import NotConfirmed, NotFound, Refused, StoreDamaged
from civictui.domain.model import TransferJob
from civictui.domain.ports import ObjectStore, OpenStore
from civictui.sync.absences import Absences
from civictui.sync.objects import is_permanent

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
        between: Between = _nothing,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._objects = objects
        self._sent = sent
        self._arrived = arrived
        self._between = between
        self.absent = Absences(now)
        """Reports name these, and the server did not have them."""
        self.delay: NotConfirmed | None = None
        """Why a picture that was to be sent last time waits, though nothing is wrong with it."""

    async def send_all(self) -> int:
        """Send what the outbox holds; returns how many objects the server confirmed."""
        sent, self.delay = 0, None
        for job in await self._store.outbox.jobs():
            if job.error:
                continue
            await self._between()
            if await self._send(job):
                sent += 1
                await self._sent(job.key)
        return sent

    async def fetch(self, keys: Iterable[str]) -> int:
        """Fetch pictures that are not here; returns how many came.

        What the server lacks is `absent`, and not asked for again before its time.
        """
        fetched = 0
        for key in self.absent.chosen(keys):
            await self._between()
            if await self._fetch(key):
                fetched += 1
                await self._arrived(key)
        return fetched

    async def fetch_one(self, key: str) -> None:
        """Fetch one picture for somebody who waits. Raises NotFound, GatewayError."""
        if not await self._store.blobs.has(key):
            await self._store.blobs.put(key, await self._objects.fetch(key))
        self.absent.came(key)

    async def _send(self, job: TransferJob) -> bool:
        content = await self._content(job.key)
        if content is None:
            await self._store.outbox.update(replace(job, error=_LOST, code=LOST))
            return False

        async def began(location: str) -> None:
            await self._store.outbox.update(replace(job, location=location))

        try:
            await self._objects.send(job, content, began)
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
