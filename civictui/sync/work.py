"""What the loop does for one store: rounds, and the waiting between them."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Protocol

from civictui.domain.errors import (
    Barred,
    CivicError,
    GatewayError,
    NotConfirmed,
    Refused,
    SessionExpired,
    StoreError,
    Unreachable,
)
from civictui.domain.events import (
    PictureReady,
    ReportsChanged,
    SignInNeeded,
    StoreIsOlder,
)
from civictui.domain.model import SyncPhase
from civictui.domain.ports import Clock, OpenStore, Tokens
from civictui.domain.text import one_line
from civictui.sync.backoff import FIRST_PAUSE, Backoff
from civictui.sync.beside import Beside, Errand, nothing
from civictui.sync.gateway import Gateway
from civictui.sync.hearing import LISTEN_SECONDS, Hearing
from civictui.sync.history import History
from civictui.sync.pictures.link_rules import Meter
from civictui.sync.pictures.waits import first
from civictui.sync.pictures.wanted import WantedPictures
from civictui.sync.pictures.wish import PhotoWish
from civictui.sync.renewal import note_time
from civictui.sync.shown import Display, Shown
from civictui.sync.troubles import explained
from civictui.sync.upkeep import Upkeep


class Connect(Protocol):
    """Builds the client's side of the gateway; nothing is sent yet."""

    async def __call__(self, work: "Work", tokens: Tokens | None) -> Gateway: ...


class Paused(Exception):
    """The person wants nothing to be sent or fetched; said between two steps."""


class Work:
    """From the start of a loop to its end. Everything here runs in the loop's own thread."""

    def __init__(
        self,
        store: OpenStore,
        display: Display,
        clock: Clock,
        backoff: Backoff,
        connect: Connect,
        tokens: Tokens | None,
        meter: Meter,
        errand: Errand = nothing,
    ) -> None:
        self._store = store
        self._display = display
        self._shown = Shown(store, display, meter)
        self._clock = clock
        self._backoff = backoff
        self._connect = connect
        self._tokens = tokens
        self._wish = PhotoWish(meter, store.outbox)
        self._gateway: Gateway | None = None
        self._connecting = asyncio.Lock()
        self._history = History(store.journal, clock)
        self._pictures = WantedPictures(self._fetch, display.emit)
        self._look = False
        self._retry = self._paused = self._warned = False
        self._delivers = False
        """Whether the operator lets this terminal deliver, and nothing else."""
        self._woken = asyncio.Event()
        self._hearing = Hearing(clock, self._woken)
        beside = Beside(store, errand, partial(self.wake, False))
        self._upkeep = Upkeep(beside, self._history)

    async def run(self) -> None:
        try:
            await self._shown.begin()
            while True:
                with suppress(StoreError):  # not even the state could be read: a disk that is gone
                    await (self._rest() if self._paused else self._once())
                    continue
                await asyncio.sleep(FIRST_PAUSE)
        finally:
            await self._pictures.close()
            await self._upkeep.end()
            with suppress(CivicError):  # a store that is gone has no wishes
                await self._wish.settle()
            if self._gateway:
                await self._gateway.close()

    # --- what others ask for -----------------------------------------------------------------

    def signed_in(self, tokens: Tokens) -> None:
        self._tokens = tokens
        if self._gateway:
            self._gateway.use(tokens)
        self.wake(False)

    def wake(self, retry: bool) -> None:
        self._retry = self._retry or retry
        self._hearing.be_patient_anew()
        self._backoff.reset()
        if self._gateway:
            self._gateway.orders.try_again()
        self._woken.set()

    def pause(self) -> None:
        self._paused = True
        self._woken.set()

    def resume(self) -> None:
        self._paused = False
        self._woken.set()

    def allow_deletions(self) -> None:
        if self._gateway and self._gateway.work.held:
            self._gateway.work.deletions.allow()
            self.wake(True)

    def send_photos(self) -> None:
        self._wish.make()
        self.wake(False)

    def want(self, key: str) -> None:
        self._pictures.want(key)

    # --- what happens to a step --------------------------------------------------------------

    async def step(self, phase: SyncPhase) -> None:
        if self._paused:
            raise Paused
        await self._shown.state(phase)
        self._display.emit(ReportsChanged())

    async def arrived(self, key: str) -> None:
        self._display.emit(PictureReady(key))

    # --- the states --------------------------------------------------------------------------

    async def _once(self) -> None:
        """One round and the wait after it, whichever kind it is."""
        self._woken.clear()
        await self._wish.settle()
        await self._note_time()
        try:
            await self._noted_round()
            await self._listen()
        except Paused:
            return
        except SessionExpired as error:
            await self._let_go()
            await self._shown.state(SyncPhase.NEEDS_SIGN_IN, str(error))
            self._display.emit(SignInNeeded(self._store.user))
            await self._woken.wait()
        except Barred as error:
            await self._obey(error)
        except CivicError as error:
            await self._wait(*explained(error), error)
        except Exception as error:  # noqa: BLE001  # the loop outlives every fault, and says so
            self._shown.fault(error)
            kind = type(error).__name__
            await self._wait(SyncPhase.WAITING, f"the program met an error of its own ({kind})")

    async def _noted_round(self) -> None:
        gateway = await self.connected()
        before = replace(gateway.work.moved)
        try:
            await self._round(gateway)
        except Refused:  # it hears us: what it does not take, it is to know of
            await gateway.tell()
            raise
        finally:
            await self._history.moved(gateway.work.moved.since(before))

    async def _round(self, gateway: Gateway) -> None:
        await self.step(SyncPhase.CONNECTING)
        silent = await self._choose(gateway)
        asked, self._retry = self._retry, False
        if asked:
            await self._store.retry_refused()
            gateway.hurry()
        if self._delivers:
            await gateway.work.deliver()
        else:
            await self._sync(gateway, asked)
        await gateway.tell()
        if silent:
            raise silent
        if await gateway.work.left() and not self._woken.is_set():
            delay = gateway.work.transfers.delay
            raise NotConfirmed(delay.sentence if delay else "The server has not taken everything")
        self._backoff.reset()
        self._history.well()
        if not self._delivers and await self._upkeep.after_round(gateway.inventory):
            self.wake(False)

    async def _choose(self, gateway: Gateway) -> Unreachable | None:
        """Whether this round delivers, or does all; gives what was met if nobody says that now."""
        orders = gateway.orders
        await orders.recall()
        silent = await gateway.try_policy() if orders.barred else None
        before, self._delivers = self._delivers, orders.barred is not None
        if self._delivers and not before:
            await self._let_go()
        if before and not self._delivers:
            gateway.hurry()
        return silent

    async def _sync(self, gateway: Gateway, asked: bool) -> None:
        work = gateway.work
        look, self._look = self._look and work.held is not None, False
        news = self._hearing.take(gateway)
        free = work.held is None
        unheld = news is not None or not gateway.feed.is_held
        await work.run(
            news,
            pull=asked or (free and unheld),
            look=look,
            echo=partial(gateway.feed.echo, work.since) if free else None,
        )
        if work.rolled_back and not self._warned:
            self._warned = True
            self._display.emit(StoreIsOlder())

    async def _listen(self) -> None:
        """Wait for news from the server or from here, whichever is first."""
        gateway = await self.connected()
        barred = gateway.orders.barred
        if barred and self._delivers:
            await self._stand_still(gateway, barred)
        if barred or self._delivers:
            return
        if gateway.work.held:
            await self._hold_still(gateway)
            return
        await self._shown.state(SyncPhase.IDLE)
        self._display.emit(ReportsChanged())
        gateway.hold(LISTEN_SECONDS)
        while not self._woken.is_set() and not await self._hearing.heard(gateway):
            await gateway.work.proved()  # the server has just said: there is nothing else
            await self._shown.state(SyncPhase.IDLE)
            if await gateway.work.left() or gateway.work.transfers.may_go_on:
                return  # a new day: its pictures may move
            if gateway.orders.barred:
                return

    async def _hold_still(self, gateway: Gateway) -> None:
        """The server deletes much at once: nothing more is fetched before the person has said.

        Or before the server has taken it back: that is looked at now and then.
        """
        held = gateway.work.held
        assert held is not None  # noqa: S101
        await gateway.feed.close()
        gateway.work.progress.begin(held.count)
        await self._history.trouble(str(held))
        await self._shown.state(SyncPhase.HELD, held.sentence)
        self._display.emit(ReportsChanged())
        await first(self._woken.wait(), asyncio.sleep(LISTEN_SECONDS))
        self._look = not self._woken.is_set()

    async def _stand_still(self, gateway: Gateway, barred: Barred) -> None:
        """All is delivered. Now and then the operator is asked whether more may be done again."""
        still: Barred | None = barred
        while still and not self._woken.is_set():
            await self._history.trouble(str(still))
            await self._shown.state(SyncPhase.DISABLED, one_line(still.words) or str(still))
            self._display.emit(ReportsChanged())
            await first(self._woken.wait(), asyncio.sleep(LISTEN_SECONDS))
            gateway.orders.try_again()
            if not self._woken.is_set():
                await gateway.ask_policy()
            still = gateway.orders.barred

    async def _obey(self, error: Barred) -> None:
        """The gateway lets this terminal deliver, and no more: the next round does that.

        One that takes not even that is tried again after a while, as after any trouble.
        """
        if self._gateway:
            self._gateway.orders.refused(error)
        if self._delivers:
            await self._wait(*explained(error), error)

    async def _note_time(self) -> None:
        with suppress(StoreError):  # a clock that is not written down keeps nobody from work
            await note_time(self._store.secrets, self._clock.now())

    async def _wait(
        self, phase: SyncPhase, reason: str, wanted: float = 0.0, error: CivicError | None = None
    ) -> None:
        await self._let_go()
        pause = self._backoff.pause(wanted)
        next_try = self._clock.now() + timedelta(seconds=pause)
        await self._shown.state(phase, reason, next_try=next_try)
        if await self._history.trouble(reason) and error and self._gateway:
            await self._gateway.logs.count(error)
        await first(self._woken.wait(), asyncio.sleep(pause))

    async def _rest(self) -> None:
        """Paused: nothing moves until `resume`."""
        await self._let_go()
        while self._paused:
            self._woken.clear()
            await self._wish.settle()
            await self._shown.state(SyncPhase.PAUSED)
            await self._woken.wait()

    async def _let_go(self) -> None:
        """Hold no request open: what it could say is asked for when there is a link again.

        Until then the server may have been put back to an earlier time.
        """
        self._look = True
        self._hearing.forget()
        await self._upkeep.end()
        if self._gateway:
            self._gateway.work.lost()
            await self._gateway.feed.close()

    async def connected(self) -> Gateway:
        async with self._connecting:
            if self._gateway is None:
                self._gateway = await self._connect(self, self._tokens)
                self._shown.gateway = self._gateway
        return self._gateway

    async def _fetch(self, key: str) -> None:
        if self._paused:
            raise GatewayError("The sync is paused")
        if barred := (await self.connected()).orders.barred:
            raise barred
        await (await self.connected()).work.transfers.fetch_one(key)
