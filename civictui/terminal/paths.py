"""Completion of paths to pictures."""

import os
from pathlib import Path

from civictui.domain.text import one_line

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
MOST = 200
"""Proposals, and a hundred times as many names looked at: a folder may hold anything."""


def expanded(path: str) -> str:
    """`path` with `~` in full; unchanged where that user has no home."""
    try:
        return str(Path(path).expanduser())
    except RuntimeError:
        return path


def proposals(typed: str) -> list[str]:
    """What `typed` may be the beginning of: folders, with a slash, and pictures; sorted.

    Each begins with `typed` itself, `~` and all. Names that a terminal could not show as they are
    are left out, hidden ones too unless a dot is typed.
    """
    if typed == "~":
        return ["~/"]
    folder, slash, start = typed.rpartition("/")
    if not slash:
        return []
    try:
        with os.scandir(expanded(folder + slash)) as entries:
            names = [_shown(entry) for _, entry in zip(range(MOST * 100), entries, strict=False)]
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        return []
    fitting = [name for name in names if name.startswith(start) and _is_wanted(name, start)]
    return [f"{folder}{slash}{name}" for name in sorted(fitting)[:MOST]]


def _shown(entry: os.DirEntry[str]) -> str:
    """The name, with a slash for a folder; "" for what is no picture."""
    if entry.name.lower().endswith(ENDINGS):
        return entry.name
    try:
        return f"{entry.name}/" if entry.is_dir() else ""
    except OSError:
        return ""


def _is_wanted(name: str, start: str) -> bool:
    return bool(name) and one_line(name) == name and name.startswith(".") == start.startswith(".")
