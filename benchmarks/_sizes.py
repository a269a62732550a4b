"""Memory and processor time of the program, beside those of the bare app."""

import shutil
import time

from _bare import PAINTED
from _depot import sign_in
from _figures import Figure
from _hands import bytes_of, throw_away, write
from _pty import bare, program
from _real import COUNT
from _tour import tour
from _world import World

MINUTE = 60.0
LINE = 40
"""Bytes that a new minute may cost: the status line says how long ago the last proof was."""
CORE = (0,)
BOARD = 256
"""Megabytes that a small board can spare."""


def pinned(world: World) -> list[Figure]:
    """A first sync of 50,000 reports and a tour of all screens on one core; makes the store."""
    shutil.rmtree(world.data, ignore_errors=True)
    with world.depot.open() as origin, program(world.data, origin, cores=CORE) as terminal:
        pressed = sign_in(terminal)
        done = terminal.until(f"Reports {COUNT:,}", "all sent") - pressed
        synced = terminal.process.peak
        world.found_at(origin)
        total = sum(tour(terminal).values())
        peak, now = terminal.process.peak, terminal.process.megabytes
    return [
        Figure(f"first sync of {COUNT:,}, one core", done, "s"),
        Figure("  resident at the peak, after that", synced, "MB", BOARD),
        Figure("  and after a tour of all screens", peak, "MB", BOARD, f"{now:.0f} in the end"),
        Figure("  bytes of that tour", total, "bytes"),
    ]


def sizes(world: World) -> list[Figure]:
    with bare() as terminal:
        terminal.until(PAINTED)
        bytes_of(terminal, "a")
        base = terminal.process.megabytes
    with world.at_list() as terminal:
        opened = terminal.process.megabytes
        bytes_of(terminal, "/", *"lamp")
        bytes_of(terminal, "Esc")
        bytes_of(terminal, "G", "Enter")
        bytes_of(terminal, "Esc")
        write(terminal)
        throw_away(terminal)
        now, peak = terminal.process.megabytes, terminal.process.peak
    return [
        Figure("resident, a bare app", base, "MB"),
        Figure(f"above it with {COUNT:,} on the list", opened - base, "MB", 100),
        Figure("above it after search, page and form", now - base, "MB", 100),
        Figure("above it at the peak", peak - base, "MB", remark="Argon2id takes 64 for a moment"),
    ]


def idle(world: World) -> list[Figure]:
    """A minute in which nobody touches either, both at the same time."""
    with bare() as other, world.at_list() as terminal:
        other.until(PAINTED)
        both = (other, terminal)
        for one in both:
            one.listen(2.0)  # the bare app's cursor blinks: it is never quiet
        before = [one.process.seconds for one in both]
        count, end = terminal.count, time.monotonic() + MINUTE
        while time.monotonic() < end:
            other.listen(0.5)
            terminal.listen(0.5)
        spent = [
            (one.process.seconds - at) / MINUTE * 100 for one, at in zip(both, before, strict=True)
        ]
        came = terminal.count - count
    return [
        Figure("processor, a bare app, 60 idle seconds", spent[0], "%"),
        Figure("processor, on the list, 60 idle seconds", spent[1], "%", 0.5),
        Figure("  bytes in them", came, "bytes", LINE, "a new minute in the status line"),
    ]
