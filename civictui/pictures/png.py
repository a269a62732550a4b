"""Whether a PNG is whole: each of its chunks has a checksum, which Pillow passes over.

Without it, a picture with a damaged middle might be taken for one that is black from there on.

Source: PNG specification (third edition), 5.3 chunk layout.
"""

import struct
import zlib
from typing import BinaryIO

_HEAD = struct.Struct(">I4s")
_PIECE = 1024 * 1024
_MOST_CHUNKS = 10_000
"""Before the pixels. Pillow keeps each that it does not know; real files have some ten."""


def is_whole(file: BinaryIO) -> bool:
    """Whether every chunk up to the end of the picture is there and is what it was."""
    file.seek(8)
    while True:
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return False
        size, kind = _HEAD.unpack(head)
        if not _is_right(file, size, zlib.crc32(kind)):
            return False
        if kind == b"IEND":
            return True


def _is_right(file: BinaryIO, size: int, checksum: int) -> bool:
    """Read one chunk's content and compare; `checksum` is that of its name."""
    while size:
        piece = file.read(min(size, _PIECE))
        if not piece:
            return False
        checksum = zlib.crc32(piece, checksum)
        size -= len(piece)
    return file.read(4) == checksum.to_bytes(4)


def has_few_chunks(file: BinaryIO) -> bool:
    """Whether what stands before the pixels is soon read."""
    position = 8
    for _ in range(_MOST_CHUNKS):
        file.seek(position)
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size or head[4:] == b"IDAT":
            return True
        position += _HEAD.unpack(head)[0] + 12
    return False
