"""An event that also wakes who waits for input: so that nobody has to look every now and then."""

import os
import threading
import weakref


class InputEnd(threading.Event):
    """Set when no more input is wanted. Readable, for `select`, as long as it is set."""

    def __init__(self) -> None:
        super().__init__()
        self._read, self._write = os.pipe()
        for end in (self._read, self._write):
            weakref.finalize(self, os.close, end)

    def fileno(self) -> int:
        return self._read

    def set(self) -> None:
        if not self.is_set():
            super().set()
            os.write(self._write, b".")

    def clear(self) -> None:
        if self.is_set():
            os.read(self._read, 1)
            super().clear()
