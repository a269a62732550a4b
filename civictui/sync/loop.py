"""The loop that keeps a store and its gateway the same, in a thread and event loop of its own.

A terminal that stops draining blocks the app's event loop; it must not stop the sync. So the loop
lives in its own thread, is told things by `call_soon_threadsafe`, and tells others by `emit`.
Every state that it reports comes from what is stored: "unsent" counts marks and jobs, never hopes.
"""

import asyncio
import random
import threading
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from civictui.domain.errors import (
    CivicError,
    GatewayError,
    NotConfirmed,
    SessionExpired,
    StoreError,
    Unreachable,
)
from civictui.domain.events import (
    PictureFailed,
    PictureReady,
    ReportsChanged,
    SignInNeeded,
    StoreIsOlder,
    SyncStateChanged,
)
from civictui.domain.model import SyncPhase, SyncState, read_time
from civictui.domain.ports import Clock, Emit, OpenStore, Signer, Tokens
from civictui.sync.gateway import Gateway

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
"""Seconds between tries while nothing answers: doubled each time, with full jitter."""
LEAST_SECONDS = 1.0
"""The least time between two such requests."""
PATIENT_TRIES = 20
"""How often a missing picture is asked for without news."""
LISTEN_SECONDS = 240.0
"""How long one request waits for news: an idle link carries little more than these."""


class SyncLoop:
    """`SyncControl`: starts with a store, stops with it."""

    def __init__(
        self, emit: Emit, clock: Clock, signer: Signer, *, longest_pause: float = LONGEST_PAUSE
    ) -> None:
        self._emit = emit
        self._clock = clock
        self._signer = signer
        self._longest_pause = longest_pause
        self._state = SyncState()
        self._showing = threading.Lock()
        self._store: OpenStore | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None

    # --- from any thread ---------------------------------------------------------------------

    def start(self, store: OpenStore, origin: str, tokens: Tokens | None = None) -> None:
        """Begin to work for `store`."""
        self._state = SyncState()
        self._store = store
        self._loop = asyncio.new_event_loop()
        self._work = _Work(self, store, origin, tokens)
        self._main = self._loop.create_task(self._work.run())
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def signed_in(self, tokens: Tokens) -> None:
        self._tell(self._work.signed_in, tokens)

    def wake(self, *, retry: bool = False) -> None:
        if self._loop:
            self._tell(self._work.wake, retry)

    def want_picture(self, key: str) -> None:
        if self._loop:
            self._tell(self._work.want, key)
        else:
            self._emit(PictureFailed(key, "not on this terminal, and there is no server to ask"))

    def state(self) -> SyncState:
        return self._state

    async def recount(self) -> None:
        if self._store:
            self._show(unsent=await self._store.state.unsent())

    async def stop(self) -> None:
        """End between two steps; what was begun is resumed at the next start."""
        self._store = None
        loop, thread, main = self._loop, self._thread, self._main
        if loop is None or thread is None or main is None:
            return
        with suppress(RuntimeError):  # it has ended by itself
            loop.call_soon_threadsafe(main.cancel)
        await asyncio.to_thread(thread.join)
        self._loop = self._thread = self._main = None

    # --- inside its thread -------------------------------------------------------------------

    def publish(self, state: SyncState) -> None:
        """Show a new state, but never an older count of what is unsent."""
        self._show(**{name: getattr(state, name) for name in state.__slots__})

    def _show(self, **changes: Any) -> None:
        with self._showing:
            before = self._state
            state = before.with_(**changes)
            if state.unsent.sequence < before.unsent.sequence:
                state = state.with_(unsent=before.unsent)
            self._state = state
        if state != before:
            self._emit(SyncStateChanged(state))

    def emit(self, event: Any) -> None:
        self._emit(event)

    def pause(self, tries: int) -> float:
        """Seconds until the next try: full jitter below a doubling bound."""
        bound = min(self._longest_pause, FIRST_PAUSE * 2 ** min(tries, 16))
        return random.uniform(bound / 2, bound)

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def signer(self) -> Signer:
        return self._signer

    def _tell(self, call: Any, *args: Any) -> None:
        loop = self._loop
        if loop and not loop.is_closed():
            loop.call_soon_threadsafe(call, *args)

    def _run(self) -> None:
        assert self._loop is not None and self._main is not None  # noqa: S101, PT018
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._main)
        except asyncio.CancelledError:
            pass
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


class _Work:
    """What the loop does for one store, from start to cancellation."""

    def __init__(
        self, loop: SyncLoop, store: OpenStore, origin: str, tokens: Tokens | None
    ) -> None:
        self._loop = loop
        self._store = store
        self._origin = origin
        self._tokens = tokens
        self._gateway: Gateway | None = None
        self._tries = 0
        self._absences = 0
        self._retry = False
        self._warned = False
        self._wanted: dict[str, None] = {}
        self._fetching: set[asyncio.Task[None]] = set()
        self.woken = asyncio.Event()

    async def run(self) -> None:
        try:
            while True:
                try:
                    await self._once()
                except StoreError:  # not even the state could be read: a disk that is gone
                    await asyncio.sleep(FIRST_PAUSE)
        finally:
            for task in self._fetching:
                task.cancel()
            await asyncio.gather(*self._fetching, return_exceptions=True)
            if self._gateway:
                await self._gateway.close()

    def signed_in(self, tokens: Tokens) -> None:
        self._tokens = tokens
        if self._gateway:
            self._gateway.use(tokens)
        self.woken.set()

    def wake(self, retry: bool) -> None:
        self._retry = self._retry or retry
        self.woken.set()

    def want(self, key: str) -> None:
        """Fetch one picture beside whatever the round is doing."""
        if key in self._wanted:
            return
        self._wanted[key] = None
        task = asyncio.get_running_loop().create_task(self._fetch(key))
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)

    # --- the states --------------------------------------------------------------------------

    async def _once(self) -> None:
        """One round and the wait after it, whichever kind it is."""
        self.woken.clear()
        try:
            await self._round()
            await self._listen()
        except SessionExpired as error:
            await self._publish(SyncPhase.NEEDS_SIGN_IN, str(error))
            self._loop.emit(SignInNeeded(self._store.user))
            await self.woken.wait()
        except Unreachable as error:
            await self._wait(SyncPhase.OFFLINE, str(error))
        except GatewayError as error:
            await self._wait(SyncPhase.WAITING, str(error))
        except CivicError as error:  # the store: a full disk, a damaged record
            await self._wait(SyncPhase.WAITING, error.sentence)
        except Exception as error:  # noqa: BLE001  # the loop outlives every fault, and says so
            kind = type(error).__name__
            await self._wait(SyncPhase.WAITING, f"the program met an error of its own ({kind})")

    async def _round(self) -> None:
        await self._publish(SyncPhase.CONNECTING)
        gateway = await self._connected()
        if self._retry:
            await self._store.retry_refused()
            gateway.work.transfers.forget_absent()
            self._retry, self._absences = False, 0
        await gateway.work.run()
        if gateway.work.rolled_back and not self._warned:
            self._warned = True
            self._loop.emit(StoreIsOlder())
        if await gateway.work.left() and not self.woken.is_set():
            raise NotConfirmed("The server has not taken everything")
        self._tries = 0
        if not gateway.work.transfers.absent:
            self._absences = 0
        await self._publish(SyncPhase.IDLE)
        self._loop.emit(ReportsChanged())

    async def _listen(self) -> None:
        """Wait for news from the server or from here, whichever is first.

        A picture that the server lacked comes without news, for its text came before: while one
        is missing, the wait is short and then longer and longer, up to a point: what has not come
        in an hour comes with the next change, or when the person asks.
        """
        gateway = await self._connected()
        transfers = gateway.work.transfers
        while not self.woken.is_set():
            missing = transfers.absent and self._absences < PATIENT_TRIES
            seconds = self._absent_pause() if missing else LISTEN_SECONDS
            began = self._loop.clock.monotonic()
            feed = gateway.remote.changes(gateway.work.since, limit=1, wait=seconds)
            news = await _first(feed, self.woken.wait())
            if self._loop.clock.monotonic() - began < LEAST_SECONDS:
                # An answer at once to a question that may take minutes: a server that does not
                # hold the request, or a change that the next round does not make known.
                await _first(self.woken.wait(), asyncio.sleep(LEAST_SECONDS))
            if missing:
                transfers.forget_absent()
                return
            if news is not True:
                if news.rows:
                    return
                await gateway.work.proved()  # the server has just said: there is nothing else
                await self._publish(SyncPhase.IDLE)

    def _absent_pause(self) -> float:
        self._absences += 1
        return min(LISTEN_SECONDS, FIRST_PAUSE * 2.0**self._absences)

    async def _wait(self, phase: SyncPhase, reason: str) -> None:
        pause = self._loop.pause(self._tries)
        self._tries += 1
        next_try = self._loop.clock.now() + timedelta(seconds=pause)
        await self._publish(phase, reason, next_try=next_try)
        await _first(self.woken.wait(), asyncio.sleep(pause))

    async def _connected(self) -> Gateway:
        if self._gateway is None:
            self._gateway = await Gateway.connect(
                self._store,
                self._origin,
                self._tokens,
                signer=self._loop.signer,
                clock=self._loop.clock,
                step=self._step,
                arrived=self._arrived,
            )
        return self._gateway

    async def _step(self, phase: SyncPhase) -> None:
        await self._publish(phase)
        self._loop.emit(ReportsChanged())

    async def _arrived(self, key: str) -> None:
        self._loop.emit(PictureReady(key))

    async def _publish(
        self, phase: SyncPhase, reason: str = "", *, next_try: datetime | None = None
    ) -> None:
        unsent = await self._store.state.unsent()
        work = self._gateway.work if self._gateway else None
        proved_at = read_time(await self._store.secrets.get("proved at") or "")
        self._loop.publish(
            SyncState(
                phase=phase,
                reason=reason,
                next_try=next_try,
                proved_at=proved_at,
                unsent=unsent,
                done=work.done if work else 0,
                total=work.total if work else 0,
            )
        )

    # --- pictures asked for ------------------------------------------------------------------

    async def _fetch(self, key: str) -> None:
        try:
            gateway = await self._connected()
            await gateway.work.transfers.fetch_one(key)
        except CivicError as error:
            self._loop.emit(PictureFailed(key, str(error)))
        else:
            self._loop.emit(PictureReady(key))
        finally:
            self._wanted.pop(key, None)


async def _first(*waits: Coroutine[Any, Any, Any]) -> Any:
    """What the first of `waits` to end gave, or raised; the others are cancelled."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
