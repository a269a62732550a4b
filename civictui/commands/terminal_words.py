"""What the doctor says of the terminal: by what the program goes, as it asks no terminal."""

import os

from civictui.domain.text import one_line
from civictui.settings import Settings
from civictui.terminal.capability import TRUECOLOR, Capability, detect


def terminal_facts(settings: Settings, found: Capability | None = None) -> dict[str, str | int]:
    found = found or detect()
    said = ", ".join(filter(None, (_kind(found), *_places(found))))
    ascii_only = settings.ascii or found.ascii
    return {
        "terminal": said,
        "terminal's colours": "all" if found.colours == TRUECOLOR else found.colours,
        "terminal's characters": "ASCII alone" if ascii_only else "UTF-8",
        "terminal's size": _size(),
        "the app on it": found.obstacle or "can run",
    }


def _kind(found: Capability) -> str:
    return one_line(found.term) or "none: TERM is not set"


def _places(found: Capability) -> list[str]:
    return [
        f"in {found.multiplexer}" if found.multiplexer else "",
        "over SSH" if found.remote else "",
        "on a serial line" if found.serial else "",
    ]


def _size() -> str:
    for stream in (1, 2, 0):
        if os.isatty(stream):
            columns, rows = os.get_terminal_size(stream)
            return f"{columns}x{rows}"
    return "not known: there is none"
