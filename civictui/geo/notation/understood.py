"""What was read, and how it is said back."""

from dataclasses import dataclass
from enum import StrEnum

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.geo.distance import show_distance

EXAMPLE = "Write latitude and longitude in degrees, such as -33.8, 151.2 or 33.8S 151.2E."

DEGREE_METERS = 111_320.0
"""A degree of latitude, and the most that one of longitude has."""
_COARSE_METERS = 20.0


class Kind(StrEnum):
    """The notation, in the words in which it is said back."""

    DEGREES = "degrees"
    MINUTES = "degrees and minutes"
    SECONDS = "degrees, minutes and seconds"
    URI = "geo: URI"
    LINK = "map link"
    PLUS_CODE = "plus code"
    MGRS = "MGRS"
    UTM = "UTM"


@dataclass(frozen=True, slots=True)
class Understood:
    """A place that was read. `precision_m` is by how many metres it may be off as it is written.

    That is half of its last digit or of its square, or what it says itself; None where nothing is
    said, as in a link to a part of a map.
    """

    point: GeoPoint
    kind: Kind
    precision_m: float | None = None
    note: str = ""
    relative: bool = False
    """Whether the text means this place only from where the person is."""

    @property
    def echo(self) -> str:
        """The place in degrees, and how it was read where that is not plain: ASCII, one line."""
        remarks = [] if self.kind is Kind.DEGREES else [self.kind.value]
        if self.note:
            remarks.append(self.note)
        if self.precision_m is not None and self.precision_m >= _COARSE_METERS:
            remarks.append(f"within {show_distance(self.precision_m)}")
        said = f" ({'; '.join(remarks)})" if remarks else ""
        return f"{show(self.point)}{said}"


def show(point: GeoPoint) -> str:
    """Six decimals (11 cm), latitude first: `parse` reads it again."""
    latitude, longitude = (round(value, 6) + 0.0 for value in (point.latitude, point.longitude))
    return str(GeoPoint(latitude, longitude))


def point_of(latitude: float, longitude: float) -> GeoPoint:
    """The point, or in words why there is none. Raises PlaceError."""
    if 90 < abs(latitude) <= 180 and abs(longitude) <= 90:
        swapped = show(GeoPoint(longitude, latitude))
        raise PlaceError(
            f"The latitude {latitude:g} is outside -90 to 90: latitude and longitude look swapped",
            f"Latitude comes first: {swapped}.",
        )
    try:
        return GeoPoint(latitude, longitude)
    except PlaceError as error:
        if abs(latitude) <= 90 and 180 < longitude <= 360:
            beyond = show(GeoPoint(latitude, longitude - 360))
            raise PlaceError(str(error), f"West is below zero: {beyond}.") from error
        raise PlaceError(str(error), EXAMPLE) from error


def short(line: str) -> str:
    """A text for quoting in an answer."""
    return line if len(line) <= 40 else f"{line[:39]}…"
