"""Pictures both ways: the outbox up, what reports name down.

One bad picture never stops the rest: a refusal is written to its job, and the report shows as
"needs you"; what may pass later stays queued.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from civictui.domain.errors import NotConfirmed, NotFound, Refused, StoreDamaged
from civictui.domain.model import TransferJob
from civictui.domain.ports import ObjectStore, OpenStore
from civictui.sync.objects import is_permanent

Told = Callable[[str], Awaitable[None]]
"""Awaited with the key of each picture that arrived or left."""


_LOST = "a photo's file on this terminal is gone or damaged; take it again, if that is possible"


class Transfers:
    """The picture half of a round."""

    def __init__(self, store: OpenStore, objects: ObjectStore, sent: Told, arrived: Told) -> None:
        self._store = store
        self._objects = objects
        self._sent = sent
        self._arrived = arrived
        self._absent: set[str] = set()

    async def send_all(self) -> int:
        """Send what the outbox holds; returns how many objects the server confirmed."""
        sent = 0
        for job in await self._store.outbox.jobs():
            if not job.error and await self._send(job):
                sent += 1
                await self._sent(job.key)
        return sent

    async def fetch(self, keys: Iterable[str]) -> int:
        """Fetch pictures that are not here; returns how many came.

        What the server lacks now is `absent`, and not asked for again before `forget_absent`.
        """
        fetched = 0
        for key in keys:
            if key not in self._absent and await self._fetch(key):
                fetched += 1
                await self._arrived(key)
        return fetched

    async def fetch_one(self, key: str) -> None:
        """Fetch one picture for somebody who waits. Raises NotFound, GatewayError."""
        if not await self._store.blobs.has(key):
            await self._store.blobs.put(key, await self._objects.fetch(key))

    @property
    def absent(self) -> bool:
        """Whether reports name pictures that the server did not have: text travels first."""
        return bool(self._absent)

    def forget_absent(self) -> None:
        """Something changed on the server: what was absent may be there now."""
        self._absent.clear()

    async def _send(self, job: TransferJob) -> bool:
        content = await self._content(job.key)
        if content is None:
            lost = replace(job, error=_LOST)
            await self._store.outbox.update(lost)
            return False

        async def began(location: str) -> None:
            await self._store.outbox.update(replace(job, location=location))

        try:
            await self._objects.send(job, content, began)
        except NotConfirmed:
            return False
        except Refused as error:
            if not is_permanent(error):
                raise
            await self._store.outbox.update(replace(job, error=error.reason or str(error)))
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
            self._absent.add(key)
            return False
        except Refused as error:
            if error.status == 401 or error.status >= 500:
                raise
            self._absent.add(key)
            return False
        return True
