"""Whatever is painted in whatever order: the terminal shows it, to the cell."""

from hypothesis import given
from hypothesis import strategies as st

from civictui.terminal.capability import TRUECOLOR
from civictui.terminal.display.canvas import Canvas
from civictui.terminal.display.dialect import Dialect
from tests.terminal.display.emulator import Emulator, differences
from tests.terminal.display.frames import Frame, frames, scrolled

SIZES = [(12, 5), (20, 6), (3, 2)]
dialects = st.builds(
    Dialect,
    colours=st.sampled_from([0, 8, 16, 256, TRUECOLOR]),
    columns=st.booleans(),
    single=st.booleans(),
    linefeed=st.booleans(),
)


class Terminal:
    """A canvas and the emulator that it is for."""

    def __init__(self, dialect: Dialect | None = None) -> None:
        self.canvas = Canvas(dialect or Dialect(linefeed=True))
        self.emulator = Emulator(1, 1)

    def show(self, frame: Frame) -> None:
        """Paint, without sending."""
        width, height = frame.size
        if (self.emulator.columns, self.emulator.lines) != frame.size:
            self.emulator.resize(height, width)
        self.canvas.paint(frame.update, frame.size, frame.cursor)

    def send(self) -> str:
        text = self.canvas.difference()
        self.emulator.take(text)
        rows, cursor = self.canvas.wanted
        if rows:
            assert list(differences(self.emulator, rows, cursor)) == []
        return text


@given(dialects, st.lists(st.tuples(frames(st.sampled_from(SIZES)), st.booleans()), max_size=6))
def test_the_terminal_shows_what_was_painted(
    dialect: Dialect, played: list[tuple[Frame, bool]]
) -> None:
    terminal = Terminal(dialect)
    for frame, sent in played:
        terminal.show(frame)
        if sent:
            terminal.send()
    terminal.send()
    assert terminal.send() == "", "what is shown already costs nothing"
    terminal.canvas.lose()
    terminal.emulator.take("\x1b[31;7mgarbage\x1b(0\x1b[2;2r")
    terminal.send()


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 13), st.integers(0, 13)), max_size=8),
    st.booleans(),
)
def test_lines_that_move(windows: list[tuple[int, int, int]], linefeed: bool) -> None:
    terminal, size = Terminal(Dialect(linefeed=linefeed)), (30, 14)
    for first, top, bottom in windows:
        lines = [f"fixed {y} title" for y in range(14)]
        for y in range(top, bottom):
            lines[y] = f"{'>' if y == top else ' '} {first + y} row of {(first + y) * 7} words"
        terminal.show(Frame(scrolled(lines, size), size, (0, top)))
        terminal.send()
