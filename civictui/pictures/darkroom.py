"""Where pictures are developed: one process, started at the first picture, and one at a time.

A thread of its own starts the process and speaks with it, and lives as long as the program: the
process is told by the system when that thread ends, so it must not be one that comes and goes.
Whoever asks waits; that several ask at once does not take memory several times.
"""

import atexit
import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from civictui.domain.errors import PictureError
from civictui.domain.text import one_line
from civictui.pictures.child import FAILURES, Child, command
from civictui.pictures.files import MAX_BYTES

SECONDS = 30.0
"""For one picture. The largest takes one second here; the smallest boards are 20 times slower."""

IDLE_SECONDS = 30.0
"""After so long without a picture the process ends, and its 25 MB are free again."""

_LOOK_SECONDS = 0.05
"""A process that is just starting while all is closed is killed so soon after."""


@dataclass(frozen=True, slots=True)
class _Order:
    words: Mapping[str, Any]
    content: bytes
    answer: "Future[tuple[dict[str, Any], bytes]]" = field(default_factory=Future)


class Darkroom:
    """For all threads of the program. `start` is the command that starts the process."""

    def __init__(
        self,
        start: Sequence[str] = (),
        seconds: float = SECONDS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._start = list(start) or command()
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._child: Child | None = None
        self._closing = False

    @property
    def pid(self) -> int:
        """Of the process; 0 while there is none."""
        child = self._child
        return child.pid if child else 0

    def ask(self, content: bytes, **words: Any) -> tuple[dict[str, Any], bytes]:
        """Have a picture worked on, and wait. Raises PictureError."""
        if len(content) > MAX_BYTES:
            raise PictureError(
                f"The picture is larger than {MAX_BYTES >> 20} MB", "Choose a smaller photo."
            )
        order = _Order(words, content)
        with self._starting:
            self._open()
            self._orders.put(order)
        return order.answer.result()

    def close(self) -> None:
        """End the process at once, and the thread; the next picture starts both anew.

        Whoever waits for a picture is told so.
        """
        with self._starting:
            thread, self._thread = self._thread, None
            self._closing = True
            self._orders.put(None)
            while thread and thread.is_alive():
                if child := self._child:
                    child.kill()
                thread.join(_LOOK_SECONDS)
            self._closing = False

    def _open(self) -> None:
        if self._thread and self._thread.is_alive():
            return
        # Where this program is a fork of another one, these are still the other one's.
        self._child, self._orders = None, queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="pictures", daemon=True)
        self._thread.start()
        atexit.unregister(self.close)
        atexit.register(self.close)

    def _work(self) -> None:
        while True:
            try:
                order = self._orders.get(timeout=self._idle_seconds if self._child else None)
            except queue.Empty:
                self._end_child()
                continue
            if order is None:
                self._end_child()
                return
            self._fill(order)
            del order  # not a picture longer than it is worked on

    def _fill(self, order: _Order) -> None:
        try:
            if self._closing:
                raise _not_any_more()
            answer = self._living().ask(order.words, order.content, self._seconds)
        except PictureError as error:
            order.answer.set_exception(_not_any_more() if self._closing else error)
        else:
            order.answer.set_result(answer)

    def _living(self) -> Child:
        """The process, a new one if it is not there any more. Raises PictureError."""
        if self._child and not self._child.lives:
            self._end_child()
        if self._child is None:
            try:
                self._child = Child(self._start)
            except FAILURES as error:
                reason = one_line(getattr(error, "strerror", None) or str(error))
                raise PictureError(f"Pictures cannot be opened here: {reason}") from error
        return self._child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child:
            with suppress(OSError):
                child.end()


def _not_any_more() -> PictureError:
    return PictureError("The picture was not opened any more", "Open it again.")


darkroom = Darkroom()
"""The one of this program."""


def close() -> None:
    """End the picture process of this program, until the next picture; may be called at any time.

    It does not wait for a picture, but a moment for the process to be gone.
    """
    darkroom.close()
