"""How the program and its picture process speak: frames through pipes.

A frame is two lengths of four bytes, big-endian, then words as a JSON object, then content: what
stands behind the words is said in them. One request is answered by one frame.
"""

import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

from civictui import codec

_LENGTHS = struct.Struct(">II")
_MOST_WORDS = 64 * 1024
_PIECE = 1024 * 1024


class BadFrame(ValueError):
    """The other side has ended, or does not keep to the form."""


def write(pipe: BinaryIO, words: Mapping[str, Any], *contents: bytes) -> None:
    """Write one frame. Raises OSError where nobody reads any more."""
    head = codec.encode(dict(words))
    pipe.write(_LENGTHS.pack(len(head), sum(map(len, contents))) + head)
    pipe.writelines(contents)
    pipe.flush()


def read_words(pipe: BinaryIO) -> tuple[dict[str, Any], int]:
    """The words of the next frame, and how many bytes follow them. Raises BadFrame."""
    words, content = _LENGTHS.unpack(_read(pipe, _LENGTHS.size))
    if words > _MOST_WORDS:
        raise BadFrame("too many words")
    try:
        return codec.decode_object(_read(pipe, words)), content
    except codec.BadJson as error:
        raise BadFrame(str(error)) from error


def read_content(pipe: BinaryIO, size: int) -> bytes:
    """All of the content in memory. Raises BadFrame."""
    return _read(pipe, size)


def copy_content(pipe: BinaryIO, size: int, into: BinaryIO) -> None:
    """The content into a file, piece by piece. Raises BadFrame, OSError."""
    while size:
        piece = _read(pipe, min(size, _PIECE))
        into.write(piece)
        size -= len(piece)
    into.flush()


def _read(pipe: BinaryIO, size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise BadFrame("the pipe has ended")
    return content
