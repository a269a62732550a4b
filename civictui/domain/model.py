"""What the program is about: reports, drafts, photos, places, and the state of the sync.

`from_doc` accepts whatever a server sends, the documents of the original application among them
(no `type`, a naive local time, one picture); `to_doc` gives the shape of ARCHITECTURE.md.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self, TypeAlias

from civictui.domain.errors import PlaceError

Doc: TypeAlias = dict[str, Any]
"""A JSON object as CouchDB stores it."""


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
        if not _is_number(longitude) or not _is_number(latitude):
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

    @classmethod
    def from_doc(cls, value: object) -> Self | None:
        if not isinstance(value, Mapping):
            return None
        large, thumbnail = _text(value.get("large")), _text(value.get("thumbnail"))
        if not (large or thumbnail):
            return None
        return cls(
            large,
            thumbnail,
            bytes=_count(value.get("bytes")),
            width=_count(value.get("width")),
            height=_count(value.get("height")),
            caption=_text(value.get("caption")),
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
    point: GeoPoint | None = None
    location: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[Photo, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def time(self) -> datetime | None:
        return read_time(self.reported_at)

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """Read any document as a report; a field of a wrong type counts as absent."""
        texts = {name: _text(doc.get(key)) for name, key in _TEXT_FIELDS.items()}
        texts["status"] = texts["status"] or "open"
        location = doc.get("location")
        return cls(
            id=_text(doc.get("_id")),
            **texts,
            point=GeoPoint.from_geojson(doc.get("geoLocation")),
            location=location if isinstance(location, dict) else {},
            photos=_photos(doc),
            extra={k: v for k, v in doc.items() if k not in _KNOWN and not k.startswith("_")},
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
        return doc


_TEXT_FIELDS = {
    "reported_by": "reportedBy",
    "reported_at": "reportedDateTime",
    "description": "problemDescription",
    "category": "category",
    "status": "status",
    "address": "address",
    "address_source": "addressSource",
}
_KNOWN = {*_TEXT_FIELDS.values(), "type", "geoLocation", "location", "picture", "photos"}


def is_report(doc: Mapping[str, Any]) -> bool:
    """Whether a document is a report: `type` says so, or it is one of the original application."""
    kind = doc.get("type")
    return kind == "report" or (kind is None and "problemDescription" in doc)


def _photos(doc: Mapping[str, Any]) -> tuple[Photo, ...]:
    listed = doc.get("photos")
    found = [Photo.from_doc(item) for item in listed] if isinstance(listed, list) else []
    photos = tuple(photo for photo in found if photo is not None)
    if photos:
        return photos
    single = Photo.from_doc(doc.get("picture"))
    return (single,) if single else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A report that is being written. Its photos are already sealed in the blob store."""

    id: str
    description: str = ""
    category: str = ""
    place: str = ""
    place_source: str = "typed"
    address: str = ""
    photo_path: str = ""
    photos: tuple[Photo, ...] = ()
    saved_at: str = ""

    @property
    def is_blank(self) -> bool:
        words = (self.description, self.category, self.place, self.address, self.photo_path)
        return not self.photos and not any(text.strip() for text in words)

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        texts = {name: _text(doc.get(name)) for name in _DRAFT_TEXTS}
        return cls(id=_text(doc.get("id")), **texts, photos=_photos(doc))

    def to_doc(self) -> Doc:
        doc: Doc = {"id": self.id, **{name: getattr(self, name) for name in _DRAFT_TEXTS}}
        doc["photos"] = [photo.to_doc() for photo in self.photos]
        return doc


_DRAFT_TEXTS = (
    "description", "category", "place", "place_source", "address", "photo_path", "saved_at",
)  # fmt: skip


class RowState(StrEnum):
    """Where a report stands, as its row shows it."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    NEEDS_YOU = "needs you"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What a row of the list needs: the report, its state, and how far away it is."""

    report: Report
    state: RowState
    meters: float | None = None
    bearing: float | None = None
    reason: str = ""
    """Why it needs somebody, "" where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the list asks for. Without `near` the newest report comes first, with it the nearest."""

    text: str = ""
    near: GeoPoint | None = None
    limit: int | None = None


class SyncPhase(StrEnum):
    """The states of the loop, in the words that the status line shows."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    PULLING = "pulling"
    PUSHING = "pushing"
    UPLOADING = "sending photos"
    IDLE = "online"
    WAITING = "waiting"
    NEEDS_SIGN_IN = "sign in needed"


@dataclass(frozen=True, slots=True)
class Unsent:
    """What the server has not yet acknowledged: counted from pending marks and transfer jobs.

    `sequence` is that of the store's last transaction: of two counts the later one holds.
    """

    reports: int = 0
    photos: int = 0
    bytes: int = 0
    sequence: int = field(default=0, compare=False)

    @property
    def nothing(self) -> bool:
        return not (self.reports or self.photos)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """One snapshot of the loop. Times are UTC; `proved_at` is the end of the last whole round.

    `done` of `total` counts documents or pictures of the phase; a total of 0 is not known.
    """

    phase: SyncPhase = SyncPhase.OFFLINE
    reason: str = ""
    next_try: datetime | None = None
    proved_at: datetime | None = None
    unsent: Unsent = Unsent()
    done: int = 0
    total: int = 0

    def with_(self, **changes: Any) -> "SyncState":
        return replace(self, **changes)


class JobKind(StrEnum):
    """Two transfer lanes: every thumbnail goes before any large picture."""

    THUMBNAIL = "thumbnail"
    LARGE = "large"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferJob:
    """One object that must reach the object storage.

    Equal photos are one object: `reports` are all that wait for it. `photo` is the key of the
    large picture, of which a thumbnail is the other half; `location` is the address of the upload
    begun, if any.
    """

    key: str
    kind: JobKind
    reports: tuple[str, ...]
    photo: str
    bytes: int
    sha256: str
    location: str = ""
    error: str = ""

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        return cls(**{**doc, "kind": JobKind(doc["kind"]), "reports": tuple(doc["reports"])})

    def to_doc(self) -> Doc:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What one full sync did, and what is left."""

    pulled: int = 0
    pushed: int = 0
    pictures_sent: int = 0
    pictures_fetched: int = 0
    unsent: int = 0
    conflicts: int = 0
    notice: str = ""
    """What the person should know of the store, "" when there is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is working now. `online` says whether the gateway has just confirmed the password.

    `aside` counts stores of this user that were set aside and may hold unsent work.
    """

    user: str
    online: bool
    display_name: str = ""
    notice: str = ""
    aside: int = 0


@dataclass(frozen=True, slots=True)
class Rescued:
    """What was brought from one store into another; what was there already is not counted."""

    reports: int = 0
    photos: int = 0
    drafts: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.reports or self.photos or self.drafts)


_ORIGINAL_TIME = re.compile(r"^(\d{8})_(\d{6})$", re.ASCII)


def now_text(now: datetime) -> str:
    """RFC 3339 in UTC, whole milliseconds: the form of every time that we write."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_time(text: str) -> datetime | None:
    """Read RFC 3339, or the original application's `20171125_153034` (taken as UTC)."""
    try:
        time = datetime.fromisoformat(_ORIGINAL_TIME.sub(r"\1T\2", text))
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
