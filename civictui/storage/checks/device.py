"""The data folder as a whole, without anybody's password."""

import base64
import os
from pathlib import Path

from civictui.codec import BadJson, decode_object
from civictui.domain.errors import StoreError
from civictui.storage.ballast import Ballast
from civictui.storage.checks.findings import Checkup
from civictui.storage.checks.folders import check_rights, weight_of
from civictui.storage.device import ASIDE, TAKEN
from civictui.storage.files import read_private

SCARCE_BYTES = 64 * 1024 * 1024
"""With less than this free, reports can still be saved, but the person should know."""


def check_device(data: Path, checkup: Checkup) -> None:
    """Look at everything outside the single stores; changes nothing, makes nothing."""
    checkup.facts["data folder"] = str(data)
    if not data.exists():
        checkup.note(str(data), "there is nothing here yet", "The first sign-in makes it.")
        return
    check_rights(data, checkup)
    _check_disk(data, checkup)
    _check_stores(data, checkup)
    _check_device_file(data, checkup)
    if not Ballast(data).is_here:
        checkup.note(
            "ballast",
            "the room that is kept for a full disk was used, or there was none to keep",
            "It is taken in again when a store is opened and the disk has room.",
        )


def _check_disk(data: Path, checkup: Checkup) -> None:
    disk = os.statvfs(data)
    free = disk.f_bavail * disk.f_frsize
    checkup.facts["free bytes"] = free
    if disk.f_flag & os.ST_RDONLY:
        checkup.fault(
            str(data),
            "the disk is read-only: nothing can be saved",
            "Have the disk checked; a worn one is often made read-only by the system.",
        )
    if free < SCARCE_BYTES:
        checkup.note(str(data), f"only {free // 1024} KiB are free", "Make room on this disk.")


def _check_stores(data: Path, checkup: Checkup) -> None:
    folders = [path for path in _folders(data / "u") if not path.name.endswith(".new")]
    aside = [path for path in folders if f".{ASIDE}." in path.name]
    taken = [path for path in folders if f".{TAKEN}." in path.name]
    checkup.facts["stores"] = len(folders) - len(aside) - len(taken)
    checkup.facts["stores set aside"] = len(aside)
    checkup.facts["stores emptied"] = len(taken)
    weights = [weight_of(path / "quarantine") for path in folders]
    checkup.facts["bytes in quarantine"] = sum(size for _, size in weights)
    if aside:
        checkup.note(
            "u",
            f"{len(aside)} stores were set aside and may hold unsent reports",
            "They are offered at the next sign-in of their user.",
        )
    for path in _folders(data / "u"):
        if path.name.endswith(".new"):
            checkup.note(f"u/{path.name}", "a store that was never finished; nothing is in it")


def _check_device_file(data: Path, checkup: Checkup) -> None:
    try:
        found = decode_object(read_private(data / "device.json"))
        is_whole = (
            isinstance(found["device"], str)
            and len(base64.b64decode(found["key"], validate=True)) == 32
            and all(isinstance(ids, list) for ids in found["gateways"].values())
        )
    except FileNotFoundError:
        if _folders(data / "u"):
            checkup.loss("device.json", "it is missing: no store can be found", _COPY)
        return
    except (StoreError, BadJson, KeyError, TypeError, ValueError, AttributeError):
        is_whole, found = False, {}
    if not is_whole:
        checkup.loss("device.json", "it cannot be read: no store can be found", _COPY)
    elif found.get("v") != 1:
        checkup.fault("device.json", "it is of another version", "Use a newer civictui.")
    else:
        checkup.facts["gateways known"] = len(
            {i for ids in found["gateways"].values() for i in ids}
        )


_COPY = "Put it back from a copy of this folder; without it the stores stay shut, but whole."


def _folders(parent: Path) -> list[Path]:
    return sorted(path for path in parent.iterdir() if path.is_dir()) if parent.exists() else []
