"""What a pair of hands does at a terminal that is signed in, and what comes back for each key."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice

from _pty import Terminal

LETTERS = "thelampatthecornerisoutsincemonday"
MARK = "zqx"
"""Typed first: what is nowhere else on the screen. No blanks: those are there before a key."""
_POINTED = re.compile(r"^>")
"""The list's own mark for the row with the cursor."""


def to_list(terminal: Terminal) -> None:
    """After signing in without a link: to the list, with nothing on top of it."""
    terminal.until("Reports ")
    terminal.rest(1.0)
    if terminal.shows("The session has ended"):  # there is no gateway to renew it
        terminal.press("Esc")
    terminal.until("Reports ")
    terminal.rest(1.0)


def write(terminal: Terminal) -> None:
    """From the list to an empty form, its cursor in the description."""
    terminal.press("n")
    terminal.until("New report", "Category")
    terminal.rest(1.0)


def throw_away(terminal: Terminal) -> None:
    """From the form back to the list, without a draft."""
    terminal.press("F8")
    terminal.rest(1.0)
    if terminal.shows("New report"):
        terminal.press("y", "Tab", "Enter")
    terminal.rest(1.0)
    if terminal.shows("New report"):  # nothing was written: there was nothing to throw away
        terminal.press("Esc")
    terminal.until("Reports ")
    terminal.rest()


# --- bytes ---------------------------------------------------------------------------------------


def bytes_of(terminal: Terminal, *keys: str) -> int:
    """The bytes from these keys until the screen is quiet."""
    terminal.rest()
    before = terminal.count
    terminal.press(*keys)
    terminal.take(5.0)
    terminal.rest()
    return terminal.count - before


# --- seconds -------------------------------------------------------------------------------------


def echoes(terminal: Terminal, count: int, pause: float) -> Iterator[float]:
    """Seconds from a letter's key to the letter in the field; one each `pause` seconds."""
    _until(terminal, MARK, lambda: terminal.shows(MARK))
    shown = MARK
    for letter in islice(cycle(LETTERS), count):
        if len(shown) == len(MARK + LETTERS):
            _rub_out(terminal, LETTERS)
            shown = MARK
        shown += letter
        yield _until(terminal, letter, lambda: terminal.shows(shown))  # noqa: B023
        terminal.listen(pause)
    _rub_out(terminal, shown)


def moves(terminal: Terminal, count: int, pause: float) -> Iterator[float]:
    """Seconds from a key to the list's cursor on another row; down and up in turns."""
    for key in islice(cycle(("j", "j", "j", "k", "k", "k")), count):
        row = pointed(terminal)
        yield _until(terminal, key, lambda: pointed(terminal) not in (row, -1))  # noqa: B023
        terminal.listen(pause)


def pointed(terminal: Terminal) -> int:
    """The line of the screen with the row's mark; -1 where there is none."""
    found = [number for number, line in enumerate(terminal.lines) if _POINTED.match(line)]
    return found[0] if found else -1


def searches(terminal: Terminal, words: Sequence[str], pause: float) -> Iterator[float]:
    """Seconds from each letter of a search to its result in the list.

    What is expected is known from a first pass, in which nobody hurries. A letter that changes
    nothing in sight cannot be timed, and is left out.
    """
    for word in words:
        before = _list(terminal)
        wanted = _results(terminal, word)
        for letter, lines in zip(word, wanted, strict=True):
            terminal.rest(pause)
            if lines == before:
                terminal.press(letter)
            else:
                yield _until(terminal, letter, lambda: _list(terminal) == lines)  # noqa: B023
            before = lines
        _rub_out(terminal, word)


def _results(terminal: Terminal, word: str) -> list[list[str]]:
    """What the list shows after each letter."""
    found = []
    for letter in word:
        bytes_of(terminal, letter)
        terminal.rest(0.5)
        found.append(_list(terminal))
    _rub_out(terminal, word)
    return found


def _list(terminal: Terminal) -> list[str]:
    """The screen without the line of the search field and the two at the bottom."""
    return terminal.lines[1:-2]


def _rub_out(terminal: Terminal, word: str) -> None:
    bytes_of(terminal, *["Backspace"] * len(word))
    terminal.rest(0.5)


def _until(terminal: Terminal, key: str, holds: Callable[[], bool]) -> float:
    pressed = terminal.press(key)
    return terminal.wait(holds, f"the echo of {key!r}") - pressed


def last_echo(terminal: Terminal, rate: int, count: int = 10) -> float:
    """Seconds by which the last of `count` moves, five a second, is late over such a line.

    That is when the last byte of them all has come.
    """
    terminal.rest(1.0)
    pressed, terminal.rate = 0.0, rate
    for _ in range(count):
        pressed = terminal.press("j")
        terminal.listen(0.2)
    terminal.rest(1.5)
    terminal.rate = 0
    return max(0.0, terminal.arrived - pressed)


def first_line(terminal: Terminal, rate: int, words: str) -> float:
    """Seconds from Enter to these words of a report's page, over such a line."""
    terminal.rest(1.0)
    terminal.rate = rate
    pressed = terminal.press("Enter")
    arrived = terminal.until(words)
    terminal.rest()
    terminal.rate = 0
    return arrived - pressed
