"""Where somebody or something is: a receiver's fix, addresses, and reports near by."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from civictui.domain.model.listing import ReportRow
from civictui.domain.model.report import GeoPoint
from civictui.domain.model.values import Doc, is_number, text_of


class LocationSource(StrEnum):
    """How a report got its place, as its document says it."""

    TYPED = "typed"
    PHOTO = "photo"
    GPS = "gps"
    MAP = "map"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A position with what is known of it.

    `accuracy` is the radius in metres within which the truth lies with 95 %, None where the
    receiver does not say; `at` is when it was measured, RFC 3339 in UTC; `source` is a
    `LocationSource`.
    """

    point: GeoPoint
    accuracy: float | None = None
    at: str = ""
    source: str = LocationSource.GPS
    satellites: int | None = None
    """How many were used."""

    @classmethod
    def from_doc(cls, doc: object) -> Self | None:
        if (
            not isinstance(doc, Mapping)
            or (point := GeoPoint.from_geojson(doc.get("point"))) is None
        ):
            return None
        accuracy = doc.get("accuracy")
        return cls(
            point=point,
            accuracy=float(accuracy) if is_number(accuracy) else None,
            at=text_of(doc.get("at")),
            source=text_of(doc.get("source")),
        )

    def to_doc(self) -> Doc:
        doc: dict[str, Any] = {
            "point": self.point.to_geojson(),
            "at": self.at,
            "source": str(self.source),
        }
        return doc if self.accuracy is None else {**doc, "accuracy": self.accuracy}


class AddressSource(StrEnum):
    """Where an address comes from, as the document says it."""

    TYPED = "typed"
    GEOCODER = "geocoder"
    OFFLINE = "offline"
    PENDING = "pending"
    """There is none yet: the terminal that made the report asks for one when it has a link."""


@dataclass(frozen=True, slots=True)
class AddressProposal:
    """An address that a place may have. `meters` is how far away it was known from.

    Of a town that is the distance to its middle, which tells nothing of how well it fits.
    """

    text: str
    source: AddressSource
    meters: float = 0.0
    is_town: bool = False


@dataclass(frozen=True, slots=True)
class Nearby:
    """A report that may be about the same thing as the one being written."""

    row: ReportRow
    meters: float
    same_category: bool

    @property
    def is_likely(self) -> bool:
        return self.same_category and self.meters <= LIKELY_METERS


LIKELY_METERS = 50.0
"""Within these an open report of the same category is probably the same problem."""
NEARBY_METERS = 250.0
"""Within these an open report is shown at all."""
