"""What of the gateway's folder is in a back-up, and in which order.

identity      first: it names what was made once for ever, and that was there before it
database/     the reports, and before the pictures: every picture that a copied document names, and
              that had come by then, is found later, for pictures are never taken away
the rest      accounts, keys, the audit log, and whatever a later version keeps in the folder
objects/      sealed pictures
maps/         base maps, unless they are left out: what the gateway finds there, also by a link

Not in it: `gateway.key`, which opens all the rest; sessions, so that no token that was signed out
comes alive; attempts, which end by themselves; uploads on their way, which the terminals begin
anew; locks, what is left of a write that was not finished, and what a disk has that is mounted
here.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from civictui.domain.errors import StoreError
from civictui.gateway.backup.container import DEEPEST
from civictui.gateway.maps import ROOM as MAPS
from civictui.geo.maps.base_map import files_of
from civictui.storage.files import disk_errors

KEY = "gateway.key"
DATABASE, OBJECTS = "database", "objects"
_FIRST = ("identity", DATABASE)
_NEVER = {KEY, "sessions", "attempts", "uploads", "lost+found"}
_PASSING = (".lock", ".tmp")
_NOT_OURS = "It does not belong there; move it away."


def parts_of(folder: Path) -> Iterator[str]:
    """The names in `folder` that are backed up, in their order, each looked for at its turn.

    Maps come behind all of them: see `maps_in`.
    """
    yield from _FIRST
    yield from sorted(_names(folder) - {*_FIRST, OBJECTS, MAPS, *_NEVER})
    yield OBJECTS


def files_in(folder: Path, part: str) -> Iterator[str]:
    """Paths, relative to `folder`, of the files that `part` is or has, in no order.

    Raises StoreError for what is neither file nor folder: a gateway never made it.
    """
    if part.endswith(_PASSING):
        return
    if part.count("/") >= DEEPEST:
        raise StoreError(f"{folder / part} lies too deep", _NOT_OURS)
    try:
        mode = (folder / part).lstat().st_mode
    except FileNotFoundError:
        return  # it was taken away in the meantime
    if stat.S_ISDIR(mode):
        for name in sorted(_names(folder / part)):
            yield from files_in(folder, f"{part}/{name}")
    elif stat.S_ISREG(mode):
        yield part
    else:
        raise StoreError(f"{folder / part} is no file", _NOT_OURS)


def maps_in(folder: Path) -> list[str]:
    """Paths, relative to `folder`, of the maps that its gateway can open."""
    paths = [path for path in files_of(folder / MAPS) if os.access(path, os.R_OK)]
    return [f"{MAPS}/{path.name}" for path in paths if path.is_file()]


def _names(folder: Path) -> set[str]:
    with disk_errors(f"The folder {folder}"):
        return {path.name for path in folder.iterdir()}
