"""What each device last sent and still holds, as it is heard while the gateway runs.

Requests leave pieces of knowledge in memory, which costs them nothing; the store's thread adds
them to the sealed files half a minute later, and at the end. A kill loses what was not written
yet, but never what a device said of what it holds: that is answered when it is on the disk.
"""

import asyncio
import re
from contextlib import suppress
from dataclasses import replace

from civictui.domain.errors import CivicError
from civictui.domain.model import now_text
from civictui.domain.ports import Clock
from civictui.gateway.devices.counts import Count, CountKey, Counts
from civictui.gateway.devices.disabled import DisabledDevices
from civictui.gateway.devices.entries import Caller, Entry, Holdings, Key
from civictui.gateway.devices.records import Records
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.journal import LOGGER
from civictui.gateway.problems import Problem
from civictui.storage.thread import StoreThread

FLUSH_SECONDS = 30.0
DEVICE_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


class Register:
    """The devices of one folder. Belongs to the event loop."""

    def __init__(
        self, folder: GatewayFolder, thread: StoreThread, disabled: DisabledDevices, clock: Clock
    ) -> None:
        self._thread = thread
        self._clock = clock
        self._records = Records(folder, disabled)
        self._counts = Counts(folder)
        self._news: dict[Key, Entry] = {}
        self._new_counts: dict[CountKey, Count] = {}
        self._writing = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None

    def heard(self, caller: Caller, name: str = "", count: Count | None = None) -> None:
        """Somebody asked something; `name` is what the device calls itself, where it says so."""
        now = self._now()
        piece = replace(_of(caller), name=name, version=caller.version, first=now, last=now)
        self._add(piece)
        if count:
            self._count(caller, count)

    def received(self, caller: Caller, count: Count) -> None:
        """Documents, pictures or bytes came, or nothing did."""
        if count == Count():
            return
        now = self._now()
        self._add(
            replace(
                _of(caller),
                documents=count.documents,
                last_document=now if count.documents else "",
                pictures=count.pictures,
                last_picture=now if count.pictures else "",
            )
        )
        self._count(caller, count)

    async def told(self, caller: Caller, holdings: Holdings, knew: bool) -> None:
        """A device says what it holds, and whether it knows that it is disabled.

        It is on the disk when this returns.

        Raises Problem 507 where there are too many devices that hold something, and StoreFull.
        """
        entry = replace(_of(caller), holds=holdings, told=self._now(), knew=knew)
        self._add(entry)
        await self.flush()
        if not await self._thread.run(self._records.has, entry.key):
            reason = "The gateway knows of too many devices that hold something."
            raise Problem(507, "no_room", reason, headers={"Retry-After": "300"})

    async def flush(self) -> None:
        """Write down what is new. Raises StoreFull, StoreError; then it is kept for next time."""
        async with self._writing:
            news, self._news = self._news, {}
            counts, self._new_counts = self._new_counts, {}
            try:
                if news:
                    await self._thread.run(self._records.add, news.values())
                    news = {}
                if counts:
                    await self._thread.run(self._counts.add, counts)
                    counts = {}
            finally:
                self._put_back(news, counts)

    async def close(self) -> None:
        """Write down the last of it, before the store's thread is closed."""
        if self._timer:
            self._timer.cancel()
        with suppress(CivicError):  # a full disk keeps no gateway from its end
            await self.flush()

    def _add(self, piece: Entry) -> None:
        if not DEVICE_ID.fullmatch(piece.device):
            return
        known = self._news.get(piece.key)
        self._news[piece.key] = known.merged(piece) if known else piece
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._due)

    def _put_back(self, news: dict[Key, Entry], counts: dict[CountKey, Count]) -> None:
        """What could not be written stands before what was heard since."""
        since, self._news = self._news, {}
        for piece in [*news.values(), *since.values()]:
            self._add(piece)
        for key, count in counts.items():
            self._new_counts[key] = self._new_counts.get(key, Count()) + count

    def _count(self, caller: Caller, count: Count) -> None:
        if DEVICE_ID.fullmatch(caller.device):
            key = CountKey(self._now()[:10], caller.device, caller.version)
            self._new_counts[key] = self._new_counts.get(key, Count()) + count

    def _due(self) -> None:
        self._timer = None
        self._flushing = asyncio.create_task(self._flush_quietly())

    async def _flush_quietly(self) -> None:
        try:
            await self.flush()
        except CivicError as error:
            LOGGER.error("the register of devices was not written", exc_info=error)

    def _now(self) -> str:
        return now_text(self._clock.now())


def has_device(caller: Caller) -> bool:
    """Whether a session names a device as devices are named."""
    return bool(DEVICE_ID.fullmatch(caller.device))


def _of(caller: Caller) -> Entry:
    return Entry(device=caller.device, user=caller.user)
