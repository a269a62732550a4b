"""The loop that keeps a store and its gateway the same, in a thread and event loop of its own.

A terminal that stops draining blocks the app's event loop; it must not stop the sync. So the loop
lives in its own thread, is told things by `call_soon_threadsafe`, and tells others by `emit`.
Every state that it reports comes from what is stored: "unsent" counts marks and jobs, never hopes.
"""

import asyncio
import threading
from contextlib import suppress
from functools import partial
from typing import Any

from civictui.domain.events import (
    Event,
    PackMoved,
    PictureFailed,
    PolicyChanged,
    SyncStateChanged,
)
from civictui.domain.model import Pack, PackOrder, Policy, SyncState
from civictui.domain.ports import Clock, Emit, OpenStore, Signer, TileCover, Tokens
from civictui.sync.backoff import LONGEST_PAUSE, Backoff
from civictui.sync.beside import Errand, nothing
from civictui.sync.gateway import Gateway
from civictui.sync.pack.pack_tally import Told
from civictui.sync.pack.packer import Packer
from civictui.sync.pack.packing import Packing, no_tiles
from civictui.sync.pictures.link_rules import NO_RULES, LinkRules, Meter
from civictui.sync.work import Work


class SyncLoop:
    """`SyncControl`: starts with a store, stops with it."""

    def __init__(
        self,
        emit: Emit,
        clock: Clock,
        signer: Signer,
        *,
        longest_pause: float = LONGEST_PAUSE,
        rules: LinkRules = NO_RULES,
        errand: Errand = nothing,
        cover: TileCover = no_tiles,
        device: str = "",
        client_logs: bool = False,
    ) -> None:
        """`cover` says which tiles of a map show a place: they are packed for the day.

        `device` is the id of this terminal. With `client_logs` the person lets it tell the gateway
        how it fares, see `ClientLogs`.
        """
        self._emit = emit
        self._clock = clock
        self._signer = signer
        self._longest_pause = longest_pause
        self._rules = rules
        self._errand = errand
        self._cover = cover
        self._device = device
        self._client_logs = client_logs
        self._pack: Pack | None = None
        self._state = SyncState()
        self._showing = threading.Lock()
        self._store: OpenStore | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None

    # --- from any thread ---------------------------------------------------------------------

    def start(self, store: OpenStore, origin: str, tokens: Tokens | None = None) -> None:
        """Begin to work for `store`."""
        self._state, self._pack = SyncState(), None
        self._store = store
        self._loop = asyncio.new_event_loop()
        meter = Meter(self._rules, store.secrets, self._clock)

        async def connect(work: Work, tokens: Tokens | None) -> Gateway:
            return await Gateway.connect(
                store,
                origin,
                tokens,
                signer=self._signer,
                clock=self._clock,
                step=work.step,
                arrived=work.arrived,
                meter=meter,
                device=self._device,
                changed=self._policy_changed,
                client_logs=self._client_logs,
            )

        backoff = Backoff(self._longest_pause)
        self._work = Work(store, self, self._clock, backoff, connect, tokens, meter, self._errand)
        self._packer = Packer(self._new_packing, partial(self._work.wake, True), self._show_pack)
        self._main = self._loop.create_task(self._until_the_end())
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

    def pause(self) -> None:
        if self._loop:
            self._tell(self._work.pause)

    def resume(self) -> None:
        if self._loop:
            self._tell(self._work.resume)

    def allow_deletions(self) -> None:
        if self._loop:
            self._tell(self._work.allow_deletions)

    def send_photos(self) -> None:
        if self._loop:
            self._tell(self._work.send_photos)

    def pack(self, order: PackOrder) -> None:
        if self._loop:
            self._tell(self._packer.begin, order)

    def stop_packing(self) -> None:
        if self._loop:
            self._tell(self._packer.stop)

    def packing(self) -> Pack | None:
        return self._pack

    def state(self) -> SyncState:
        return self._state

    def rest(self, store: OpenStore) -> None:
        self._store = store
        self._show(reason="no server is set")

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
            loop.call_soon_threadsafe(self._packer.stop)  # before the link is taken from it
            loop.call_soon_threadsafe(main.cancel)
        await asyncio.to_thread(thread.join)
        self._loop = self._thread = self._main = None

    # --- inside its thread -------------------------------------------------------------------

    def publish(self, state: SyncState) -> None:
        """Show a new state, but never an older count of what is unsent."""
        self._packer.heard(state)
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

    def emit(self, event: Event) -> None:
        self._emit(event)

    def _policy_changed(self, policy: Policy) -> None:
        self._emit(PolicyChanged(policy))

    async def _until_the_end(self) -> None:
        try:
            await self._work.run()
        finally:
            await self._packer.close()

    async def _new_packing(self, told: Told) -> Packing:
        assert self._store is not None  # noqa: S101
        gateway = await self._work.connected()
        pictures = gateway.work.transfers
        return Packing(self._store, pictures, gateway.maps, self._cover, self._clock, told)

    def _show_pack(self, pack: Pack) -> None:
        self._pack = pack
        self._emit(PackMoved(pack))

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
