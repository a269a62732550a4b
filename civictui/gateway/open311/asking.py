"""What GET requests asks for, read strictly: what is misspelt is said, what is unknown ignored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.gateway.problems import Problem, bad_request

Fields = Mapping[str, Sequence[str]]
"""Every value of a name, in the order in which they came."""

LONGEST: Final = timedelta(days=90)
MOST: Final = 1_000
"""Requests in an answer, and ids that may be asked for at once."""
_FARTHEST: Final = 50_000.0
_NEAR: Final = 1_000.0
_WHEN = re.compile(
    r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?", re.ASCII
)
_DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{1,20})?", re.ASCII)
_METERS = re.compile(r"\d{1,6}(\.\d{1,6})?", re.ASCII)
_WHOLE = re.compile(r"[1-9]\d{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestQuery:
    """Ids alone where some are named; else a span of time (seconds since 1970) and what else."""

    ids: tuple[str, ...] = ()
    codes: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    """GeoReport's: open, closed. Empty is any."""
    start: float = 0.0
    end: float = 0.0
    near: GeoPoint | None = None
    radius: float = _NEAR
    """Metres around `near`."""
    page: int = 1
    page_size: int = MOST

    @classmethod
    def read(cls, fields: Fields, statuses: Sequence[str], now: datetime) -> Self:
        """Raises Problem 400."""
        ids = listed(fields, "service_request_id")
        if len(ids) > MOST:
            raise bad_request(f"At most {MOST} values of service_request_id at once.")
        if ids:
            return cls(ids=tuple(ids))
        start, end = _span(fields, now)
        return cls(
            codes=frozenset(listed(fields, "service_code")),
            statuses=frozenset(_status(text, statuses) for text in listed(fields, "status")),
            start=start.timestamp(),
            end=end.timestamp(),
            near=point_in(fields),
            radius=_radius(single(fields, "radius")),
            page=_whole(fields, "page", 1),
            page_size=min(MOST, _whole(fields, "page_size", MOST)),
        )


def single(fields: Fields, name: str) -> str:
    """The one value of a name; "" where there is none. Raises Problem 400 where several differ."""
    values = set(fields.get(name, ()))
    if len(values) > 1:
        raise bad_request(f"{name} was given more than once.")
    return next(iter(values), "").strip()


def listed(fields: Fields, name: str) -> list[str]:
    """All values of a name that may be repeated, or separated by commas."""
    texts = ",".join(fields.get(name, ())).split(",")
    return [text.strip() for text in texts if text.strip()]


def point_in(fields: Fields) -> GeoPoint | None:
    """`lat` and `long`; None where neither is there, or both are 0: so says who knows no place."""
    latitude, longitude = single(fields, "lat"), single(fields, "long")
    if not latitude and not longitude:
        return None
    if not (_DEGREES.fullmatch(latitude) and _DEGREES.fullmatch(longitude)):
        raise bad_request("lat and long belong together, both in decimal degrees of WGS 84.")
    try:
        point = GeoPoint(float(latitude), float(longitude))
    except PlaceError as error:
        raise bad_request(f"{error}.") from error
    return point if point.latitude or point.longitude else None


def _span(fields: Fields, now: datetime) -> tuple[datetime, datetime]:
    """From when to when: 90 days at most, the latest ones where nothing is said."""
    start, end = _time(fields, "start_date"), _time(fields, "end_date")
    try:
        if start and not end:
            end = start + LONGEST
        end = end or now
        start = start or end - LONGEST
    except OverflowError as error:
        raise bad_request("start_date and end_date are out of reach.") from error
    if end < start:
        raise bad_request("end_date is before start_date.")
    if end - start > LONGEST:
        raise bad_request("start_date and end_date may be 90 days apart at most.")
    return start, end


def _time(fields: Fields, name: str) -> datetime | None:
    """A day counts as its first moment in UTC. A blank was a plus that nobody quoted."""
    text = single(fields, name).replace(" ", "+")
    if not text:
        return None
    try:
        if not _WHEN.fullmatch(text):
            raise ValueError(text)
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise bad_request(f"{name} is a time such as 2010-01-01T00:00:00Z.") from error


def _status(text: str, statuses: Sequence[str]) -> str:
    if text.lower() not in statuses:
        raise bad_request(f"status is {' or '.join(statuses)}.")
    return text.lower()


def _radius(text: str) -> float:
    if not text:
        return _NEAR
    if not _METERS.fullmatch(text) or not 0 < float(text) <= _FARTHEST:
        raise bad_request(f"radius is a number of metres up to {_FARTHEST:.0f}.")
    return float(text)


def _whole(fields: Fields, name: str, absent: int) -> int:
    text = single(fields, name)
    if text and not _WHOLE.fullmatch(text):
        raise bad_request(f"{name} is a whole number from 1 on.")
    return int(text) if text else absent


def check_jurisdiction(fields: Fields, ours: str) -> None:
    """Raises Problem 404 for a jurisdiction that is not this one."""
    asked = single(fields, "jurisdiction_id")
    if ours and asked not in ("", ours):
        raise Problem(404, "not_found", "jurisdiction_id was not found.")
