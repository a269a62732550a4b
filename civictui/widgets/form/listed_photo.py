"""One photo of a report that is being written, in words: its facts, and what is odd about it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from civictui.domain.model import NO_ORIGIN, GeoPoint, Photo, PhotoOrigin, read_time
from civictui.domain.text import one_line
from civictui.geo import distance
from civictui.widgets import words

FAR = 200.0
"""Metres: a photo that was taken further from the place of its report is pointed out."""
AHEAD = timedelta(minutes=10)
"""A camera's clock may be so much fast."""


@dataclass(frozen=True, slots=True)
class ListedPhoto:
    """`origin` is what the file of a photo said that was taken into this draft."""

    photo: Photo
    origin: PhotoOrigin = NO_ORIGIN
    of_report: bool = False
    left_out: bool = False

    @property
    def point(self) -> GeoPoint | None:
        return self.origin.point

    @property
    def facts(self) -> str:
        photo = self.photo
        parts = [name] if (name := one_line(self.origin.name)) else []
        parts += [f"{photo.width}x{photo.height}"] if photo.width else []
        parts += [words.size(photo.bytes)] if photo.bytes else []
        parts += ["of the report"] if self.of_report else []
        return ", ".join(parts) or "a photo"

    @property
    def line(self) -> str:
        if self.left_out:
            return f"left out: {self.facts}"
        caption = one_line(self.photo.caption)
        return f"{self.facts}: {caption}" if caption else self.facts

    def doubts(self, place: GeoPoint | None, now: datetime | None = None) -> tuple[str, ...]:
        """What does not fit together: the photo's own place and time with this place and now."""
        if self.left_out:
            return ()
        found = [self._of_place(place), self._of_time(now)]
        return tuple(doubt for doubt in found if doubt)

    def _of_place(self, place: GeoPoint | None) -> str:
        if self.origin.at_zero:
            return "says it was taken at 0, 0: its camera had no position"
        if self.point is None or place is None:
            return ""
        away = distance.exact_meters(place, self.point)
        if away <= FAR:
            return ""
        where = words.distance(away, distance.bearing(place, self.point))
        return f"was taken {where} of this place"

    def _of_time(self, now: datetime | None) -> str:
        time = read_time(self.origin.taken_at)
        if time is None or time <= (now or datetime.now(UTC)) + AHEAD:
            return ""
        return f"says it was taken on {words.moment(time)}, which is yet to come"
