"""What goes to the terminal, written by a thread of its own: the app never waits for a terminal.

A terminal may stop taking anything while it stays open: a link that hangs, a window that is
frozen. The toolkit's writer then blocks the event loop, and with it the lock, the signals and the
autosave. Here nothing is waited for, and of frames nothing waits: the next one is asked for when
the last one is written whole, and is made of what the screen should show by then.
"""

import os
import re
import select
import threading
from collections import deque
from collections.abc import Callable

MOST = 30
"""Pieces of output that may wait, beside the frames that are asked for."""
CHUNK = 1024
"""Bytes handed over at a time: a second's worth at 9,600 bit/s, so that progress can be seen."""
PATIENCE = 1.5
"""Seconds without any progress after which a terminal is left as it is."""

_MODES = re.compile(r"(?:\x1b\[[?<>][\d;]*\$?[a-z])+")
"""Settings of the terminal (other screen, cursor, paste), which are never dropped."""


class Outlet(threading.Thread):
    """Writes to the file descriptor `fileno`.

    `frame` says what is to be written for the next frame, "" for nothing; it is asked after each
    `wake`, in this thread. Everything else is handed over with `write`, goes before the next frame,
    and never into one. Calls `redraw` when something of that had to be dropped.

    A terminal that is gone fails every write. From then on all output goes nowhere: the hang-up
    brings the app down in good order.
    """

    def __init__(
        self,
        fileno: int,
        redraw: Callable[[], object],
        frame: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__(name="terminal-output", daemon=True)
        self._fileno = fileno
        self._redraw = redraw
        self._frame = frame
        self._waiting: deque[str] = deque()
        self._turn = threading.Condition()
        self._frame_due = False
        self._dropped = False
        self._ending = False
        self._sent = 0

    def write(self, text: str) -> None:
        """Have it written soon; never waits."""
        with self._turn:
            if len(self._waiting) >= MOST:
                modes = [piece for piece in self._waiting if _MODES.fullmatch(piece)]
                self._waiting = deque(dict.fromkeys(modes))
                self._dropped = True
            self._waiting.append(text)
            self._turn.notify()

    def wake(self) -> None:
        """There may be something new to be seen; never waits."""
        with self._turn:
            self._frame_due = True
            self._turn.notify()

    def forget(self) -> None:
        """Drop what waits: the screen is about to be left."""
        with self._turn:
            self._waiting.clear()
            self._frame_due = False

    def stop(self) -> None:
        """Wait until all is written, or until nothing moves any more."""
        with self._turn:
            self._ending = True
            self._turn.notify()
        before = -1
        while self.is_alive() and self._sent != before:
            before = self._sent
            self.join(PATIENCE)

    def run(self) -> None:
        while (text := self._next()) is not None:
            self._send(text.encode("utf-8", "replace"))
            if self._has_to_redraw():
                self._redraw()

    def _next(self) -> str | None:
        with self._turn:
            self._turn.wait_for(lambda: self._waiting or self._frame_due or self._ending)
            if self._waiting:
                return self._waiting.popleft()
            if self._ending:
                return None
            self._frame_due = False
        return self._frame()

    def _has_to_redraw(self) -> bool:
        with self._turn:
            due = self._dropped and not self._waiting and not self._ending
            self._dropped = self._dropped and not due
            return due

    def _send(self, content: bytes) -> None:
        while content:
            try:
                count = os.write(self._fileno, content[:CHUNK])
            except BlockingIOError:  # somebody else has made the terminal so
                select.select([], [self._fileno], [], 1.0)
                continue
            except OSError:
                self._drop()
                return
            content = content[count:]
            self._sent += count

    def _drop(self) -> None:
        """Turn the descriptor to nowhere: what is printed after the app would fail on it, too."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._fileno)
        os.close(nowhere)
