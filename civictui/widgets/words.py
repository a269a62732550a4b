"""Figures and states in words: sizes, distances, times, and the signs of the rows."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from civictui.domain.model import Photo, Rescued, RowState, Unsent
from civictui.domain.text import one_line
from civictui.geo.distance import compass, show_distance

SIGNS: Final = {
    RowState.DRAFT: "✎",
    RowState.QUEUED: "↑",
    RowState.SENDING: "⇡",
    RowState.SENT: "✓",
    RowState.NEEDS_YOU: "!",
    RowState.CONFLICT: "≠",
}
"""One cell each; the words beside them say the same."""

STATES: Final = {state: state.value for state in RowState} | {RowState.QUEUED: "not sent"}
"""In a row; the status line, the filters and the heading say it so too."""

SENDING: Final = {
    RowState.DRAFT: "draft, not a report yet",
    RowState.QUEUED: "saved on this terminal, not sent yet",
    RowState.SENDING: "being sent",
    RowState.SENT: "sent, the server has it",
    RowState.NEEDS_YOU: "needs you",
    RowState.CONFLICT: "conflict: two versions of it exist",
}


def size(count: int) -> str:
    """A number of bytes, in steps of a thousand: 231 kB."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{count / 1_000_000:.1f} MB"


def counted(count: int, noun: str) -> str:
    """`1 report`, `2 reports`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def unsent(what: Unsent) -> str:
    """`2 reports, 1 photo 230 kB`; "" when nothing waits."""
    parts = [counted(what.reports, "report")] if what.reports else []
    if what.photos:
        parts.append(f"{counted(what.photos, 'photo')} {size(what.bytes)}")
    return ", ".join(parts)


def needing(count: int) -> str:
    """`1 needs you`, `3 need you`; "" when nothing does."""
    return f"{count:,} need{'s' if count == 1 else ''} you" if count else ""


def together(parts: Sequence[str]) -> str:
    """`1 report, 2 photos and 3 drafts`."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def contents(what: Rescued) -> str:
    """`2 reports and 1 photo`."""
    counts = ((what.reports, "report"), (what.photos, "photo"), (what.drafts, "draft"))
    return together([counted(count, noun) for count, noun in counts if count])


def rescued(what: Rescued) -> str:
    """`2 reports and 1 photo are back`."""
    if what.nothing:
        return "nothing was missing: all of it is here"
    single = what.reports + what.photos + what.drafts == 1
    return f"{contents(what)} {'is' if single else 'are'} back"


def by(who: str, user: str) -> str:
    """A person's name; `you` for who works here."""
    return "you" if who == user and user else one_line(who) or "somebody"


def distance(meters: float, bearing: float | None = None) -> str:
    """`850 m NE`, `1.2 km S`."""
    shown = show_distance(meters)
    return shown if bearing is None else f"{shown} {compass(bearing)}"


def photo_facts(photo: Photo, place: int, count: int) -> str:
    """`2 of 3, 1600x1200, 180 kB, the kerb`: the photo at this place, counted from 0."""
    facts = [f"{place + 1} of {count}"] if count > 1 else []
    facts += [f"{photo.width}x{photo.height}"] if photo.width else []
    facts += [size(photo.bytes)] if photo.bytes else []
    return ", ".join([*facts, *([photo.caption] if photo.caption else [])])


def moment(time: datetime | None) -> str:
    """Date and time on the clock of this place."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M") if time else "no date"


_SHORTER: Final = {
    "Cannot reach": "no answer",
    "No answer in time": "no answer",
    "Lost the connection": "link lost",
}
_ADDRESS = re.compile(r" (?:(?:at|from|to) )?https?://\S+")


def trouble(reason: str) -> str:
    """What keeps the sync from going on, for half a line: without the address, which all know."""
    short = one_line(_ADDRESS.sub("", one_line(reason)))
    if short in _SHORTER:
        return _SHORTER[short]
    return f"{short[:1].lower()}{short[1:]}" if short[1:2].islower() else short


def clock(time: datetime) -> str:
    return time.astimezone().strftime("%H:%M:%S")


def ago(then: datetime, now: datetime | None = None) -> str:
    """The age of a moment, coarser as it grows, so that its text changes seldom."""
    age = (now or datetime.now(UTC)) - then
    return "just now" if age < timedelta(minutes=1) else f"{span(age)} ago"


def aged(then: datetime, now: datetime | None = None) -> str:
    """The age of a measurement. A clock that was set back does not make it fresh."""
    ahead = then - (now or datetime.now(UTC))
    if ahead < timedelta(minutes=1):
        return ago(then, now)
    return f"dated {span(ahead)} ahead of this clock"


def proved(then: datetime, now: datetime) -> str:
    """The age of the last proof. A clock that was set back does not make it fresh."""
    ahead = then - now
    return ago(then, now) if ahead < timedelta(minutes=1) else f"{span(ahead)} ahead of this clock"


def span(time: timedelta) -> str:
    """`9 min`, `35 min`, `3 h`, `4 days`: a time of a minute or more, coarser as it grows."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 10:
        return f"{minutes} min"
    if minutes < 60:
        return f"{minutes - minutes % 5} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"
