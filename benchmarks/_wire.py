"""Bytes: what each key and each screen sends, and how late that is on thin lines."""

import statistics
from collections.abc import Sequence

from _depot import with_photo
from _figures import Figure
from _hands import bytes_of, first_line, last_echo, throw_away, write
from _pty import Terminal
from _tour import tour
from _world import World

FAST, THIN = 960, 4_000
"""Bytes per second of a serial line (9,600 baud), and of a mobile link (32 kbit/s)."""
TEXT = "a lamp is out "
IDLE = 10.0


def on_the_wire(world: World) -> list[Figure]:
    with_photo(world.data, world.origin)
    with world.at_list(CIVICTUI_PICTURES="none") as terminal:
        figures = _at_the_list(terminal)
        write(terminal)
        figures += _in_the_form(terminal)
        throw_away(terminal)
        bytes_of(terminal, "g", "j")
        page = bytes_of(terminal, "Enter")
        figures.append(Figure("opening a report's page, no picture", page, "bytes", 4000))
    with world.at_list(CIVICTUI_PICTURES="blocks") as terminal:
        bytes_of(terminal, "g")
        page = bytes_of(terminal, "Enter")
        figures.append(Figure("opening a report's page with its picture", page, "bytes"))
    return figures


def _at_the_list(terminal: Terminal) -> list[Figure]:
    down = [bytes_of(terminal, "j") for _ in range(12)]
    page = [bytes_of(terminal, "PgDn") for _ in range(3)]
    idle = terminal.listen(IDLE)
    return [
        _keys("cursor down in the list", down, 96),
        _keys("a page down in the list", page, None),
        Figure("10 idle seconds on the list", idle, "bytes", 0),
    ]


def _in_the_form(terminal: Terminal) -> list[Figure]:
    letters = [bytes_of(terminal, letter) for letter in TEXT]
    idle = terminal.listen(IDLE)
    tabs = [bytes_of(terminal, "Tab") for _ in range(5)]
    return [
        _keys("a letter in the description", letters, 16),
        Figure("10 idle seconds in the form", idle, "bytes", 0),
        _keys("Tab to the next field", tabs, 200),
    ]


def _keys(name: str, counts: Sequence[int], most: float | None) -> Figure:
    """The median; the most is said beside it."""
    remark = f"of {len(counts)}: the most {max(counts):,}"
    return Figure(name, statistics.median(counts), "bytes", most, remark)


def touring(world: World) -> list[Figure]:
    with world.at_list(CIVICTUI_PICTURES="none") as terminal:
        costs = tour(terminal)
    stops = [Figure(f"  {name}", cost, "bytes") for name, cost in costs.items()]
    total = Figure(f"a tour of {len(costs)} stops", sum(costs.values()), "bytes")
    return [total, *stops]


def over_links(world: World) -> list[Figure]:
    with world.at_list(CIVICTUI_PICTURES="none") as terminal:
        thin = last_echo(terminal, THIN)
        fast = last_echo(terminal, FAST)
        page = first_line(terminal, FAST, "Status  ")
    late = "the last of ten moves, 5/s, is late by"
    return [
        Figure(f"{late} (32 kbit/s)", thin, "s", 1),
        Figure(f"{late} (9,600 bit/s)", fast, "s", 1),
        Figure("a report's page, its first line at 9,600 bit/s", page, "s", 1),
    ]
