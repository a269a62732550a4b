"""JSON objects, times and the careful reading of values of any type."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, TypeGuard

Doc: TypeAlias = dict[str, Any]
"""A JSON object as CouchDB stores it."""

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


REASONABLE_OFFSET = 10 * 366 * 24 * 3600.0
"""Seconds that two clocks may differ by before the other's word is not taken."""


def clock_offset(value: object) -> timedelta:
    """By how much the server's clock is ahead; one beyond reason is no clock's."""
    seconds = value if isinstance(value, int | float) and is_number(value) else 0.0
    return timedelta(seconds=seconds) if abs(seconds) <= REASONABLE_OFFSET else timedelta()


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def count_of(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
