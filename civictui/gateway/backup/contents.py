"""What of the gateway's folder is in a back-up, and in which order.

identity      first: it names what was made once for ever, and that was there before it
database/     the reports, and before the pictures: every picture that a copied document names, and
              that had come by then, is found later, for pictures are never taken away
the rest      accounts, keys, the audit log, and whatever a later version keeps in the folder
objects/      sealed pictures
maps/         base maps, unless they are left out

Not in it: `gateway.key`, which opens all the rest; sessions, so that no token that was signed out
comes alive; attempts, which end by themselves; uploads on their way, which the terminals begin
anew; locks, and what is left of a write that was not finished.
"""

import stat
from collections.abc import Iterator
from pathlib import Path

from civictui.domain.errors import StoreError
from civictui.gateway.maps import ROOM as MAPS
from civictui.storage.files import disk_errors

KEY = "gateway.key"
DATABASE, OBJECTS = "database", "objects"
_FIRST = ("identity", DATABASE)
_LAST = (OBJECTS, MAPS)
_NEVER = {KEY, "sessions", "attempts", "uploads"}
_PASSING = (".lock", ".tmp")


def parts_of(folder: Path, *, maps: bool) -> Iterator[str]:
    """The names in `folder` that are backed up, in their order; each is looked for at its turn."""
    yield from _FIRST
    yield from sorted(_names(folder) - {*_FIRST, *_LAST, *_NEVER})
    yield OBJECTS
    if maps:
        yield MAPS


def files_in(folder: Path, part: str) -> Iterator[str]:
    """Paths, relative to `folder`, of the files that `part` is or has, in no order.

    Raises StoreError for what is neither file nor folder: a gateway never made it.
    """
    if part.endswith(_PASSING):
        return
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
        raise StoreError(f"{folder / part} is no file", "It does not belong there; move it away.")


def _names(folder: Path) -> set[str]:
    with disk_errors(f"The folder {folder}"):
        return {path.name for path in folder.iterdir()}
