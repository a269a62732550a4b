"""What the index keeps of one report: time, text, place, photos, and the words of filters.

When a store is opened, a glimpse at each document must do, decoded straight from its JSON in a
microsecond or two. It fits what this program writes. Whatever does not fit exactly (a document of
another application, a field of a wrong type) is read whole, as `Report.from_doc` reads it; for
what fits, both give the same entry.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from math import nan
from typing import Any, TypeAlias

from civictui.codec import (
    ABSENT,
    Absent,
    Count,
    Latitude,
    Longitude,
    Misfit,
    Shape,
    fitted,
)
from civictui.domain.model import Doc, Photo, Report, is_report, read_time
from civictui.domain.model.values import text_of
from civictui.domain.text import folded

SEARCHED = 4_000
"""Characters of a field that a search looks at: normalising a hostile megabyte takes minutes."""
PHOTOS = 20
"""Photos of one report that are fetched by themselves."""


Entry: TypeAlias = tuple[float, str, float, float, tuple[Photo, ...], str, str, str, str, str]
"""(seconds since 1970, 0 without a readable time; what a search looks at, folded; latitude and
longitude, NaN without a place; photos; status, category, reporter; to whom it is assigned, "" to
nobody; who wrote its present version). A bare tuple: 50,000 are made when a store is opened."""


class _Picture(Shape):
    large: str = ""
    thumbnail: str = ""
    bytes: Count = 0
    width: Count = 0
    height: Count = 0
    caption: str = ""


class _Place(Shape):
    coordinates: tuple[Longitude, Latitude]


class _Edit(Shape):
    by: str = ""


class Glimpse(Shape):
    """The body of a document, as far as the index looks at it and it is of our shape.

    Of the defaults, "" and None are what `Report.from_doc` makes of an absent field.
    """

    type: str | None = None
    report: Any = None
    """Of an update, which report it is about."""
    reportedBy: str = ""  # noqa: N815  # the documents' own names
    reportedDateTime: str = ""  # noqa: N815
    problemDescription: str | Absent = ABSENT  # noqa: N815
    category: str = ""
    status: str = ""
    address: str = ""
    assignee: str | None = None
    edited: _Edit | None = None
    geoLocation: _Place | None = None  # noqa: N815
    picture: _Picture | None = None
    photos: list[_Picture] | None = None


def entry_seen(key: str, body: Glimpse) -> Entry | None:
    """The entry of the document `key` with this body, or None where it is no report."""
    description = body.problemDescription
    if body.type != "report" and (body.type is not None or description is ABSENT):
        return None
    place = body.geoLocation
    longitude, latitude = place.coordinates if place else (nan, nan)
    by, edited, category = body.reportedBy, body.edited, body.category
    photos = photos_seen(body) if body.photos or body.picture else ()
    return (
        seconds_of(body.reportedDateTime),
        _folded((description or "", body.address, category, by, key)),
        latitude, longitude, photos, body.status or "open", category, by, body.assignee or "",
        (edited.by or by) if edited else by,
    )  # fmt: skip


def entry_of(key: str, doc: Doc) -> Entry | None:
    """The same for a whole document of any shape."""
    try:
        return entry_seen(key, fitted(doc, Glimpse))
    except Misfit:
        return _entry_read({**doc, "_id": key})


def _entry_read(doc: Doc) -> Entry | None:
    if not is_report(doc):
        return None
    report = Report.from_doc(doc)
    place = report.point
    latitude, longitude = (place.latitude, place.longitude) if place else (nan, nan)
    edited = doc.get("edited")
    editor = text_of(edited.get("by")) if isinstance(edited, dict) else ""
    by, category = report.reported_by, report.category
    return (
        seconds_of(report.reported_at),
        _folded((report.description, report.address, category, by, report.id)),
        latitude, longitude, report.photos[:PHOTOS], report.status, category, by, report.assignee,
        editor or by,
    )  # fmt: skip


def seconds_of(text: str) -> float:
    """Seconds since 1970; 0 for a time that cannot be read."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is not UTC:  # not the form that we write
        time = read_time(text)
    return time.timestamp() if time else 0.0


def _folded(fields: tuple[str, ...]) -> str:
    text = "\n".join(fields)
    if len(text) > SEARCHED:
        text = "\n".join(field[:SEARCHED] for field in fields)
    # In ASCII, NFKC changes nothing and folding the case is lowering it.
    return text.lower() if text.isascii() else folded(text)


def photos_seen(body: Glimpse) -> tuple[Photo, ...]:
    """The photos that a document names, as far as they are fetched by themselves."""
    found = tuple(_named(body.photos or ()))
    if not found and body.picture:
        found = tuple(_named([body.picture]))
    return found[:PHOTOS]


def _named(pictures: Iterable[_Picture]) -> Iterable[Photo]:
    return (
        Photo(item.large, item.thumbnail, item.bytes, item.width, item.height, item.caption)
        for item in pictures
        if item.large or item.thumbnail
    )
