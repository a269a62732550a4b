"""What is packed for a day without a link: what was asked for, how far it is, what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple, Self, TypeAlias

from civictui.domain.model.report import GeoPoint
from civictui.domain.model.values import Doc, count_of, is_number, text_of

MEGABYTE = 1_000_000
PACK_BYTES = 100 * MEGABYTE
PACK_METERS = 2_000.0
LONGEST_NAME = 120
"""Characters of a map's name, and of the words about whose data it is."""
DEEPEST = 22
"""The last level that a map can have."""


class PackStep(StrEnum):
    """Where the packing is, in the words of its page."""

    REPORTS = "reports"
    THUMBNAILS = "thumbnails"
    PICTURES = "pictures"
    MAP = "map"
    DONE = "packed"
    STOPPED = "stopped"


ENDED = frozenset({PackStep.DONE, PackStep.STOPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOrder:
    """What to pack: reports that are assigned to the user, and those within `meters` of one of
    these or of `near`.

    `most` bytes may lie on this terminal of it, pictures and map tiles together.
    """

    near: GeoPoint | None = None
    meters: float = PACK_METERS
    most: int = PACK_BYTES


TilePlace: TypeAlias = tuple[int, int, int]
"""Zoom, x and y of a map tile; y counts from the north."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSet:
    """A base map that tiles can be had of. `version` changes with the file behind it."""

    name: str
    version: str
    attribution: str
    bounds: tuple[float, float, float, float]
    """West, south, east, north in degrees."""
    min_zoom: int
    max_zoom: int

    def key(self, place: TilePlace) -> str:
        """Under which a tile of it is kept."""
        zoom, x, y = place
        return f"{self.name}/{self.version}/{zoom}/{x}/{y}"

    def to_doc(self) -> Doc:
        return {
            "name": self.name,
            "version": self.version,
            "attribution": self.attribution,
            "bounds": list(self.bounds),
            "zooms": [self.min_zoom, self.max_zoom],
        }

    @classmethod
    def from_doc(cls, doc: object) -> Self | None:
        """None for what names no place on earth, or no levels that there are."""
        if not isinstance(doc, Mapping):
            return None
        name, version = text_of(doc.get("name")), text_of(doc.get("version"))
        bounds, zooms = _numbers(doc.get("bounds"), 4), _numbers(doc.get("zooms"), 2)
        if not (bounds and zooms and 0 < len(name) <= LONGEST_NAME and len(version) <= 64):
            return None
        west, south, east, north = bounds
        low, high = int(zooms[0]), int(zooms[1])
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            return None
        if not 0 <= low <= high <= DEEPEST:
            return None
        return cls(
            name=name,
            version=version,
            attribution=text_of(doc.get("attribution"))[:LONGEST_NAME],
            bounds=(west, south, east, north),
            min_zoom=low,
            max_zoom=high,
        )


def _numbers(value: object, count: int) -> list[float]:
    """So many finite numbers, or none."""
    if not isinstance(value, list) or len(value) != count:
        return []
    found = [float(one) for one in value if is_number(one) and abs(one) < 1000]
    return found if len(found) == count else []


class PackCount(NamedTuple):
    """How many of something are here, of how many that were wanted."""

    here: int = 0
    wanted: int = 0


NONE_YET = PackCount()


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is not here: `count` pictures, thumbnails or map tiles, and why not.

    `id` is the report's, "" of a map; `title` its description, or the map's name.
    """

    step: PackStep
    why: str
    title: str
    id: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """How far a packing is, or how it ended. `share` grows from 0 to 1 and never shrinks."""

    step: PackStep = PackStep.REPORTS
    share: float = 0.0
    at: str = ""
    """When it ended, RFC 3339; "" while it goes on."""
    reports: int = 0
    thumbnails: PackCount = NONE_YET
    pictures: PackCount = NONE_YET
    tiles: PackCount = NONE_YET
    bytes: int = 0
    """Of what was packed that lies here."""
    reason: str = ""
    """Why it ended before its end."""
    lacking: tuple[Lacking, ...] = ()

    @property
    def ended(self) -> bool:
        return self.step in ENDED

    def with_(self, **changes: Any) -> Self:
        return replace(self, **changes)

    def to_doc(self) -> Doc:
        return {
            "step": self.step.value,
            "share": self.share,
            "at": self.at,
            "reports": self.reports,
            "thumbnails": list(self.thumbnails),
            "pictures": list(self.pictures),
            "tiles": list(self.tiles),
            "bytes": self.bytes,
            "reason": self.reason,
            "lacking": [[*_entry(entry)] for entry in self.lacking],
        }

    @classmethod
    def from_doc(cls, doc: object) -> Self | None:
        """None for what no packing has left."""
        if not isinstance(doc, Mapping) or doc.get("step") not in ENDED:
            return None
        share, lacking = doc.get("share"), doc.get("lacking")
        return cls(
            step=PackStep(doc["step"]),
            share=float(share) if is_number(share) else 0.0,
            at=text_of(doc.get("at")),
            reports=count_of(doc.get("reports")),
            thumbnails=_count(doc.get("thumbnails")),
            pictures=_count(doc.get("pictures")),
            tiles=_count(doc.get("tiles")),
            bytes=count_of(doc.get("bytes")),
            reason=text_of(doc.get("reason")),
            lacking=tuple(_lacking(lacking if isinstance(lacking, list) else ())),
        )


def _entry(entry: Lacking) -> tuple[object, ...]:
    return entry.step.value, entry.why, entry.title, entry.id, entry.count


def _lacking(entries: Sequence[Any]) -> list[Lacking]:
    return [Lacking(PackStep(step), *fields) for step, *fields in entries]


def _count(value: object) -> PackCount:
    if not isinstance(value, list) or len(value) != 2:
        return PackCount()
    return PackCount(count_of(value[0]), count_of(value[1]))
