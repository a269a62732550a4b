"""The fewest bytes: ways, pens, lines that move."""

from hypothesis import given
from hypothesis import strategies as st

from civictui.terminal.capability import Capability
from civictui.terminal.display.canvas import Canvas
from civictui.terminal.display.dialect import Dialect, dialect_of
from civictui.terminal.display.pens import BOLD, DIM, PLAIN, UNDERLINE, Pen, blank, change
from civictui.terminal.display.stylus import way
from tests.terminal.display.emulator import Emulator
from tests.terminal.display.frames import scrolled

XTERM = Dialect(linefeed=True)
SIZE = (80, 24)
places = st.tuples(st.integers(0, 79), st.integers(0, 23))
dialects = st.builds(Dialect, columns=st.booleans(), linefeed=st.booleans())


@given(places, places, dialects)
def test_every_way_leads_there(start: tuple[int, int], end: tuple[int, int], by: Dialect) -> None:
    for x, y in (start, (None, start[1]), (None, None)):
        emulator = Emulator(*SIZE)
        emulator.take(f"\x1b[{start[1] + 1};{start[0] + 1}H")
        emulator.take(way(x, y, *end, by))
        assert emulator.place == end


def test_the_ways_are_short() -> None:
    assert way(5, 3, 5, 3, XTERM) == ""
    assert way(5, 3, 0, 3, XTERM) == "\r"
    assert way(5, 3, 4, 3, XTERM) == "\b"
    assert way(5, 3, 6, 3, XTERM) == "\x1b[C"
    assert way(5, 3, 5, 4, XTERM) == "\n"
    assert way(5, 3, 5, 2, XTERM) == "\x1bM"
    assert way(5, 3, 0, 5, XTERM) == "\n\n\r"
    assert way(None, None, 0, 0, XTERM) == "\x1b[H"
    assert way(None, None, 0, 8, XTERM) == "\x1b[9H"
    assert way(70, 3, 30, 3, XTERM) == "\x1b[31G"
    assert way(70, 3, 30, 3, Dialect(columns=False)) == "\x1b[40D"
    assert len(way(40, 9, 41, 11, XTERM)) == 5


pens = st.builds(
    Pen,
    st.sampled_from(["", "31", "38;5;208"]),
    st.sampled_from(["", "44", "48;2;1;2;3"]),
    st.integers(0, 127),
)


@given(pens, pens, st.booleans())
def test_a_pen_becomes_another(old: Pen, new: Pen, single: bool) -> None:
    both = []
    for sequence in (change(PLAIN, old, single=True) + change(old, new, single=single),
                     change(PLAIN, new, single=True)):  # fmt: skip
        emulator = Emulator(2, 1)
        emulator.take(f"{sequence}x")
        both.append(emulator.looks()[0][0])
    assert both[0] == both[1]


def test_the_changes_are_short() -> None:
    bold, red = Pen(marks=BOLD), Pen("31")
    assert change(bold, PLAIN, single=True) == "\x1b[m"
    assert change(PLAIN, bold, single=True) == "\x1b[1m"
    assert change(bold, red, single=True) == "\x1b[;31m"
    assert change(Pen("31", "", BOLD | DIM), Pen("31", "", BOLD), single=True) == "\x1b[22;1m"
    assert change(red, Pen("31", "", BOLD), single=False) == "\x1b[1m"
    assert change(Pen("31", "", BOLD), red, single=False) == "\x1b[;31m"
    assert blank(Pen("31", "", BOLD)) == PLAIN
    assert blank(Pen("31", "", UNDERLINE)) == Pen("31", "", UNDERLINE)


def test_a_list_that_scrolls_costs_its_new_line() -> None:
    lines = ["The title", *(f"  {n} a report about lamp {n * 37}" for n in range(40))]
    canvas = Canvas(XTERM)

    def show(first: int) -> int:
        shown = [lines[0], *lines[first : first + 22], "the keys"]
        canvas.paint(scrolled(shown, SIZE), SIZE, None)
        return len(canvas.difference())

    assert show(1) > 400
    assert show(2) < 80
    assert show(6) < 220
    assert show(5) < 80


def test_a_vt100_is_told_nothing_that_it_does_not_know() -> None:
    dialect = dialect_of(Capability(term="vt100", colours=0))
    assert dialect == Dialect(colours=0, columns=False, single=False)
