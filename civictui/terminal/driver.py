"""The terminal as the app writes to it and reads from it: it may be gone at any moment.

When an SSH session drops, every write to the terminal fails and every read ends. The stock driver
dies of either, in a thread whose full queue then blocks the event loop for ever, before the draft
is saved. Here writes to a terminal that is gone are dropped, and the reading ends in silence: the
hang-up signal brings the app down in good order.
"""

import os
import sys
from typing import Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver


class GoneProof:
    """A stream whose writes are dropped once the terminal behind it is gone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._gone = False

    def write(self, text: str) -> int:
        if not self._gone:
            try:
                return self._stream.write(text)
            except OSError:
                self._drop()
        return len(text)

    def flush(self) -> None:
        if not self._gone:
            try:
                self._stream.flush()
            except OSError:
                self._drop()

    def fileno(self) -> int:
        return self._stream.fileno()

    def _drop(self) -> None:
        """Send what is still buffered nowhere: at its exit the interpreter would fail on it."""
        self._gone = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


class TerminalDriver(LinuxDriver):
    """The stock driver, proof against a terminal that goes away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The writer's thread calls nothing but these three methods.
        self._file = GoneProof(cast(TextIO, sys.__stderr__))  # type: ignore[assignment]

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except OSError:
            self.exit_event.set()
