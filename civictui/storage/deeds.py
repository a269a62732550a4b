"""Which documents say that a user had a part in them, and when: one look at every row.

Times are those that documents have: RFC 3339, by the clock of whoever wrote, as far as the server
had corrected it. Of a row nothing but a few fields is decoded: a microsecond or two each.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from civictui.codec import Shape, reader
from civictui.domain.model import Deeds, read_time
from civictui.domain.model.update import UPDATE
from civictui.domain.model.values import text_of
from civictui.storage.history import DISCARDED


class _Said(Shape):
    """Of a body who and when; of any type, as documents come from anywhere."""

    type: Any = None
    reportedBy: Any = None  # noqa: N815  # the documents' own names
    reportedDateTime: Any = None  # noqa: N815
    edited: Any = None
    withdrawnBy: Any = None  # noqa: N815
    withdrawnAt: Any = None  # noqa: N815


class _Row(Shape):
    b: dict[str, _Said]


class _Earlier(Shape):
    id: str
    why: str
    body: _Said


_read_row: Final = reader(_Row)
_read_earlier: Final = reader(_Earlier)
_KINDS: Final = {None: "reported", "report": "reported", UPDATE: "said"}


def deeds(
    rows: Iterable[tuple[str, bytes]],
    history: Iterable[tuple[str, bytes]],
    user: str,
    since: datetime,
) -> Deeds:
    """What `user` did from `since` on, by the documents and by the versions that were put away.

    An edit that somebody else has edited since is known by the latter alone.
    """
    found: dict[str, dict[str, None]] = {name: {} for name in Deeds._fields}
    for key, body in _bodies(rows, history):
        for kind, at in _parts(body, user):
            time = read_time(at)
            if time is not None and time >= since:
                found[kind][key] = None
    return Deeds(*(tuple(keys) for keys in found.values()))


def _bodies(
    rows: Iterable[tuple[str, bytes]], history: Iterable[tuple[str, bytes]]
) -> Iterator[tuple[str, _Said]]:
    for key, content in rows:
        for body in _read_row(content).b.values():
            yield key, body
    for _, content in history:
        earlier = _read_earlier(content)
        if earlier.why != DISCARDED:
            yield earlier.id, _Said(type="earlier", edited=earlier.body.edited)


def _parts(body: _Said, user: str) -> Iterator[tuple[str, str]]:
    """The kind and the time of each part that the user had in a body."""
    kind = _KINDS.get(body.type) if isinstance(body.type, str | None) else None
    if body.reportedBy == user and kind:
        yield kind, text_of(body.reportedDateTime)
    if isinstance(body.edited, dict) and body.edited.get("by") == user:
        yield "edited", text_of(body.edited.get("at"))
    if body.withdrawnBy == user:
        yield "withdrawn", text_of(body.withdrawnAt)
