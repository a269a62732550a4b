"""What a photo's EXIF says that we use: where it was taken, and when.

EXIF comes from cheap cameras and careless editors, so everything in it may be of any type. What
is not beyond doubt is nothing: no place is better than a wrong one.

Source: CIPA DC-008 (Exif 3.0), GPS attribute information.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint, now_text
from civictui.pictures.opening import BROKEN

if TYPE_CHECKING:
    from PIL.Image import Exif

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAKEN, _DIGITIZED = 0x9003, 0x9004
_TAKEN_OFFSET, _DIGITIZED_OFFSET = 0x9011, 0x9012
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_GPS_TIME, _GPS_STATUS, _GPS_DATE = 7, 9, 29


@dataclass(frozen=True, slots=True)
class Traces:
    """`taken_at` is RFC 3339 in UTC, or "".

    `at_zero`: the place is 0, 0, which is what a camera without a fix writes, and counts as none.
    """

    point: GeoPoint | None = None
    at_zero: bool = False
    taken_at: str = ""


def read(exif: "Exif | None") -> Traces:
    """Never raises: a part that cannot be read is absent."""
    if exif is None:
        return Traces()
    try:
        gps, details = exif.get_ifd(_GPS_IFD), exif.get_ifd(_EXIF_IFD)
    except BROKEN:
        return Traces()
    return Traces(position(gps), is_at_zero(gps), taken_at(details, gps))


def position(gps: Mapping[int, Any]) -> GeoPoint | None:
    """The place in a GPS directory; 0,0 is what a camera without a fix writes."""
    found = _coordinates(gps)
    if found is None or found == (0, 0) or _text(gps.get(_GPS_STATUS)) == "V":
        return None
    try:
        return GeoPoint(*found)
    except PlaceError:
        return None


def is_at_zero(gps: Mapping[int, Any]) -> bool:
    return _coordinates(gps) == (0, 0)


def _coordinates(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    """Latitude and longitude; None if in doubt."""
    latitude = _degrees(gps.get(_LATITUDE), gps.get(_LATITUDE_REF), "NS")
    longitude = _degrees(gps.get(_LONGITUDE), gps.get(_LONGITUDE_REF), "EW")
    return None if latitude is None or longitude is None else (latitude, longitude)


def taken_at(details: Mapping[int, Any], gps: Mapping[int, Any]) -> str:
    """When the photo was taken.

    Best is the camera's time with its offset, then the GPS time (which is UTC; without a position
    it means nothing), then the camera's time in the time zone of this device.
    """
    local = _time(details.get(_TAKEN)) or _time(details.get(_DIGITIZED))
    offset = _text(details.get(_TAKEN_OFFSET) or details.get(_DIGITIZED_OFFSET))
    time = _with_offset(local, offset) or _gps_time(gps) or local
    try:
        return now_text(time) if time else ""
    except (OverflowError, ValueError, OSError):  # the year 1, or 9999, in some time zones
        return ""


def _degrees(value: object, letter: object, letters: str) -> float | None:
    """Degrees, minutes and seconds with their letter as signed degrees; None if in doubt."""
    parts = _numbers(value)
    sign = {letters[0]: 1, letters[1]: -1}.get(_text(letter).upper())
    if parts is None or sign is None or max(parts[1:]) >= 60:
        return None
    return sign * (parts[0] + parts[1] / 60 + parts[2] / 3600)


def _numbers(value: object) -> tuple[float, float, float] | None:
    """Three finite numbers that are not negative: rationals come as numbers, 0/0 as NaN."""
    if not isinstance(value, tuple) or len(value) != 3:
        return None
    try:
        first, second, third = (float(part) for part in value)
    except (TypeError, ValueError, ArithmeticError):
        return None
    fine = all(math.isfinite(part) and part >= 0 for part in (first, second, third))
    return (first, second, third) if fine else None


def _time(value: object) -> datetime | None:
    try:
        return datetime.strptime(_text(value), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 (it has no zone)
    except ValueError:
        return None


def _with_offset(local: datetime | None, offset: str) -> datetime | None:
    if local is None or not offset.startswith(("+", "-")):
        return None
    try:
        return datetime.fromisoformat(f"{local.isoformat()}{offset}")
    except ValueError:
        return None


def _gps_time(gps: Mapping[int, Any]) -> datetime | None:
    parts = _numbers(gps.get(_GPS_TIME))
    day = _time(f"{_text(gps.get(_GPS_DATE))} 00:00:00")
    if parts is None or day is None or parts[0] >= 24 or max(parts[1:]) >= 60:
        return None
    if position(gps) is None:
        return None
    hours, minutes, seconds = parts
    passed = timedelta(hours=hours, minutes=minutes, seconds=math.floor(seconds))
    return day.replace(tzinfo=UTC) + passed


def _text(value: object) -> str:
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    return text.strip("\0 ") if isinstance(text, str) else ""
