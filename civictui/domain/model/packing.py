"""What is packed for a day without a link: what was asked for, how far it is, what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple, Self

from civictui.domain.model.report import GeoPoint
from civictui.domain.model.values import Doc, count_of, is_number, text_of

MEGABYTE = 1_000_000
PACK_BYTES = 100 * MEGABYTE
PACK_METERS = 2_000.0


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


class PackCount(NamedTuple):
    """How many of something are here, of how many that were wanted."""

    here: int = 0
    wanted: int = 0


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
    thumbnails: PackCount = PackCount()
    pictures: PackCount = PackCount()
    tiles: PackCount = PackCount()
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
