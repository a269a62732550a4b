"""How a report got its place and its address, in words."""

import math
from datetime import datetime, timedelta
from typing import Final

from civictui.domain.model import AddressSource, LocationSource, Report, read_time
from civictui.domain.model.values import is_number, text_of
from civictui.widgets import words

ADDRESS_PENDING: Final = "pending: asked for as soon as there is a link"
_SOURCES: Final[dict[str, str]] = {
    LocationSource.TYPED: "typed",
    LocationSource.PHOTO: "from a photo",
    LocationSource.GPS: "gps",
    LocationSource.MAP: "set on the map",
}
_ADDRESSES: Final[dict[str, str]] = {
    AddressSource.GEOCODER: " (from a geocoder)",
    AddressSource.OFFLINE: " (from what is near)",
}
_FRESH: Final = timedelta(minutes=1)
"""A place measured within this of the report was measured for it."""
_MOST_METERS: Final = 1_000_000.0


def address(report: Report) -> str:
    """The address and who said it, that it is still to come, or that there is none."""
    if report.address:
        return f"{report.address}{_ADDRESSES.get(report.address_source, '')}"
    is_pending = report.address_source == AddressSource.PENDING
    return ADDRESS_PENDING if is_pending else "none given"


def measured(report: Report) -> str:
    """`gps, ±6 m, 12 min before the report`; "" where nothing is known of it."""
    location = report.location
    source = text_of(location.get("source"))
    parts = [_SOURCES.get(source, source), _accuracy(report)]
    if source in (LocationSource.GPS, LocationSource.PHOTO):
        parts.append(_age(read_time(text_of(location.get("at"))), report.time))
    return ", ".join(part for part in parts if part)


def _accuracy(report: Report) -> str:
    meters = report.location.get("accuracy")
    if not is_number(meters) or not 0 <= meters <= _MOST_METERS:
        return ""
    return f"±{math.ceil(meters):,} m"


def _age(at: datetime | None, reported: datetime | None) -> str:
    if at is None or reported is None or reported - at < _FRESH:
        return ""
    return f"{words.span(reported - at)} before the report"
