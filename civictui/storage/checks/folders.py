"""Folders and files from outside: rights, owners, what was left behind, what lies in quarantine."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from civictui.storage.checks.findings import Checkup
from civictui.storage.generations import generations, path_of

DEVICE_FILES = ("device.json", "device.copy")
_RIGHTS = "--repair sets the rights right."
_STORE_FILES = {"keys", "keys.copy", "holder"}
_STORE_FOLDERS = {"blob", "outbox", "part", "quarantine", "tile"}


def check_rights(root: Path, checkup: Checkup) -> None:
    """Nobody else may read, write or own what is ours in the data folder `root`; no links."""
    for path in own_paths(root):
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or not (
            stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)
        ):
            checkup.fault(str(path), "it is neither a file nor a folder", "Move it away.")
        elif found.st_uid != os.geteuid():
            checkup.fault(
                str(path),
                "it belongs to another user of this system",
                f"Have an administrator give it back: chown {os.geteuid()}",
            )
        elif stat.S_IMODE(found.st_mode) != rights_of(found.st_mode):
            checkup.fault(str(path), f"its rights are {stat.S_IMODE(found.st_mode):04o}", _RIGHTS)


def check_strangers(data: Path, checkup: Checkup) -> None:
    """Name what lies in the data folder and is none of ours; it is left alone."""
    known = {"u", "ballast", "notices", *DEVICE_FILES}
    for path in sorted(data.iterdir()):
        if path.name not in known and not path.name.endswith(".tmp"):
            checkup.note(path.name, "it is no part of this folder", "Move it away if it is yours.")


def rights_of(mode: int) -> int:
    """What a folder or a file of the program may have."""
    return 0o700 if stat.S_ISDIR(mode) else 0o600


def wrong_rights(root: Path) -> list[Path]:
    """What `--repair` can set right, the outer folders first."""
    found = []
    for path in own_paths(root):
        status = path.lstat()
        plain = stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)
        mode = stat.S_IMODE(status.st_mode)
        if plain and status.st_uid == os.geteuid() and mode != rights_of(status.st_mode):
            found.append(path)
    return found


def check_leftovers(place: Path, checkup: Checkup) -> None:
    """What an interrupted write left in a store, and what never belonged there."""
    for path in leftovers(place):
        checkup.note(
            str(path.relative_to(place)),
            "an unfinished write was left here, of which nobody was told",
            "It does no harm. --repair moves it into quarantine.",
        )
    for path in sorted(place.iterdir()):
        if not _belongs(path) and not path.name.endswith(".tmp"):
            checkup.note(path.name, "it is no part of a store", "Move it away if it is yours.")


def leftovers(place: Path) -> list[Path]:
    """Files that a crash left half-written."""
    quarantine = place / "quarantine"
    return [
        path
        for path in _walk(place)
        if path.name.endswith(".tmp") and path.is_file() and quarantine not in path.parents
    ]


def check_quarantine(place: Path, checkup: Checkup) -> None:
    """Say what was set apart, and where from."""
    count, size = weight_of(place / "quarantine")
    checkup.facts["in quarantine"] = count
    if count:
        checkup.note(
            "quarantine",
            f"{count} damaged pieces ({size} bytes) are kept here, still sealed",
            "Nothing reads them. Delete them when nobody will examine them.",
        )


def weight_of(folder: Path) -> tuple[int, int]:
    """How many files lie in a folder and below, and their bytes."""
    sizes = [path.lstat().st_size for path in _walk(folder) if not path.is_dir()]
    return len(sizes), sum(sizes)


def own_paths(data: Path) -> Iterator[Path]:
    """What the program has made in a data folder; of a folder that is none of its own, nothing.

    Whatever else lies there, or in a folder named by mistake, is somebody's and none of ours.
    """
    devices = [path for name in DEVICE_FILES if (path := data / name).is_file()]
    if not devices:
        return
    yield data
    yield from devices
    for path in sorted(data.glob("ballast")):
        yield path
        yield from (piece for piece in sorted(path.glob("[0-7]")))
    yield from _walk(data / "notices")
    yield from _walk(data / "u")


def _belongs(path: Path) -> bool:
    if path.is_dir():
        return path.name in _STORE_FOLDERS
    return path.name in _STORE_FILES or path.name in _logs(path.parent)


def _logs(place: Path) -> set[str]:
    return {path_of(place, number).name for number in generations(place)}


def _walk(root: Path) -> Iterator[Path]:
    """`root` and all below it that can be looked at, in order; links are not followed."""
    if not root.exists():
        return
    yield root
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted((*folders, *files)):
            yield Path(folder) / name
