"""A tour of all screens by keys, from the list and back to it, and what each of them costs."""

from dataclasses import dataclass

from _hands import bytes_of, throw_away
from _pty import Terminal


@dataclass(frozen=True, slots=True)
class Stop:
    """A screen: the keys that lead there, words that are on it, the keys that lead back."""

    name: str
    keys: tuple[str, ...]
    words: str
    back: tuple[str, ...] = ("Esc",)


STOPS = (
    Stop("help", ("F1",), "Keys"),
    Stop("list, twenty rows and three pages", (*"jjjjjjjjjjjjjjjjjjjj", *["PgDn"] * 3), "Reports"),
    Stop("list, to its ends", ("G", "g"), "Reports"),
    Stop("search", ("/", *"lamp", "Enter"), "lamp"),
    Stop("new report", ("n",), "New report", ()),
    Stop("its fields", ("Tab",) * 6, "New report", ()),
    Stop("place on the map", ("F5",), "lace"),
    Stop("detail", ("Enter",), "back"),
    Stop("map", ("m",), "back"),
    Stop("sync", ("S",), "back"),
    Stop("pack my day", ("P",), "back"),
    Stop("reports that are gone", ("h",), "back"),
    Stop("password", ("F9",), "assword"),
)
INSIDE = (
    Stop("remark", ("a",), "emark"),
    Stop("edit", ("e",), "Edit"),
    Stop("versions", ("h",), "ersions"),
    Stop("picture", ("p",), "back"),
)
"""From a report's page."""


def tour(terminal: Terminal) -> dict[str, int]:
    """Bytes of each stop, going there and coming back. Raises AssertionError where one is not."""
    costs: dict[str, int] = {}
    for stop in STOPS:
        costs[stop.name] = _visit(terminal, stop)
        if stop.name == "place on the map":
            throw_away(terminal)
        if stop.name == "detail":
            costs |= _inside(terminal)
    return costs


def _inside(terminal: Terminal) -> dict[str, int]:
    bytes_of(terminal, "Enter")
    costs = {stop.name: _visit(terminal, stop) for stop in INSIDE}
    bytes_of(terminal, "Esc")
    return costs


def _visit(terminal: Terminal, stop: Stop) -> int:
    there = bytes_of(terminal, *stop.keys)
    terminal.until(stop.words)
    return there + (bytes_of(terminal, *stop.back) if stop.back else 0)
