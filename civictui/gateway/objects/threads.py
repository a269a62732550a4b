"""A few threads for calls that wait for somebody else; at its end the process waits for none.

Those of `concurrent.futures` are waited for: a bucket that does not answer would keep a gateway
that was told to stop for a minute.
"""

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")


class Threads:
    """Begun with the first call. What is submitted after `close` is never done."""

    def __init__(self, count: int, name: str) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(count)
        ]
        self._is_begun = False

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """What `call` returns or raises, once a thread is free and has done it."""
        if not self._is_begun:
            self._is_begun = True
            for thread in self._threads:
                thread.start()
        future = Future[T]()
        self._calls.put((future, call))
        return future

    def close(self, seconds: float) -> None:
        """Let what was submitted finish for so long. Blocks."""
        for _ in self._threads:
            self._calls.put(None)
        end = monotonic() + seconds
        for thread in self._threads if self._is_begun else ():
            thread.join(max(0.0, end - monotonic()))

    def _work(self) -> None:
        while submitted := self._calls.get():
            _do(*submitted)
            del submitted  # a picture that was read is not kept until the next call comes


def _do(future: Future[Any], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 - it is for who has submitted it
        future.set_exception(error)
