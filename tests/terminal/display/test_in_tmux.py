"""A real terminal's own idea of how wide a character is: what stands beside it stays."""

import os
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from rich.segment import Segment
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from civictui.domain.text import one_line
from civictui.terminal.display.canvas import Canvas
from civictui.terminal.display.cells import EMPTY
from civictui.terminal.display.dialect import Dialect
from tests.pty.hostile_strings import SHAPES, hostile_strings
from tests.tools import require_tool

WIDTH, HEIGHT, LEFT = 80, 24, 40
_PATIENCE = 30.0


class Pane:
    """A tmux of the test's own, whose window shows what is written to it."""

    def __init__(self, folder: Path) -> None:
        self._tmux = [str(require_tool("tmux")), "-u", "-S", str(folder / "s"), "-f", "/dev/null"]
        os.mkfifo(folder / "into")
        shows = f"stty raw -echo; cat {folder / 'into'}"
        self.run("new-session", "-d", "-x", "80", "-y", "25", shows, ";", "set", "status", "off")
        self.run("resize-window", "-x", "80", "-y", "24")
        self.into = (folder / "into").open("wb", buffering=0)

    def run(self, *words: str) -> str:
        environ = {**os.environ, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [*self._tmux, *words], capture_output=True, text=True, check=True, env=environ
        )
        return done.stdout

    def shows(self, text: str, mark: str) -> list[str]:
        """The lines of the pane after `text`, which ends with `mark` in the last one."""
        self.into.write(text.encode("utf-8", "replace"))
        end = time.monotonic() + _PATIENCE
        while mark not in (lines := self.run("capture-pane", "-p").split("\n"))[HEIGHT - 1]:
            assert time.monotonic() < end, lines
            time.sleep(0.01)  # tmux tells nobody that its screen has changed
        return lines


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Pane]:
    running = Pane(tmp_path)
    yield running
    running.run("kill-server")
    running.into.close()


def screens() -> Iterator[list[str]]:
    """Shapes and hostile strings, one in each line but the last."""
    known = [*SHAPES, *(a + b for a, b in pairwise(SHAPES))]
    made = [text.replace("\n", " ") for text in hostile_strings(1300)[-300:]]
    texts = [*known, *map(one_line, known), *made, *map(one_line, made)]
    texts = [text[:300] for text in texts]
    rows = HEIGHT - 1
    for at in range(0, len(texts), rows):
        yield (texts[at : at + rows] + [""] * rows)[:rows]


def test_what_stands_beside_stays_in_tmux(pane: Pane) -> None:
    canvas = Canvas(Dialect(linefeed=True))
    for number, texts in enumerate(screens()):
        beside = [f"│ä漢 row {y} of {number}" for y in range(HEIGHT - 1)]
        lines = [(text, words) for text, words in zip(texts, beside, strict=True)]
        canvas.paint(_frame([*lines, ("", "")]), (WIDTH, HEIGHT), None)
        mark = f"mark {number}."
        lines_there = pane.shows(canvas.difference() + _blanked(mark), mark)
        for text, expected, there in zip(texts, beside, lines_there, strict=False):
            assert there.rstrip() == " " * LEFT + expected, ascii(text)
        _forget_left(canvas)


def _frame(lines: list[tuple[str, str]]) -> LayoutUpdate:
    strips = [[_half(left), _half(right)] for left, right in lines]
    return LayoutUpdate(strips, Region(0, 0, WIDTH, HEIGHT))  # type: ignore[arg-type]


def _half(text: str) -> Strip:
    return Strip([Segment(text)]).adjust_cell_length(LEFT)


def _blanked(mark: str) -> str:
    """Takes the left side away, so that the columns of the right one can be counted."""
    blanks = "".join(f"\x1b[{y + 1};1H\x1b[{LEFT}X" for y in range(HEIGHT))
    return f"\x1b7\x1b[m{blanks}\x1b[{HEIGHT};1H{mark}\x1b8"


def _forget_left(canvas: Canvas) -> None:
    """The canvas is told what the test has done to the terminal."""
    canvas._sent = [[EMPTY] * LEFT + row[LEFT:] for row in canvas._sent]
    canvas._sent[-1] = [("#", EMPTY[1])] * LEFT + canvas._sent[-1][LEFT:]
