"""The data folder as a whole, without anybody's password."""

import os
from pathlib import Path
from typing import Any

from civictui.domain.errors import StoreError
from civictui.storage.ballast import Ballast
from civictui.storage.checks.findings import Checkup
from civictui.storage.checks.folders import DEVICE_FILES, check_rights, check_strangers, weight_of
from civictui.storage.device import ASIDE, TAKEN, whole_device
from civictui.storage.keyring import KeyringFiles
from civictui.storage.slots import Locksmith

SCARCE_BYTES = 64 * 1024 * 1024
"""With less than this free, reports can still be saved, but the person should know."""


def check_device(data: Path, checkup: Checkup) -> None:
    """Look at everything outside the single stores; changes nothing, makes nothing."""
    checkup.facts["data folder"] = str(data)
    if not data.exists():
        checkup.note(str(data), "there is nothing here yet", "The first sign-in makes it.")
        return
    check_rights(data, checkup)
    check_strangers(data, checkup)
    _check_disk(data, checkup)
    _check_stores(data, checkup)
    _check_device_files(data, checkup)
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
    for path in folders:
        try:
            KeyringFiles(path, Locksmith()).read()
        except StoreError as error:
            checkup.loss(
                f"u/{path.name}",
                f"{error}, and so is its copy",
                "The recovery key may still open it: civictui recover --key-file.",
            )
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


def _check_device_files(data: Path, checkup: Checkup) -> None:
    """Either of the two is enough to find the stores; without both they stay shut, but whole."""
    found = {name: device_in(data / name) for name in DEVICE_FILES}
    whole = [device for device in found.values() if device]
    if not whole and not _folders(data / "u"):
        return
    for name, device in found.items():
        if device is not None:
            continue
        what = "it is damaged" if (data / name).exists() else "it is missing"
        if whole:
            checkup.fault(name, what, "--repair writes it anew from the other one.")
        else:
            checkup.loss(name, f"{what}: no store can be found", "Put it back from a copy.")
    if len(whole) == 2 and whole[0] != whole[1]:
        checkup.note("device.copy", "it is older than device.json", "The next change mends that.")
    if whole:
        known = {gateway for ids in whole[0]["gateways"].values() for gateway in ids}
        checkup.facts["gateways known"] = len(known)


def device_in(path: Path) -> dict[str, Any] | None:
    """What a file says; None where it is missing or not as it was written."""
    try:
        return whole_device(path)
    except StoreError:
        return None


def _folders(parent: Path) -> list[Path]:
    return sorted(path for path in parent.iterdir() if path.is_dir()) if parent.exists() else []
