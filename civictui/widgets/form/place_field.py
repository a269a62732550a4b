"""A field for the place: what stands in it, how it was understood, and where it comes from."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from textual.widgets.input import Selection

from civictui.domain.errors import PlaceError
from civictui.domain.model import Draft, Fix, GeoPoint, LocationSource, read_time
from civictui.domain.text import one_line
from civictui.geo import notation
from civictui.keys import PLACE
from civictui.widgets import words
from civictui.widgets.bindings import bindings, bound_name
from civictui.widgets.form.line_field import LineField

_FRESH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a place comes from: a `LocationSource`, and what is known of a fix."""

    source: str = LocationSource.TYPED
    accuracy: float | None = None
    at: str = ""

    @classmethod
    def of(cls, fix: Fix) -> "Origin":
        return cls(fix.source or LocationSource.TYPED, fix.accuracy, fix.at)

    @property
    def said(self) -> str:
        """For the form, "" for what is typed."""
        match self.source:
            case LocationSource.PHOTO:
                return "from the photo"
            case LocationSource.MAP:
                return "set on the map"
            case LocationSource.GPS:
                return ", ".join(filter(None, ("gps", self._accuracy, measured(self.at))))
        return ""

    @property
    def _accuracy(self) -> str:
        return "" if self.accuracy is None else f"±{math.ceil(self.accuracy):,} m"


TYPED = Origin()


class PlaceField(LineField, inherit_bindings=False):
    """What was set here by something else than typing is known as such until it is changed."""

    BINDINGS = bindings(PLACE)

    def __init__(self, draft: Draft, *, id: str) -> None:  # noqa: A002
        super().__init__(draft.place, id=id)
        self._set = one_line(draft.place)
        self._origin = Origin(draft.place_source, draft.place_accuracy, draft.place_at)
        self._before: tuple[str, Origin] | None = None
        self._last: Fix | None = None
        self.near: GeoPoint | None = None
        """What a short plus code is near to."""

    def pasted(self, text: str) -> str:
        return super().pasted(notation.visible(text))

    @property
    def text(self) -> str:
        """As it is written."""
        return one_line(self.value)

    @property
    def origin(self) -> Origin:
        return self._origin if self.text == self._set else TYPED

    @property
    def point(self) -> GeoPoint | None:
        """What the field says; None while it is empty or cannot be read."""
        understood = self._understood
        return understood.point if understood else None

    def says_one_of(self, points: Iterable[GeoPoint]) -> bool:
        """Whether it was one of these that was written here: a text is rounded to 11 cm."""
        return self.text in {notation.show(point) for point in points}

    @property
    def kept(self) -> str:
        """What a draft keeps: the text; for a short plus code the place that it means here."""
        if (understood := self._understood) and understood.relative:
            return notation.show(understood.point)
        return self.text

    def read(self) -> notation.Understood | None:
        """What the field says, None while it is empty. Raises PlaceError."""
        return notation.read(self.text, self.near) if self.text else None

    @property
    def _understood(self) -> notation.Understood | None:
        try:
            return self.read()
        except PlaceError:
            return None

    def put(self, point: GeoPoint, origin: Origin) -> None:
        """Write a place that was not typed; what stood here can be had back with a key.

        It may come while somebody begins to type: that does not run on behind it.
        """
        text = notation.show(point)
        if self.text and self.text != text:
            self._before = (self.text, self.origin)
        self._write(text, origin)
        if self.has_focus:
            self.selection = Selection(0, len(text))

    def clear_place(self) -> None:
        """Nothing stands here any more; what did can be had back with a key."""
        self._before = (self.text, self.origin)
        self._write("", TYPED)

    def propose(self, ways: str, last: Fix | None = None) -> None:
        """Say, where nothing is written, which `ways` there are, and the last known position."""
        self._last = last
        parts = [ways]
        if last:
            age = f", {words.aged(time)}" if (time := read_time(last.at)) else ""
            down = bound_name(self, "place.last")
            known = f"last known{age}: {notation.show(last.point)}"
            parts.append(f"{down} {known}" if down else "")
        self.placeholder = ", ".join(part for part in parts if part)

    def echo(self, limit: float) -> tuple[str, bool]:
        """What was understood, and whether it is to be marked; `limit` is metres of accuracy."""
        understood, origin = self._understood, self.origin
        if understood is None:
            return "", False
        parts = [f"= {understood.echo}", *filter(None, [origin.said])]
        poor = origin.accuracy is not None and origin.accuracy > limit
        if poor:
            parts.append(f"less accurate than the {limit:.0f} m asked for")
        if self._before and origin is not TYPED:
            up = bound_name(self, "place.before")
            parts.append(f"{up}: {self._before[0]}" if up else f"before: {self._before[0]}")
        return ("! " if poor else "") + ", ".join(parts), poor

    def _write(self, text: str, origin: Origin) -> None:
        self._set, self._origin = text, origin
        self.value = text
        self.cursor_position = len(text)

    def action_last(self) -> None:
        if self._last and not self.text:
            self._write(notation.show(self._last.point), Origin.of(self._last))

    def action_before(self) -> None:
        if self._before:
            before, self._before = self._before, None
            if self.text:
                self._before = (self.text, self.origin)
            self._write(*before)


def measured(at: str, now: datetime | None = None) -> str:
    """When a fix was measured: the time of day, and its age once it has one."""
    time = read_time(at)
    if time is None:
        return ""
    age = (now or datetime.now(UTC)) - time
    when = f"measured {words.clock(time)}"
    return when if abs(age) < _FRESH else f"{when}, {words.aged(time, now)}"
