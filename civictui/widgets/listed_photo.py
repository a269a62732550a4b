"""One photo of a report that is being written, in words: its facts, and what is odd about it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from civictui.domain.model import GeoPoint, Photo, read_time
from civictui.domain.ports import TakenPhoto
from civictui.domain.text import one_line
from civictui.geo import distance
from civictui.widgets import words

FAR = 200.0
"""Metres: a photo that was taken further from the place of its report is pointed out."""
AHEAD = timedelta(minutes=10)
"""A camera's clock may be so much fast."""


@dataclass(frozen=True, slots=True)
class ListedPhoto:
    """`taken` is what is known of a photo that was taken in while this form was open."""

    photo: Photo
    taken: TakenPhoto | None = None
    of_report: bool = False
    left_out: bool = False

    @property
    def point(self) -> GeoPoint | None:
        return self.taken.point if self.taken else None

    @property
    def facts(self) -> str:
        photo = self.photo
        parts = [one_line(self.taken.name)] if self.taken and self.taken.name else []
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
        if self.taken is None or self.left_out:
            return ()
        found = [self._of_place(self.taken, place), self._of_time(self.taken, now)]
        return tuple(doubt for doubt in found if doubt)

    def _of_place(self, taken: TakenPhoto, place: GeoPoint | None) -> str:
        if taken.at_zero:
            return "says it was taken at 0, 0: its camera had no position"
        if taken.point is None or place is None:
            return ""
        away = distance.exact_meters(place, taken.point)
        if away <= FAR:
            return ""
        where = words.distance(away, distance.bearing(place, taken.point))
        return f"was taken {where} of this place"

    def _of_time(self, taken: TakenPhoto, now: datetime | None) -> str:
        time = read_time(taken.taken_at)
        if time is None or time <= (now or datetime.now(UTC)) + AHEAD:
            return ""
        return f"says it was taken on {words.moment(time)}, which is yet to come"
