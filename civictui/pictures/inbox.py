"""The newest photo of a folder that a camera, a phone or a card fills."""

import os
from collections.abc import Iterator
from pathlib import Path

from civictui.domain.errors import PictureError
from civictui.domain.text import one_line
from civictui.pictures.files import read_file

USUAL = ("~/DCIM", "~/Pictures")
"""Where photos usually are, when no folder is set."""

_ENDINGS = frozenset((".jpg", ".jpeg", ".jpe", ".png", ".webp", ".heic", ".heif"))
_DEEP = 3
"""Folders below the one that is named: cameras write into DCIM/100ABCDE."""
_MOST = 50_000
"""Files that are looked at; a folder with more is no inbox."""
_ADVICE = "Set the photo folder in the settings."


def newest(folder: str = "") -> tuple[str, bytes]:
    """The name and the bytes of the photo that was written last; "" looks where photos usually are.

    Raises PictureError where there is no such folder, no photo in it, or one that cannot be read.
    """
    names = [folder] if folder else USUAL
    named = one_line(" or ".join(names))
    places = [place for name in names if (place := _folder(name))]
    if not places:
        raise PictureError(f"There is no folder {named}", _ADVICE)
    found = max((entry for place in places for entry in _photos(place)), default=None)
    if found is None:
        raise PictureError(f"There is no photo in {named}", _ADVICE)
    return one_line(Path(found[1]).name), read_file(found[1])


def _folder(name: str) -> str:
    """Its path, "" where it is none."""
    try:
        place = Path(name).expanduser()
        return str(place) if place.is_dir() else ""
    except (OSError, ValueError, RuntimeError):  # as in `files.read_file`
        return ""


def _photos(folder: str) -> Iterator[tuple[int, str]]:
    """(time of writing in nanoseconds, path) of each photo; what cannot be looked at is passed."""
    left = _MOST
    waiting = [(0, folder)]
    while waiting and left:
        depth, place = waiting.pop()
        for entry in _entries(place):
            left -= 1
            if not left:
                return
            if entry.name.startswith("."):
                continue
            if depth < _DEEP and entry.is_dir(follow_symlinks=False):
                waiting.append((depth + 1, entry.path))
            elif (written := _written(entry)) is not None:
                yield written, entry.path


def _entries(place: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            return list(entries)
    except OSError:
        return []


def _written(entry: os.DirEntry[str]) -> int | None:
    """When a photo was written; None for what is none, and for one that is empty as yet."""
    if Path(entry.name).suffix.lower() not in _ENDINGS:
        return None
    try:
        status = entry.stat()
        return status.st_mtime_ns if entry.is_file() and status.st_size else None
    except OSError:
        return None
