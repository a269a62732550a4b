"""`outbox/`: each unsent report once more, as a sealed file of its own.

    file = "CVO1" | nonce 12 | AES-256-GCM of JSON | tag 16
    AAD  = "civictui/outbox/v1" | store | id
    JSON = {"id": report, "docs": [revisions to be sent, with their history], "jobs": [...]}

A block of the log that goes bad takes a dozen records with it; what the server has comes down
again, what it has not is here. The copy is written after the log's commit and before anybody is
told "saved"; it goes when the server has confirmed the report and its pictures.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreDamaged, StoreError
from civictui.domain.model import Doc
from civictui.storage.envelope import KEY_BYTES, blind, derive, derive_into, open_sealed, seal, wipe
from civictui.storage.files import (
    disk_errors,
    make_private_directory,
    read_private,
    write_durably,
)
from civictui.storage.quarantine import Quarantine

MAGIC = b"CVO1"
_PURPOSE = b"civictui/outbox/v1"
AT_ONCE = 16
"""Files removed in one go: a disk that is busy takes milliseconds for each."""


class SpareCopies:
    """The copies of one store. Synchronous: its caller owns the store's thread."""

    def __init__(self, folder: Path, key: bytes | bytearray, store: bytes) -> None:
        self._store = folder
        self._folder = folder / "outbox"
        self._key = bytearray(KEY_BYTES)
        derive_into(self._key, key, store, _PURPOSE)
        self._names = derive(key, store, b"civictui/outbox-names/v1")
        self._aad = _PURPOSE + store
        with disk_errors("The folder of the second copies"):
            self._here = {path.name: b"" for path in self._folder.glob("*")}
        """The files by name; of those whose content is known its hash."""
        self._needless: set[str] = set()
        """Files that nobody needs any more, and that were not removed yet."""

    def close(self) -> None:
        """Forget the key."""
        wipe(self._key)

    def put(self, report: str, docs: Sequence[Doc], jobs: Sequence[Doc]) -> None:
        """Write the copy durably, in place of an earlier one. Raises StoreFull, StoreError."""
        name, identity = self._name(report)
        content = encode({"id": report, "docs": docs, "jobs": jobs})
        if self._here.get(name) == _hash(content):
            return
        make_private_directory(self._folder)
        write_durably(self._folder / name, MAGIC, seal(self._key, content, self._aad + identity))
        self._here[name] = _hash(content)
        self._needless.discard(name)

    def has(self, report: str) -> bool:
        return self._name(report)[0] in self._here

    def remove(self, reports: Iterable[str]) -> None:
        """Take copies away: some of them now, so that nobody waits, the rest with `sweep`.

        What a crash leaves of them, the next opening takes away.
        """
        for name in [self._name(key)[0] for key in reports]:
            if self._here.pop(name, None) is not None:
                self._needless.add(name)
        self.sweep()

    def sweep(self) -> bool:
        """Remove some of what is needless; whether there is more."""
        folder = str(self._folder)  # a path for each would take longer than the deletion
        with disk_errors("A second copy"):
            for name in sorted(self._needless)[:AT_ONCE]:
                with suppress(FileNotFoundError):
                    os.unlink(f"{folder}/{name}")  # noqa: PTH108
                self._needless.discard(name)
        return bool(self._needless)

    def read(self) -> Iterator[Doc]:
        """Every copy; one that cannot be opened is left out, see `damaged`."""
        for name in sorted(self._here):
            copy = self._opened(name, self._content(name))
            if copy is not None:
                yield copy

    def prove(self) -> bool:
        """Whether copies lie here, and all of them open: then this key is that of the place.

        A keyring shows no more than its own key; somebody may have put it where it lies.
        """
        contents = ((name, self._content(name)) for name in self._here if name[-4:] != ".tmp")
        opened = [self._opened(name, content) is not None for name, content in contents]
        return bool(opened) and all(opened)

    def damaged(self) -> list[str]:
        """Names of files here that are no copy of this store.

        One that cannot even be read is none of them: it may be whole.
        """
        contents = ((name, self._content(name)) for name in sorted(self._here))
        return [name for name, c in contents if c is not None and self._opened(name, c) is None]

    def set_apart(self) -> int:
        """Move what cannot be opened into the quarantine; says how many.

        What a crash left of a write is no copy that anybody was told of, and goes.
        """
        moved = 0
        for name in self.damaged():
            path = self._folder / name
            if name.endswith(".tmp"):
                with disk_errors("A second copy"):
                    path.unlink(missing_ok=True)
            else:
                Quarantine(self._store).keep_file(path)
                moved += 1
            self._here.pop(name, None)
        return moved

    def _content(self, name: str) -> bytes | None:
        try:
            return read_private(self._folder / name)
        except (FileNotFoundError, StoreError):
            return None

    def _opened(self, name: str, content: bytes | None) -> Doc | None:
        if content is None or content[: len(MAGIC)] != MAGIC:
            return None
        try:
            aad = self._aad + bytes.fromhex(name)
            plain = open_sealed(self._key, content[len(MAGIC) :], aad)
            self._here[name] = _hash(plain)
            return decode_object(plain)
        except (StoreDamaged, BadJson, ValueError):
            return None

    def _name(self, report: str) -> tuple[str, bytes]:
        identity = blind(self._names, report.encode("utf-8", "surrogatepass"))[:20]
        return identity.hex(), identity


def _hash(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
