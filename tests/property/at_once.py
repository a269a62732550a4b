"""Stores whose thread is whoever asks, and lives that can end between any two of their calls.

Everything happens in one event loop and one thread: the order of all that happens is decided by
the seed of a history. A life that ends raises LifeEnded out of whatever is under way, and out of
everything that is still asked of it: as after a SIGKILL, nothing more reaches the disk.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

import httpx
import pytest

from civictui.domain.ports import Clock
from civictui.storage import slots, store_contents
from civictui.storage.thread import StoreThread
from tests.faults.asgi import Wire
from tests.faults.conftest import quick_key

P = ParamSpec("P")
T = TypeVar("T")


class LifeEnded(BaseException):
    """The process is gone. No `except Exception` catches it, as none catches a SIGKILL."""


class Life:
    """A process, as far as its calls into the store count. `ends_after` so many of them."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ends_after: int | None = None
        self.ended = False

    def call(self, what: Callable[[], T]) -> T:
        """Make one call of the store, unless the process is gone; it may be its last."""
        if self.ended:
            raise LifeEnded
        if self.ends_after == 0:
            self.ended = True
            raise LifeEnded
        found = what()
        if self.ends_after is not None:
            self.ends_after -= 1
        return found


class Stage:
    """Which life the next store belongs to, and where requests go."""

    def __init__(self) -> None:
        self.wire: Wire | None = None
        self._living: ContextVar[Life] = ContextVar("living")
        self._lives: dict[StoreThread, Life] = {}

    @contextmanager
    def living(self, life: Life) -> Iterator[None]:
        """The stores that are opened inside belong to this life."""
        before = self._living.set(life)
        try:
            yield
        finally:
            self._living.reset(before)

    def born(self, thread: StoreThread) -> None:
        self._lives[thread] = self._living.get()

    def clock(self) -> Clock:
        """That of the life to which the store belongs that is being opened."""
        return self._living.get().clock

    def forget(self) -> None:
        self._lives.clear()

    async def run(
        self, thread: StoreThread, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        life = self._lives[thread]
        await asyncio.sleep(0)  # others may go on between two calls
        return life.call(lambda: call(*args, **kwargs))

    async def carry(self, request: httpx.Request) -> httpx.Response:
        assert self.wire is not None
        return await self.wire.handle_async_request(request)


def set_stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Put the stage where threads, the network and the cost of passwords were."""
    stage, make = Stage(), StoreThread.__init__

    def born(thread: StoreThread, name: str = "store") -> None:
        make(thread, name)
        stage.born(thread)

    async def run(thread: StoreThread, call: Any, *args: Any, **kwargs: Any) -> Any:
        return await stage.run(thread, call, *args, **kwargs)

    async def carry(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await stage.carry(request)

    async def here(call: Any, *args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs)

    monkeypatch.setattr(store_contents, "SystemClock", stage.clock)
    monkeypatch.setattr(StoreThread, "__init__", born)
    monkeypatch.setattr(StoreThread, "run", run)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", carry)
    monkeypatch.setattr(asyncio, "to_thread", here)
    monkeypatch.setattr(slots, "argon2id", quick_key)
    return stage
