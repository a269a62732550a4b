"""The file of a back-up: files one behind the other, sealed as one stream that cannot be cut.

    file    = "CVGB" | version u32 | gateway's id 16 | key's name 8 | salt 16 | stream
    stream  = items, in 64 KiB chunks of AES-256-GCM, see `storage.sealed_stream`
    key     = HKDF-SHA256(the folder's key "backup", salt, "civictui/backup/v1")
    AAD     = "civictui/backup/v1" | all that stands before the stream
    item    = kind 1 | length u32 | content
    kinds   = B about: JSON, the first one     F a file begins: its path     D some of its bytes
              E it was whole: its size u64     V forget it: it follows again
              Z the end: JSON, how many files and bytes there were, and which were damaged

Numbers are big-endian. The key's name is the beginning of an HMAC under the folder's key "backup",
so that another key can be told from a damaged file.
"""

import os
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreDamaged, UsageError
from civictui.domain.model import Doc
from civictui.storage.envelope import blind, derive
from civictui.storage.files import write_all
from civictui.storage.reading import LogBytes
from civictui.storage.sealed_stream import OpeningStream, SealingStream

MAGIC = b"CVGB"
VERSION = 1
PIECE_BYTES = 256 * 1024
"""The most that one item holds."""
DEEPEST = 64
"""So many names a path may have: folders are walked by recursion."""
ABOUT, FILE, PIECE, WHOLE, VOID, END = b"B", b"F", b"D", b"E", b"V", b"Z"

_PURPOSE = b"civictui/backup/v1"
_HEADER = struct.Struct(">4sI16s8s16s")
_ITEM = struct.Struct(">cI")
_SIZE = struct.Struct(">Q")


class Item(NamedTuple):
    kind: bytes
    content: bytes


class BackupWriter:
    """Writes a back-up into an open file, which may be a pipe. Raises OSError."""

    def __init__(self, descriptor: int, key: bytes, gateway: bytes, about: Doc) -> None:
        """`key` is the folder's for back-ups, `gateway` its id in 16 bytes."""
        salt = os.urandom(16)
        header = _HEADER.pack(MAGIC, VERSION, gateway, _name_of(key), salt)
        write_all(descriptor, header)
        self._stream = SealingStream(descriptor, derive(key, salt, _PURPOSE), _PURPOSE + header)
        self.files = self.bytes = 0
        self.unreadable: list[str] = []
        """Files with places where the disk gave nothing."""
        self._put(ABOUT, encode(about))

    def add(self, path: str, descriptor: int, size: int) -> bool:
        """The first `size` bytes of an open file; where it has fewer by now, False and nothing.

        What the disk does not give is zeros, and `path` one of the `unreadable`.
        """
        self._put(FILE, os.fsencode(path))
        content, position = LogBytes(descriptor), 0
        while position < size:
            piece = content.read(position, min(PIECE_BYTES, size - position))
            if not piece:
                self._put(VOID, b"")
                return False
            self._put(PIECE, piece)
            position += len(piece)
        self._put(WHOLE, _SIZE.pack(size))
        if content.failed:
            self.unreadable.append(path)
        self.files, self.bytes = self.files + 1, self.bytes + size
        return True

    def finish(self, damaged: Sequence[str]) -> None:
        """Without this the file is not whole. `damaged` are paths of what was so when it came."""
        self._put(END, encode({"files": self.files, "bytes": self.bytes, "damaged": damaged}))
        self._stream.finish()

    def _put(self, kind: bytes, content: bytes) -> None:
        self._stream.write(_ITEM.pack(kind, len(content)) + content)


class BackupReader:
    """Reads what a `BackupWriter` wrote into a regular file. `gateway` is the id it says."""

    def __init__(self, descriptor: int, root: bytes) -> None:
        """`root` is what gateway.key holds. Raises UsageError, StoreDamaged."""
        header = os.pread(descriptor, _HEADER.size, 0)
        if header[: len(MAGIC)] != MAGIC:
            raise UsageError("This file is no back-up of a gateway", "Name one of serve backup.")
        if len(header) < _HEADER.size:
            raise damaged()
        _, version, self.gateway, name, salt = _HEADER.unpack(header)
        if version != VERSION:
            raise UsageError(
                f"This back-up has the format {version}, and this program reads {VERSION}",
                "Restore it with the version of civictui that made it, or a newer one.",
            )
        key = backup_key(root, self.gateway)
        if _name_of(key) != name:
            raise UsageError(
                "This gateway.key is not the one of this back-up, or its first bytes are damaged",
                "Name the key of the gateway that was backed up, or use an earlier back-up.",
            )
        sealing = derive(key, salt, _PURPOSE)
        self._stream = OpeningStream(descriptor, _HEADER.size, sealing, _PURPOSE + header)

    def items(self) -> Iterator[Item]:
        """All items up to the end, each proved before it is given. Raises StoreDamaged."""
        position = 0
        while position < self._stream.size:
            kind, length = _ITEM.unpack(self._read(position, _ITEM.size))
            if length > PIECE_BYTES:
                raise damaged()
            yield Item(kind, self._read(position + _ITEM.size, length))
            position += _ITEM.size + length

    def _read(self, position: int, size: int) -> bytes:
        try:
            return self._stream.read(position, size)
        except StoreDamaged as error:
            raise damaged() from error


def backup_key(root: bytes, gateway: bytes) -> bytes:
    """As `GatewayFolder.key` gives it, for who has the key and no folder yet."""
    return derive(root, gateway, b"civictui/gateway/v1/backup")


def path_in(item: Item) -> str:
    """What a FILE item says: it stays below whatever it is joined to. Raises StoreDamaged."""
    path = os.fsdecode(item.content)
    names = path.split("/")
    if len(names) > DEEPEST or "\0" in path or not {"", ".", ".."}.isdisjoint(names):
        raise misplaced(path)
    return path


def size_in(item: Item) -> int:
    """What a WHOLE item says. Raises StoreDamaged."""
    if len(item.content) != _SIZE.size:
        raise damaged()
    return int(_SIZE.unpack(item.content)[0])


def said_in(item: Item) -> Doc:
    """What an ABOUT or an END item says. Raises StoreDamaged."""
    try:
        return decode_object(item.content)
    except BadJson as error:
        raise damaged() from error


def damaged() -> StoreDamaged:
    return StoreDamaged(
        "This back-up is damaged or not whole",
        "Nothing was restored. Use another copy of it, or an earlier one.",
    )


def misplaced(path: str) -> StoreDamaged:
    return StoreDamaged(
        f"The back-up has a file at a place where none may be: {path[:100]!r}",
        "Nothing was restored. Use another back-up.",
    )


def _name_of(key: bytes) -> bytes:
    return blind(key, b"name")[:8]
