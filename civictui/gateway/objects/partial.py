"""A picture on its way: sealed pieces in one file, in the order in which they came.

    file  = pieces        piece = length u32 | nonce 12 | ciphertext | tag 16
    AAD   = "civictui/upload/v1" | id of the upload | offset of the piece in the picture, u64

`length` counts nonce, ciphertext and tag. A torn end (a kill in the middle of a write) is cut off
when the file is read again: the sender is told how far it came and goes on from there.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

from civictui.domain.errors import StoreDamaged, StoreError
from civictui.storage.envelope import open_sealed, seal
from civictui.storage.files import (
    disk_errors,
    open_private,
    read_private,
    sync_directory,
    write_all,
)

_LENGTH = struct.Struct(">I")


class PartialFile:
    """One upload's bytes. Synchronous: its caller owns the store's thread."""

    def __init__(self, path: Path, key: bytes, identity: str) -> None:
        self._path = path
        self._key = key
        self._aad = b"civictui/upload/v1" + identity.encode()
        self._end = 0
        """Bytes of the file that are sound."""
        self.length = sum(len(piece) for piece in self._pieces())
        """Bytes of the picture that are here."""

    def append(self, content: bytes) -> None:
        """Seal one more piece behind the others. Raises StoreFull; then nothing was added."""
        sealed = seal(self._key, content, self._place(self.length))
        piece = _LENGTH.pack(len(sealed)) + sealed
        with disk_errors("The upload"):
            descriptor = open_private(self._path, os.O_WRONLY | os.O_CREAT)
            try:
                os.ftruncate(descriptor, self._end)  # a torn end, or what did not fit before
                os.lseek(descriptor, self._end, os.SEEK_SET)
                write_all(descriptor, piece)
            finally:
                os.close(descriptor)
        self._end += len(piece)
        self.length += len(content)

    def sync(self) -> None:
        """Make what came durable."""
        with disk_errors("The upload"):
            descriptor = open_private(self._path, os.O_WRONLY | os.O_CREAT)
            try:
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)
            sync_directory(self._path.parent)

    def content(self) -> bytes:
        """All that came. Raises StoreDamaged where it is less than was acknowledged."""
        content = b"".join(self._pieces())
        if len(content) != self.length:
            raise StoreDamaged("An upload's file is damaged", "It is sent again.")
        return content

    def remove(self) -> None:
        with disk_errors("The upload"):
            self._path.unlink(missing_ok=True)
            sync_directory(self._path.parent)

    def _pieces(self) -> Iterator[bytes]:
        sealed, position, offset = self._sealed(), 0, 0
        self._end = 0
        while position + _LENGTH.size <= len(sealed):
            begin = position + _LENGTH.size
            position = begin + _LENGTH.unpack(sealed[position:begin])[0]
            try:
                piece = open_sealed(self._key, sealed[begin:position], self._place(offset))
            except StoreDamaged:
                return
            offset += len(piece)
            self._end = position
            yield piece

    def _sealed(self) -> bytes:
        try:
            return read_private(self._path)
        except FileNotFoundError:
            return b""
        except StoreError as error:
            raise StoreDamaged("An upload's file cannot be read", "It is sent again.") from error

    def _place(self, offset: int) -> bytes:
        return self._aad + offset.to_bytes(8, "big")
