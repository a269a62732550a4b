"""What this terminal knows of itself: a random name, a key that blinds, and where stores lie.

    <folder>/device.json    {"v": 1, "device", "key", "gateways": {blinded origin: [ids]}, "check"}
    <folder>/device.copy    the same once more

Without the key no store is found, and one turned bit in it would hide them all: so the file lies
twice, and `check`, a hash of the rest, tells which of the two is whole.

The gateway that answered last comes last. No user and no address can be read from it, nor from
the names of the folders in `u/`.
"""

import base64
import fcntl
import hashlib
import os
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreBusy, StoreDamaged, StoreError
from civictui.storage.envelope import KEY_BYTES, blind
from civictui.storage.files import (
    disk_errors,
    make_private_directory,
    read_private,
    sync_directory,
    write_durably,
)

VERSION = 1
_PATIENCE_SECONDS, _LOOK_SECONDS = 5.0, 0.05
ASIDE, TAKEN = "aside", "taken"
"""What a store that was set aside is called, and one whose unsent work was taken from there."""


class Device:
    """One data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._paths = (folder / "device.json", folder / "device.copy")

    @property
    def id(self) -> str:
        """A random name of this terminal, made at first use."""
        return str(self._read()["device"])

    def places(self, origin: str, user: str) -> list[Path]:
        """Folders of this user's stores: of the gateways at `origin`, or of all that are known.

        Of several that answered at one origin, one after the other, the latest comes last.
        """
        return [place for place in self.candidates(origin, user) if place.exists()]

    def candidates(self, origin: str, user: str) -> list[Path]:
        """Where they would lie, whether they do or not."""
        known: dict[str, list[str]] = self._read()["gateways"]
        chosen = [known.get(self.blinded("origin", origin), [])] if origin else known.values()
        return list(dict.fromkeys(self.place(name, user) for names in chosen for name in names))

    def place(self, gateway: str, user: str) -> Path:
        """Where the store of this user of this gateway lies, or would lie."""
        spelled = unicodedata.normalize("NFC", user).encode("utf-8", "surrogatepass")
        name = blind(self.key, b"store", gateway.encode(), spelled)
        return self.folder / "u" / base64.b32encode(name).decode().lower()[:26]

    def remember(self, origin: str, gateway: str) -> None:
        """Note which gateway answers at `origin`, so that its stores are found offline."""
        name = self.blinded("origin", origin)
        with self._locked():
            device = self._read()
            known = device["gateways"].get(name, [])
            if known[-1:] != [gateway]:
                others = [before for before in known if before != gateway]
                device["gateways"][name] = [*others, gateway]
                self._write(device)

    def blinded(self, purpose: str, origin: str) -> str:
        """A name for what belongs to the gateway at `origin`, which does not tell whose it is."""
        return blind(self.key, purpose.encode(), origin.encode()).hex()

    @property
    def key(self) -> bytes:
        """What blinds names, and keeps what belongs to nobody's store. Raises StoreDamaged."""
        return base64.b64decode(self._read()["key"])

    def _read(self) -> dict[str, Any]:
        """What either file says. Raises StoreDamaged."""
        told = self._whole()
        if told is None:
            return self._make()
        if told["v"] != VERSION:
            raise StoreDamaged(
                f"{self._paths[0]} has version {told['v']}, this program knows {VERSION}",
                "Use a newer civictui.",
            )
        return told

    def mend(self) -> None:
        """Write a file that is not whole anew from the other one. Raises StoreFull, StoreError."""
        if whole_device(self._paths[0]) == whole_device(self._paths[1]):
            return
        with self._locked():
            if told := self._whole():
                self._write(told)

    def _whole(self) -> dict[str, Any] | None:
        return next((device for path in self._paths if (device := whole_device(path))), None)

    def _write(self, device: dict[str, Any]) -> None:
        """Raises StoreError where neither file could be written."""
        content = encode({**device, "check": _check(device)})
        failures = []
        for path in self._paths:
            try:
                write_durably(path, content)
            except StoreError as error:
                failures.append(error)
        if len(failures) == len(self._paths):
            raise failures[0]

    def _make(self) -> dict[str, Any]:
        """Name this terminal once; of two processes that try, the first one's word stands."""
        make_private_directory(self.folder / "u")
        with self._locked():
            if not (told := self._whole()):
                if any((self.folder / "u").iterdir()):
                    raise StoreDamaged(
                        f"{self._paths[0]} is missing or damaged, and so is its copy; without "
                        "them nobody's store can be found",
                        "Put it back from a copy, or name another folder with --data-dir.",
                    )
                told = {
                    "v": VERSION,
                    "device": os.urandom(16).hex(),
                    "key": base64.b64encode(os.urandom(32)).decode(),
                    "gateways": {},
                }
                self._write(told)
        return told

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.folder / "u", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _wait_for(descriptor)
            yield
        finally:
            os.close(descriptor)


def whole_device(path: Path) -> dict[str, Any] | None:
    """A file that says what was written, without its check; None for any other.

    One that cannot be read counts as none: there are two, so that either is enough.
    """
    try:
        found = decode_object(read_private(path))
    except (FileNotFoundError, BadJson, StoreError):
        return None
    check = found.pop("check", None)
    return found if check == _check(found) and _is_shaped(found) else None


def _is_shaped(device: dict[str, Any]) -> bool:
    gateways = device.get("gateways")
    if not isinstance(gateways, dict) or not isinstance(device.get("v"), int):
        return False
    if not all(isinstance(ids, list) and ids for ids in gateways.values()):
        return False
    try:
        key = base64.b64decode(device.get("key", ""), validate=True)
    except (TypeError, ValueError):
        return False
    return len(key) == KEY_BYTES and isinstance(device.get("device"), str)


def _check(device: dict[str, Any]) -> str:
    return hashlib.sha256(encode(dict(sorted(device.items())))).hexdigest()[:32]


def _wait_for(descriptor: int) -> None:
    """Take the lock; whoever has it has it for a moment. Raises StoreBusy."""
    for _ in range(round(_PATIENCE_SECONDS / _LOOK_SECONDS)):
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_LOOK_SECONDS)
    raise StoreBusy(
        "Another process has held the data folder for long", "See which one it is, and end it."
    )


def others_of(place: Path, kind: str) -> list[Path]:
    """The stores that once lay at `place` and have another name now, the oldest first."""
    found = place.parent.glob(f"{place.name}.{kind}.*")
    return sorted((path for path in found if _number(path)), key=_number)


def rename_store(place: Path, kind: str) -> Path:
    """Give a store its next other name, durably; nothing in it changes."""
    base = place.with_name(place.name.partition(".")[0])
    number = max((_number(path) for path in others_of(base, kind)), default=0) + 1
    target = base.with_name(f"{base.name}.{kind}.{number}")
    with disk_errors("Setting the store aside"):
        place.rename(target)
        sync_directory(place.parent)
    return target


def _number(path: Path) -> int:
    text = path.name.rpartition(".")[2]
    return int(text) if text.isascii() and text.isdigit() else 0
