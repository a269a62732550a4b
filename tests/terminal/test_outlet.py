"""Output to a terminal that is read, that is not read for a while, and that is gone."""

import os
import threading
from collections.abc import Iterator

import pytest

from civictui.terminal.outlet import MOST, Outlet

OTHER_SCREEN = "\x1b[?1049h"
MUCH = "x" * 200_000
"""More than a pipe holds."""


class Line:
    """Both ends of a pipe, and an outlet into it."""

    def __init__(self) -> None:
        self.read, write = os.pipe()
        self.write = write
        self.redrawn = threading.Event()
        self.picture = ""
        self.asked = 0
        self.outlet = Outlet(write, self.redrawn.set, self._frame)
        self.outlet.start()

    def _frame(self) -> str:
        self.asked += 1
        return self.picture

    def begin(self, text: str) -> str:
        """Have `text` written, and wait until it is under way."""
        self.outlet.write(text)
        return os.read(self.read, 1).decode()

    def take(self, end: str) -> str:
        """Read until `end` came."""
        taken = ""
        while not taken.endswith(end):
            taken += os.read(self.read, 65536).decode()
        return taken

    def hang_up(self) -> None:
        os.close(self.read)
        self.read = -1

    def close(self) -> None:
        if self.read >= 0:
            self.hang_up()
        self.outlet.stop()
        self.outlet.join()
        os.close(self.write)


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


def test_output_arrives_in_its_order(line: Line) -> None:
    for word in ("one ", "two ", "drei über ✓"):
        line.outlet.write(word)
    assert line.take("✓") == "one two drei über ✓"
    assert not line.redrawn.is_set()


def test_what_no_encoding_has_cannot_stop_it(line: Line) -> None:
    line.outlet.write("a\ud800b")
    assert line.take("b") == "a?b"


def test_writing_never_waits_and_the_screen_is_drawn_anew_when_there_is_room(line: Line) -> None:
    taken = line.begin(MUCH)
    for number in range(MOST * 10):
        line.outlet.write(f"<{number}>")
    assert not line.redrawn.is_set()
    taken += line.take(f"<{MOST * 10 - 1}>")
    assert line.redrawn.wait(10)
    assert taken.startswith(MUCH), "what was begun is ended: no sequence is cut"
    assert len(taken) < len(MUCH) + MOST * 10


def test_settings_of_the_terminal_are_never_dropped(line: Line) -> None:
    line.begin(MUCH)
    line.outlet.write(OTHER_SCREEN)
    for number in range(MOST * 3):
        line.outlet.write(f"<{number}>")
        line.outlet.write("\x1b[?2026h")
    line.outlet.write("end")
    assert line.take("end").count(OTHER_SCREEN) == 1


def test_a_line_that_is_gone_takes_everything(line: Line) -> None:
    line.hang_up()
    for _ in range(3):
        line.outlet.write(MUCH)
    line.outlet.stop()
    assert not line.outlet.is_alive()
    assert os.write(line.write, b"printed later") == len("printed later")


def test_stopping_writes_what_waits(line: Line) -> None:
    line.outlet.write("last words")
    line.outlet.stop()
    assert os.read(line.read, 100) == b"last words"


def test_stopping_does_not_wait_for_a_line_that_takes_nothing(line: Line) -> None:
    line.begin(MUCH)
    line.outlet.write("more")
    line.outlet.stop()
    assert line.outlet.is_alive(), "it is left behind"
    line.outlet.forget()


def test_a_frame_is_made_when_there_is_room_for_it_and_of_what_is_there_then(line: Line) -> None:
    taken = line.begin(MUCH)
    for number in range(1000):
        line.picture = f"<{number}>"
        line.outlet.wake()
    assert line.asked == 0, "the terminal has not taken what was before"
    taken += line.take("<999>")
    assert taken == MUCH + "<999>"


def test_settings_go_before_the_next_frame(line: Line) -> None:
    line.begin(MUCH)
    line.picture = "frame"
    line.outlet.wake()
    line.outlet.write(OTHER_SCREEN)
    assert line.take("frame").endswith(OTHER_SCREEN + "frame")


def test_a_screen_that_is_left_gets_no_frame_any_more(line: Line) -> None:
    line.begin(MUCH)
    line.picture = "frame"
    line.outlet.wake()
    line.outlet.forget()
    line.outlet.write("end")
    assert "frame" not in line.take("end")
