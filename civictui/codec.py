"""JSON for wires and disks: strict, typed errors, bounded.

`decode` takes what RFC 8259 allows and nothing else: no NaN, no lone surrogates, no trailing
bytes; of duplicate keys the last wins, as in CouchDB. The one import of msgspec.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec

MAX_DEPTH = 64
"""How deep arrays and objects may nest; a recursive walk over less is always safe."""


class BadJson(ValueError):
    """Bytes that are not the JSON we accept."""


def encode(value: Any) -> bytes:
    """Compact JSON in UTF-8. Raises BadJson for what JSON cannot say."""
    try:
        return msgspec.json.encode(value)
    except (msgspec.MsgspecError, UnicodeEncodeError, OverflowError, TypeError) as error:
        raise BadJson(str(error)) from error


PAGE_DEPTH = MAX_DEPTH + 8
"""The same for an answer that carries documents."""


def decode(content: bytes | bytearray | memoryview | str, depth: int = MAX_DEPTH) -> Any:
    """Parse one JSON value, nested at most `depth` deep. Raises BadJson."""
    try:
        value = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise BadJson(f"not JSON: {error}") from error
    if not _is_flat(content, depth) and _is_deep(value, depth):
        raise BadJson(f"nested more than {depth} deep")
    return value


def decode_trusted(content: bytes) -> Any:
    """Parse what this program wrote and authenticated itself; the depth is known to be right."""
    return msgspec.json.decode(content)


def decode_object(content: bytes | bytearray | memoryview | str) -> dict[str, Any]:
    """Parse a JSON object. Raises BadJson."""
    value = decode(content)
    if not isinstance(value, dict):
        raise BadJson("not a JSON object")
    return value


def weight(content: bytes) -> int:
    """About how many bytes JSON takes in memory, at the most: objects, arrays, and what they hold.

    16 MB of `{},{},` become 500 MB, which this tells before they are parsed. What stands inside of
    strings is counted, too, which makes it heavier than it is.
    """
    return 240 * content.count(b"{") + 64 * (content.count(b"[") + content.count(b","))


def _is_flat(content: bytes | bytearray | memoryview | str, depth: int) -> bool:
    """Whether it has too few brackets to nest that deep, as most documents have."""
    if not isinstance(content, bytes):
        return False
    return content.count(b"{") + content.count(b"[") <= depth


def _is_deep(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


class Shape(msgspec.Struct, gc=False):
    """What a `reader` looks for in JSON: the names and types of a class body. It skips the rest.

    What it makes is a tree, so the search for cycles may pass it by.
    """


Json = msgspec.Raw
"""A piece of JSON that a reader leaves as it is; `bytes(piece)` is its text."""

Absent: TypeAlias = msgspec.UnsetType
ABSENT = msgspec.UNSET
"""Stands in a shape for a name that is not there, where that is not the same as null."""

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Latitude: TypeAlias = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude: TypeAlias = Annotated[float, msgspec.Meta(ge=-180, le=180)]
"""Numbers in a shape: whole from 0 on, decimal degrees."""

Misfit = msgspec.ValidationError
"""JSON that is not of the shape: a field is missing or has another type."""

T = TypeVar("T")


def reader(shape: type[T]) -> Callable[[bytes], T]:
    """Parse JSON that this program wrote itself into a shape: half the time of parsing all of it.

    No type is bent to fit: 1.0 is no int, true no number, null no string. The reader raises Misfit
    for all that.
    """
    return msgspec.json.Decoder(shape).decode


def foreign_reader(shape: type[T]) -> Callable[[bytes], T]:
    """As `reader`, for JSON from elsewhere, which it raises BadJson for where it is none.

    How deep a piece of `Json` nests is not known before `decode` has read it.
    """
    read = reader(shape)

    def checked(content: bytes) -> T:
        try:
            return read(content)
        except Misfit:
            raise
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise BadJson(f"not JSON: {error}") from error

    return checked


def fitted(value: Any, shape: type[T]) -> T:
    """What a `reader` would make of a parsed value. Raises Misfit."""
    return msgspec.convert(value, shape)


Row: TypeAlias = tuple[str, str, bytes | None]
"""A table's name, a row's id, and its JSON; None takes the row away."""

_NULL = Json(b"null")
_read_rows = reader(list[tuple[str, str, Json]])


def encode_rows(rows: Sequence[Row]) -> bytes:
    """`[[table, id, document or null], ...]`, the documents put in as the JSON they are."""
    return msgspec.json.encode(
        [(table, key, _NULL if content is None else Json(content)) for table, key, content in rows]
    )


def decode_rows(content: bytes) -> list[Row]:
    """What `encode_rows` made; the documents stay JSON."""
    rows: list[Row] = []
    for table, key, piece in _read_rows(content):
        row = bytes(piece)
        rows.append((table, key, None if row == b"null" else row))
    return rows
