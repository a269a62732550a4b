"""The terminal as the app writes to it and reads from it: it may be gone or stuck at any moment.

When an SSH session drops, every write to the terminal fails and every read ends. The stock driver
dies of either; where a read ends without an error it spins. A stray byte that is no UTF-8 ends its
reading for good. Here nothing of that stops the program, and a terminal that is gone is a hang-up.
"""

import os
import select
import signal
import termios
from codecs import getincrementaldecoder
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from civictui.terminal.display.canvas import Canvas
from civictui.terminal.display.difference import Cursor
from civictui.terminal.display.painter import Update
from civictui.terminal.input_end import InputEnd
from civictui.terminal.outlet import Outlet
from civictui.terminal.thin import ThinApp, ThinDriver

STANDARD_OUTPUT, STANDARD_ERROR = 1, 2
TICK = 0.1
"""Seconds after which an Esc that nothing followed is taken for the key."""

_NOT_SENT: Final = frozenset(
    {
        "\x1b[<u",  # ends a keyboard protocol that was never begun
        "\x1b[?1004h",  # tell when the window has the focus: the fields would be drawn anew
        "\x1b[?1004l",
        "\x1b[?25l",  # the thin display hides and shows the cursor itself
        "\x1b]22;default\x07",  # the mouse's pointer: a console prints it
    }
)
_LEFT_CLEAN: Final = "\x1b[r\x1b[m\x1b[H\x1b[2J"
"""Before the other screen is left: a terminal that has but one would go on showing reports."""


def screen() -> int:
    """What is drawn on: standard error, as the toolkit does, or the output where it is no terminal.

    With `2>err.log` the screen stays where it is, and the file gets words alone.
    """
    return STANDARD_ERROR if os.isatty(STANDARD_ERROR) else STANDARD_OUTPUT


class TerminalDriver(ThinDriver, LinuxDriver):
    """The stock driver, proof against a terminal that goes away or stops taking output."""

    _outlet: Outlet | None = None

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.exit_event = InputEnd()
        if isinstance(app, ThinApp) and app.dialect:
            self.canvas = Canvas(app.dialect)

    # --- output ---

    def show(self, update: Update, cursor: Cursor) -> None:
        super().show(update, cursor)
        if self._outlet:
            self._outlet.wake()

    def start_application_mode(self) -> None:
        frame = self.canvas.difference if self.canvas else lambda: ""
        self._outlet = Outlet(screen(), self._draw_again, frame)
        self._outlet.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._take_lines_as_they_are()
        self.lose()

    def lose(self) -> None:
        """What the terminal shows is not known any more, nor what its line discipline does."""
        if self.canvas and isinstance(self._app, ThinApp) and self._app.dialect:
            self.canvas.lose(replace(self._app.dialect, linefeed=self._lines_stay_as_they_are()))

    def _take_lines_as_they_are(self) -> None:
        """Have the line discipline put no CR before LF. Undone at the end, like the rest."""
        with suppress(termios.error):
            mode = termios.tcgetattr(self.fileno)
            mode[1] &= ~termios.OPOST
            termios.tcsetattr(self.fileno, termios.TCSANOW, mode)

    def _lines_stay_as_they_are(self) -> bool:
        """Asked again each time: while we were stopped, a shell may have set its own."""
        with suppress(termios.error):
            return not termios.tcgetattr(screen())[1] & termios.OPOST
        return False

    def write(self, data: str) -> None:
        """Settings of the terminal, and whatever else is no frame of the thin display."""
        if self._outlet and not (self.canvas and data in _NOT_SENT):
            self._outlet.write(data)

    def stop_application_mode(self) -> None:
        if self._outlet:
            self._outlet.forget()
        if self.canvas:
            self.write(_LEFT_CLEAN)
        super().stop_application_mode()

    def close(self) -> None:
        if self._outlet:
            self._outlet.stop()
        self._outlet = None
        super().close()

    def _sigcont_application(self, *_: object) -> None:
        """Going on after a stop. The stock driver begins anew, also where it never ended.

        A second thread would then read the keyboard; and a terminal that hangs up continues those
        whom it leaves.
        """
        if self._must_signal_resume:
            super()._sigcont_application()
        self._draw_again()

    def _draw_again(self) -> None:
        self.lose()
        self._app.call_later(self._app.refresh, layout=True)

    def _request_terminal_sync_mode_support(self) -> None:
        """Ask nothing: answers come late on a slow link. A frame is one piece anyway."""

    def _query_in_band_window_resize(self) -> None:
        """Ask nothing: a signal says when the size has changed."""

    # --- input ---

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except (OSError, EOFError):
            if not self.exit_event.is_set():
                os.kill(os.getpid(), signal.SIGHUP)

    def run_input_thread(self) -> None:
        """Read keys until the app ends. Raises OSError or EOFError when the terminal is gone.

        Sleeps until there is something to read. Only while an Esc may be the beginning of more does
        it look at the time.
        """
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            pending = parser._timeout_time is not None
            typed = decode(self._read()) if self._has_input(TICK if pending else None) else ""
            for message in (*(parser.feed(typed) if typed else ()), *parser.tick()):
                self.process_message(message)

    def _has_input(self, patience: float | None) -> bool:
        end: Any = self.exit_event
        return self.fileno in select.select([self.fileno, end], [], [], patience)[0]

    def _read(self) -> bytes:
        try:
            content = os.read(self.fileno, 4096)
        except BlockingIOError:  # another program took it
            return b""
        if not content:
            raise EOFError
        return content
