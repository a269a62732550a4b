"""`civictui export --shift`: what the user did in a shift, and what is left to do."""

import argparse
import math
from datetime import UTC, datetime, time, timedelta
from typing import Any

from civictui.commands.local import with_store
from civictui.commands.options import print_clean, print_json
from civictui.domain.errors import UsageError
from civictui.domain.model import Deed, Shift, now_text
from civictui.domain.model.shift import HOURS
from civictui.widgets.shift_words import plain_text

MOST_HOURS = 24 * 366.0
_DEEDS = ("reported", "edited", "said", "withdrawn")


def run(options: argparse.Namespace) -> int:
    """Print it: words for a person, one object with --json."""
    since = began(options.since, options.hours, datetime.now(UTC))
    shift = with_store(options, lambda client: client.service.shift(since))
    if options.json:
        print_json(as_json(shift))
    else:
        print_clean(plain_text(shift))
    return 0


def began(since: str | None, hours: str | None, now: datetime) -> datetime:
    """When the shift began. A time of day is the last one of the local clock. Raises UsageError."""
    if since is None:
        return now - timedelta(hours=_hours(hours))
    try:
        at = _time_of_day(since, now) if "-" not in since else datetime.fromisoformat(since)
        began = at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{since[:40]!r} is no time", "Write --since 07:30 or --since 2026-11-23T07:30."
        ) from error
    if began > now:
        raise UsageError(f"{since[:40]} is still to come", "Name a time that has passed.")
    if began < now - timedelta(hours=MOST_HOURS):
        raise UsageError(f"{since[:40]} is more than a year ago", "Name a later time.")
    return began


def _time_of_day(since: str, now: datetime) -> datetime:
    local = now.astimezone()
    clock = time.fromisoformat(f"0{since}" if since[1:2] == ":" else since)
    if clock.tzinfo:
        raise ValueError(since)
    at = datetime.combine(local.date(), clock, tzinfo=local.tzinfo)
    return at if at <= now else at - timedelta(days=1)


def _hours(text: str | None) -> float:
    try:
        hours = HOURS if text is None else float(text)
    except ValueError:
        hours = math.nan
    if not 0 < hours <= MOST_HOURS:
        raise UsageError(f"{str(text)[:20]!r} is no number of hours", "Write --hours 8.")
    return hours


def as_json(shift: Shift) -> dict[str, Any]:
    """The summary for programs; texts are as they were written."""
    return {
        "user": shift.user,
        "since": now_text(shift.since),
        "until": now_text(shift.until),
        **{name: [_deed(deed) for deed in getattr(shift, name)] for name in _DEEDS},
        "closed": sorted(deed.report for deed in shift.closed),
        "photos": shift.photos,
        "not_sent": shift.not_sent,
        "unsent": {
            "reports": shift.unsent.reports,
            "photos": shift.unsent.photos,
            "bytes": shift.unsent.bytes,
        },
        "needs_you": [{"id": entry.id, "reason": entry.reason} for entry in shift.refused],
        "conflicts": [key for key, _ in shift.conflicts],
        "drafts": len(shift.drafts),
        "assigned": shift.assigned,
    }


def _deed(deed: Deed) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": deed.id,
        "report": deed.report,
        "at": deed.at,
        "state": deed.state.value,
        "description": deed.title,
        "address": deed.address,
        "photos": len(deed.photos),
    }
    said = {"text": deed.text, "status": deed.status, "reason": deed.reason}
    fields |= {name: value for name, value in said.items() if value}
    return fields if deed.assignee is None else {**fields, "assignee": deed.assignee}
