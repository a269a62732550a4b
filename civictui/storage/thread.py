"""One thread owns the store; every loop that asks gets a future of its own.

The app's loop and the sync's loop both use the store, and neither waits for a disk: a call runs in
the store's thread, and the loop that called awaits the result.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from civictui.domain.errors import StoreError

P = ParamSpec("P")
T = TypeVar("T")


class StoreThread:
    """Runs calls one after the other in a thread of its own."""

    def __init__(self, name: str = "store") -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Await `call(*args, **kwargs)` from any loop. Raises StoreError once closed."""
        return await asyncio.wrap_future(self._submit(call, *args, **kwargs))

    def wait(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for a thread that has no loop: it stands still until the call is done."""
        return self._submit(call, *args, **kwargs).result()

    def _submit(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        try:
            return self._executor.submit(call, *args, **kwargs)
        except RuntimeError as error:
            raise StoreError("The store is closed", "Unlock it again.") from error

    def close(self) -> None:
        """Let what was begun finish, then end the thread."""
        self._executor.shutdown(wait=True)
