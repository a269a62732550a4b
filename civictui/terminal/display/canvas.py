"""The two grids: what the screen should show, and what the terminal shows.

The main thread paints into the one; the outlet's thread brings the other up to it. A row is never
changed, only replaced: so one thread may read rows while the other goes on.
"""

import threading

from civictui.terminal.display.cells import Row, filled
from civictui.terminal.display.dialect import Dialect
from civictui.terminal.display.difference import Cursor, write_frame
from civictui.terminal.display.painter import Update, patches, put
from civictui.terminal.display.stylus import Stylus

Size = tuple[int, int]
"""Columns and rows."""


class Canvas:
    """What is to be seen on one terminal."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._lock = threading.RLock()  # a signal may call `lose` in the middle of `paint`
        self._wanted: list[Row] = []
        self._cursor: Cursor = None
        self._known = False
        # What follows belongs to the thread that writes.
        self._sent: list[Row] = []
        self._stylus: Stylus | None = None

    def paint(self, update: Update, size: Size, cursor: Cursor) -> None:
        """Paint an update of the toolkit, on a terminal of this size. Asks nobody, waits for none.

        With another size all that was painted is void: the toolkit paints the whole screen then.
        """
        width, height = size
        painted = list(patches(update, self._dialect.colours))
        with self._lock:
            if (len(self._wanted), len(self._wanted[0]) if self._wanted else 0) != (height, width):
                self._wanted = [filled(width) for _ in range(height)]
                self._known = False
            for y, x, patch in painted:
                if 0 <= y < height and 0 <= x < width:
                    self._wanted[y] = put(self._wanted[y], x, patch)
            inside = cursor and 0 <= cursor[0] < width and 0 <= cursor[1] < height
            self._cursor = cursor if inside else None

    def lose(self, dialect: Dialect | None = None) -> None:
        """Whatever the terminal shows, it is not known any more: the next frame is a whole one."""
        with self._lock:
            self._known = False
            self._dialect = dialect or self._dialect

    def difference(self) -> str:
        """What brings the terminal from what it was sent to what is wanted now; "" for nothing.

        It counts as sent: whoever asks has to write it, and all of it, before asking again.
        """
        with self._lock:
            wanted, cursor, known = list(self._wanted), self._cursor, self._known
            self._known = bool(wanted)
        if not wanted:
            return ""
        if not known or not self._stylus:
            self._stylus = Stylus(self._dialect, len(wanted[0]))
            self._sent = [filled(len(wanted[0])) for _ in wanted]
        write_frame(self._stylus, self._sent, wanted, cursor)
        self._sent = wanted
        return self._stylus.take()

    @property
    def wanted(self) -> tuple[list[Row], Cursor]:
        """What the terminal shows once everything is written: rows of cells, and its cursor."""
        with self._lock:
            return list(self._wanted), self._cursor
