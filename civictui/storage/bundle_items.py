"""What a rescue bundle holds, as a sequence of items; a picture is read when it is asked for.

    item = kind (1 byte) | length u32, big-endian | body
    H    {"gateway", "user"}: whose bundle; the first item, once
    D    a document with _id, _rev and _revisions      T    a transfer job      R    a draft
    P    length of the key u16 | key in UTF-8 | the picture

The items H, D, T and R are JSON objects.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreDamaged, StoreError
from civictui.domain.model import Doc, Draft, TransferJob
from civictui.domain.revtree import BadRevision, parse
from civictui.storage.rescue import Content, UnsentWork
from civictui.storage.sealed_stream import OpeningStream

ROW_BYTES = 4 * 1024 * 1024
"""The most that one JSON item may have: a document of a server's largest size, with its history."""
ROWS_BYTES = 64 * 1024 * 1024
"""The most that all of them may have together."""
PICTURE_BYTES = 64 * 1024 * 1024
MOST_ITEMS = 100_000
_HEAD = 5


@dataclass(frozen=True, slots=True)
class Whose:
    """The gateway's id and the user, as the gateway spells the name."""

    gateway: str
    user: str


@dataclass(slots=True)
class Contents:
    """The rows of a bundle, and where its pictures lie: by key, (first byte, size)."""

    whose: Whose | None = None
    docs: list[Doc] = field(default_factory=list)
    jobs: list[TransferJob] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    pictures: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def work(self) -> UnsentWork:
        found = (tuple(self.docs), tuple(self.jobs), tuple(self.drafts))
        return UnsentWork(*found, from_elsewhere=True)


def written(whose: Whose, work: UnsentWork, content: Content) -> Iterator[bytes]:
    """The items of a bundle, one at a time; a picture that cannot be had is left out."""
    yield from _rows(whose, work)
    for key in work.pictures:
        picture = content(key)
        if picture is not None:
            name = key.encode("utf-8", "surrogatepass")
            yield _item(b"P", len(name).to_bytes(2, "big") + name + picture)


def read(stream: OpeningStream) -> Contents:
    """Every item of a stream. Raises StoreDamaged for what no bundle of ours holds."""
    found, position, room = Contents(), 0, ROWS_BYTES
    for _ in range(MOST_ITEMS):
        if position == stream.size:
            break
        head = stream.read(position, _HEAD)
        kind, size = head[:1], int.from_bytes(head[1:], "big")
        position += _HEAD
        if kind == b"P":
            _place_picture(found, stream, position, size)
        else:
            room -= size
            _require(size <= ROW_BYTES and room >= 0, "holds more than it may")
            _take_row(found, kind, stream.read(position, size))
        position += size
    _require(position == stream.size, "holds more than it may")
    _require(found.whose is not None, "does not say whose it is")
    return found


def _rows(whose: Whose, work: UnsentWork) -> Iterator[bytes]:
    """Raises StoreError for more than reading would take."""
    room, count = ROWS_BYTES, len(work.docs) + len(work.jobs) + len(work.drafts)
    count += len(work.pictures) + 1
    yield _item(b"H", encode({"gateway": whose.gateway, "user": whose.user}))
    kinds: tuple[tuple[bytes, Iterable[Any]], ...] = (
        (b"D", work.docs),
        (b"T", (job.to_doc() for job in work.jobs)),
        (b"R", (draft.to_doc() for draft in work.drafts)),
    )
    for kind, rows in kinds:
        for row in rows:
            body = encode(row)
            room -= len(body)
            if room < 0 or len(body) > ROW_BYTES or count > MOST_ITEMS:
                raise StoreError("There is too much unsent for one bundle", "Send some of it.")
            yield _item(kind, body)


def _item(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "big") + body


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise StoreDamaged(f"The bundle {otherwise}", "Nothing was taken in.")


def _place_picture(found: Contents, stream: OpeningStream, position: int, size: int) -> None:
    _require(2 <= size <= PICTURE_BYTES, "has a picture of an impossible size")
    length = int.from_bytes(stream.read(position, 2), "big")
    _require(2 + length <= size and position + size <= stream.size, "has a picture without an end")
    try:
        key = stream.read(position + 2, length).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise StoreDamaged("The bundle names a picture unreadably") from error
    found.pictures[key] = (position + 2 + length, size - 2 - length)


def _take_row(found: Contents, kind: bytes, body: bytes) -> None:
    _require((kind == b"H") == (found.whose is None), "is out of order")
    try:
        row = decode_object(body)
        if kind == b"H":
            found.whose = Whose(_text(row, "gateway"), _text(row, "user"))
        elif kind == b"D":
            found.docs.append(_document(row))
        elif kind == b"T":
            found.jobs.append(_job(row))
        elif kind == b"R":
            _text(row, "id")
            found.drafts.append(Draft.from_doc(row))
        else:
            raise BadJson("an item of an unknown kind")
    except (BadJson, BadRevision) as error:
        raise StoreDamaged(
            f"The bundle cannot be read: {error}", "Nothing was taken in."
        ) from error


def _document(row: Doc) -> Doc:
    _text(row, "_id")
    parse(_text(row, "_rev"))
    return row


def _job(row: dict[str, Any]) -> TransferJob:
    reports = row.get("reports")
    if not isinstance(reports, list) or not all(isinstance(key, str) for key in reports):
        raise BadJson("a transfer job without its reports")
    size = row.get("bytes")
    if not isinstance(size, int) or size < 0:
        raise BadJson("a transfer job without its size")
    for name in ("key", "photo", "sha256", "location", "error"):
        _text(row, name)
    try:
        return TransferJob.from_doc(row)
    except (TypeError, ValueError, KeyError) as error:
        raise BadJson("a transfer job with fields that it has not") from error


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise BadJson(f"the field {name!r} is missing")
    return value
