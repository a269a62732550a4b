"""The terminal as the app writes to it and reads from it: it may be gone or stuck at any moment.

When an SSH session drops, every write to the terminal fails and every read ends. The stock driver
dies of either; where a read ends without an error it spins. A stray byte that is no UTF-8 ends its
reading for good. Here nothing of that stops the program, and a terminal that is gone is a hang-up.
"""

import os
import select
import signal
from codecs import getincrementaldecoder

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from civictui.terminal.outlet import Outlet

STANDARD_OUTPUT, STANDARD_ERROR = 1, 2
TICK = 0.1
"""Seconds after which an Esc that nothing followed is taken for the key."""


def screen() -> int:
    """What is drawn on: standard error, as the toolkit does, or the output where it is no terminal.

    With `2>err.log` the screen stays where it is, and the file gets words alone.
    """
    return STANDARD_ERROR if os.isatty(STANDARD_ERROR) else STANDARD_OUTPUT


class TerminalDriver(LinuxDriver):
    """The stock driver, proof against a terminal that goes away or stops taking output."""

    _outlet: Outlet | None = None

    # --- output ---

    def start_application_mode(self) -> None:
        self._outlet = Outlet(screen(), self._draw_again)
        self._outlet.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def write(self, data: str) -> None:
        if self._outlet:
            self._outlet.write(data)

    def stop_application_mode(self) -> None:
        if self._outlet:
            self._outlet.forget()
        super().stop_application_mode()

    def close(self) -> None:
        if self._outlet:
            self._outlet.stop()
        super().close()

    def _sigcont_application(self, *_: object) -> None:
        """Going on after a stop. The stock driver begins anew, also where it never ended.

        A second thread would then read the keyboard; and a terminal that hangs up continues those
        whom it leaves.
        """
        if self._must_signal_resume:
            super()._sigcont_application()
        else:
            self._draw_again()

    def _draw_again(self) -> None:
        self._app.call_later(self._app.refresh, layout=True)

    # --- input ---

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except (OSError, EOFError):
            if not self.exit_event.is_set():
                os.kill(os.getpid(), signal.SIGHUP)

    def run_input_thread(self) -> None:
        """Read keys until the app ends. Raises OSError or EOFError when the terminal is gone."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            typed = decode(self._read()) if self._has_input() else ""
            for message in (*(parser.feed(typed) if typed else ()), *parser.tick()):
                self.process_message(message)

    def _has_input(self) -> bool:
        return bool(select.select([self.fileno], [], [], TICK)[0])

    def _read(self) -> bytes:
        try:
            content = os.read(self.fileno, 4096)
        except BlockingIOError:  # another program took it
            return b""
        if not content:
            raise EOFError
        return content
