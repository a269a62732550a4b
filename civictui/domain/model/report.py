"""Places, photos and reports, as their documents have them.

`from_doc` accepts whatever a server sends, the documents of the original application among them
(no `type`, a naive local time, one picture); `to_doc` gives the shape of ARCHITECTURE.md.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from civictui.domain.errors import PlaceError
from civictui.domain.model.values import Doc, count_of, is_number, read_time, text_of


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """A place on WGS 84, in decimal degrees."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.latitude) and abs(self.latitude) <= 90):
            raise PlaceError(f"The latitude {self.latitude:g} is outside -90 to 90")
        if not (math.isfinite(self.longitude) and abs(self.longitude) <= 180):
            raise PlaceError(f"The longitude {self.longitude:g} is outside -180 to 180")

    def __str__(self) -> str:
        return f"{self.latitude:.6f}, {self.longitude:.6f}"

    @classmethod
    def from_geojson(cls, value: object) -> Self | None:
        """Read `{"type": "Point", "coordinates": [lon, lat]}`; anything else is no place."""
        coordinates = value.get("coordinates") if isinstance(value, Mapping) else None
        if not isinstance(coordinates, list) or len(coordinates) < 2:
            return None
        longitude, latitude = coordinates[:2]
        if not is_number(longitude) or not is_number(latitude):
            return None
        try:
            return cls(float(latitude), float(longitude))
        except (PlaceError, OverflowError):
            return None

    def to_geojson(self) -> Doc:
        return {"type": "Point", "coordinates": [self.longitude, self.latitude]}


@dataclass(frozen=True, slots=True)
class Photo:
    """Two objects in the object storage: the picture and its thumbnail, by key."""

    large: str
    thumbnail: str
    bytes: int = 0
    width: int = 0
    height: int = 0
    caption: str = ""

    @property
    def key(self) -> str:
        """What tells it from others."""
        return self.large or self.thumbnail

    @classmethod
    def from_doc(cls, value: object) -> Self | None:
        if not isinstance(value, Mapping):
            return None
        large, thumbnail = text_of(value.get("large")), text_of(value.get("thumbnail"))
        if not (large or thumbnail):
            return None
        return cls(
            large,
            thumbnail,
            bytes=count_of(value.get("bytes")),
            width=count_of(value.get("width")),
            height=count_of(value.get("height")),
            caption=text_of(value.get("caption")),
        )

    def to_doc(self) -> Doc:
        return {
            "large": self.large,
            "thumbnail": self.thumbnail,
            "bytes": self.bytes,
            "width": self.width,
            "height": self.height,
            "caption": self.caption,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One problem, as its document has it. `extra` are the fields that we do not know."""

    id: str
    reported_by: str = ""
    reported_at: str = ""
    description: str = ""
    category: str = ""
    status: str = "open"
    address: str = ""
    address_source: str = ""
    assignee: str = ""
    """The user who is to see to it."""
    point: GeoPoint | None = None
    location: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[Photo, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """The answers to the questions of its category, by their codes; of any shape."""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def time(self) -> datetime | None:
        return read_time(self.reported_at)

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """Read any document as a report; a field of a wrong type counts as absent."""
        texts = {name: text_of(doc.get(key)) for name, key in _TEXT_FIELDS.items()}
        texts["status"] = texts["status"] or "open"
        location, attributes = doc.get("location"), doc.get("attributes")
        known = {*_KNOWN, "attributes"} if isinstance(attributes, dict) else _KNOWN
        return cls(
            id=text_of(doc.get("_id")),
            **texts,
            point=GeoPoint.from_geojson(doc.get("geoLocation")),
            location=location if isinstance(location, dict) else {},
            photos=photos_of(doc),
            attributes=attributes if isinstance(attributes, dict) else {},
            extra={k: v for k, v in doc.items() if k not in known and not k.startswith("_")},
        )

    def to_doc(self) -> Doc:
        """The document's body, `_id` included, revision fields not."""
        doc: Doc = {**self.extra, "_id": self.id, "type": "report"}
        for name, key in _TEXT_FIELDS.items():
            if value := getattr(self, name):
                doc[key] = value
        if self.point is not None:
            doc["geoLocation"] = self.point.to_geojson()
        if self.location:
            doc["location"] = dict(self.location)
        if self.photos:
            first = self.photos[0]
            doc["picture"] = {"large": first.large, "thumbnail": first.thumbnail}
            doc["photos"] = [photo.to_doc() for photo in self.photos]
        if self.attributes:
            doc["attributes"] = dict(self.attributes)
        return doc


_TEXT_FIELDS = {
    "reported_by": "reportedBy",
    "reported_at": "reportedDateTime",
    "description": "problemDescription",
    "category": "category",
    "status": "status",
    "address": "address",
    "address_source": "addressSource",
    "assignee": "assignee",
}
_KNOWN = {*_TEXT_FIELDS.values(), "type", "geoLocation", "location", "picture", "photos"}


def is_report(doc: Mapping[str, Any]) -> bool:
    """Whether a document is a report: `type` says so, or it is one of the original application."""
    kind = doc.get("type")
    return kind == "report" or (kind is None and "problemDescription" in doc)


def photos_of(doc: Mapping[str, Any]) -> tuple[Photo, ...]:
    listed = doc.get("photos")
    found = [Photo.from_doc(item) for item in listed] if isinstance(listed, list) else []
    photos = tuple(photo for photo in found if photo is not None)
    if photos:
        return photos
    single = Photo.from_doc(doc.get("picture"))
    return (single,) if single else ()
