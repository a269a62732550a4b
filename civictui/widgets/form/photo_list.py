"""The photos of a report that is being written: their order, their captions, what is odd."""

from collections.abc import Sequence
from dataclasses import replace

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.containers import ScrollableContainer
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from civictui.domain.model import NO_ORIGIN, Draft, GeoPoint, Photo, PhotoOrigin
from civictui.domain.ports import TakenPhoto
from civictui.keys import BRING_BACK, PHOTOS, Key
from civictui.widgets.bindings import bindings
from civictui.widgets.fit import fit
from civictui.widgets.form.listed_photo import ListedPhoto

_BOLD = Style(bold=True)


class PhotoList(Widget, can_focus=True, inherit_bindings=False):
    """A line each, and one below for each thing that does not fit. Without photos it is not there.

    A photo that is left out stays in its line until the form ends, and can be brought back.
    """

    BINDINGS = bindings(PHOTOS)

    class Changed(Message):
        """Other photos, another order, or other captions."""

    class Pointed(Message):
        """The cursor is on another photo."""

    class CaptionWanted(Message):
        """The person wants to write the caption of the photo with the cursor."""

    class LookWanted(Message):
        """The person wants to look at the photo with the cursor."""

    class PlaceWanted(Message):
        """The person wants the report to be where this photo was taken."""

        def __init__(self, point: GeoPoint) -> None:
            super().__init__()
            self.point = point

    def __init__(self, draft: Draft, of_report: Sequence[Photo] = ()) -> None:
        """`of_report` are the photos that its report has now, left out or not."""
        super().__init__(id="photos")
        theirs = {photo.key for photo in of_report}
        self._entries = [
            ListedPhoto(photo, draft.origins.get(photo.key, NO_ORIGIN), photo.key in theirs)
            for photo in draft.photos
        ]
        there = {entry.photo.key for entry in self._entries}
        self._entries += [
            ListedPhoto(photo, of_report=True, left_out=True)
            for photo in of_report
            if photo.key not in there
        ]
        self._cursor = 0
        self._place: GeoPoint | None = None
        self._lines: list[tuple[int, str]] = []
        """The photo that each line is about, and its words; "" for its first line."""
        self._arrange()

    @property
    def photos(self) -> tuple[Photo, ...]:
        return tuple(entry.photo for entry in self._entries if not entry.left_out)

    @property
    def origins(self) -> dict[str, PhotoOrigin]:
        """What the files of `photos` said, by the photos' keys."""
        return {
            entry.photo.key: entry.origin
            for entry in self._entries
            if entry.origin != NO_ORIGIN and not entry.left_out
        }

    @property
    def pointed(self) -> ListedPhoto | None:
        """The photo with the cursor."""
        return self._entries[self._cursor] if self._entries else None

    def points(self, *, left_out: bool = False) -> list[GeoPoint]:
        """Where those photos were taken that say so, or those of them that are left out."""
        return [
            entry.point for entry in self._entries if entry.point and entry.left_out == left_out
        ]

    @property
    def at(self) -> int:
        """Which of `photos` has the cursor."""
        return sum(not entry.left_out for entry in self._entries[: self._cursor])

    def point_at(self, at: int | None) -> None:
        """Put the cursor on the one of `photos` at this place, where there are so many."""
        there = [place for place, entry in enumerate(self._entries) if not entry.left_out]
        if at is not None and at < len(there):
            self._move_to(there[at])

    # --- changes ---

    def add(self, taken: TakenPhoto) -> bool:
        """Put a photo at the end; whether it is a new one. One that was left out comes back."""
        keys = [entry.photo.key for entry in self._entries]
        is_new = taken.photo.key not in keys
        if is_new:
            self._entries.append(ListedPhoto(taken.photo, taken.origin))
            self._cursor = len(self._entries) - 1
        else:
            self._cursor = keys.index(taken.photo.key)
            entry = self._entries[self._cursor]
            is_new = entry.left_out
            self._put(replace(entry, origin=taken.origin, left_out=False))
        self._changed()
        self.refresh()
        self.post_message(self.Pointed())
        return is_new

    def caption(self, text: str) -> None:
        """What the photo with the cursor is called; its line is drawn by `draw_caption`."""
        if entry := self.pointed:
            self._put(replace(entry, photo=replace(entry.photo, caption=text)))

    def judge(self, place: GeoPoint | None) -> None:
        """Say of each photo whether it fits to this place."""
        self._place = place
        self._arrange()

    def _put(self, entry: ListedPhoto) -> None:
        self._entries[self._cursor] = entry

    def _changed(self) -> None:
        self._arrange()
        self.post_message(self.Changed())

    def _arrange(self) -> None:
        """Find the lines anew; a line more or less is a new layout, else only they are drawn."""
        before, self._lines = self._lines, []
        for at, entry in enumerate(self._entries):
            self._lines.append((at, ""))
            self._lines += [(at, doubt) for doubt in entry.doubts(self._place)]
        self.display = bool(self._lines)
        if before != self._lines:
            self.refresh(layout=len(before) != len(self._lines))

    # --- drawing ---

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        at, doubt = self._lines[y]
        here = self.has_focus and at == self._cursor
        number = f"{at + 1}."
        head = f"{'!':>{len(number) + 2}} " if doubt else f"{'>' if here else ' '} {number} "
        text = head + fit(doubt or self._entries[at].line, width - len(head))
        strip = Strip([Segment(text, _BOLD if here or doubt else Style())], width)
        return strip.apply_style(self.rich_style)

    def _draw(self, at: int) -> None:
        lines = [line for line, (photo, _) in enumerate(self._lines) if photo == at]
        if lines:
            self.refresh(Region(0, lines[0], self.size.width, len(lines)))

    def draw_caption(self) -> None:
        self._draw(self._cursor)

    def on_focus(self) -> None:
        self._draw(self._cursor)
        self.call_after_refresh(self.bring_into_sight)

    def on_blur(self) -> None:
        self._draw(self._cursor)

    def bring_into_sight(self) -> None:
        """Have what is around it scroll until the cursor's line is seen."""
        around = next((n for n in self.ancestors if isinstance(n, ScrollableContainer)), None)
        if around is not None and (self._cursor, "") in self._lines:
            top = self.region.y - around.region.y + around.scroll_offset.y
            line = Region(0, top + self._lines.index((self._cursor, "")), 1, 1)
            around.scroll_to_region(line, animate=False, force=True)

    # --- what can be done ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        entry = self.pointed
        match action:
            case "place":
                return entry is not None and entry.point is not None
            case "caption" | "view":
                return entry is not None and not entry.left_out
            case "shift":
                return len(self._entries) > 1
        return True

    def named(self, key: Key) -> Key:
        """See `bindings.Naming`: what leaves a photo out brings one back that is."""
        is_back = key.id == BRING_BACK.id and self.pointed and self.pointed.left_out
        return BRING_BACK if is_back else key

    def action_move(self, step: int) -> None:
        self._move_to(self._cursor + step)

    def _move_to(self, at: int) -> None:
        before, self._cursor = self._cursor, max(0, min(at, len(self._entries) - 1))
        if before != self._cursor:
            self._draw(before)
            self._draw(self._cursor)
            self.bring_into_sight()
            self.post_message(self.Pointed())
            self.refresh_bindings()

    def action_shift(self, step: int) -> None:
        here, there = self._cursor, self._cursor + step
        if 0 <= there < len(self._entries):
            self._entries.insert(there, self._entries.pop(here))
            self._cursor = there
            self._changed()
            self.refresh()
            self.bring_into_sight()

    def action_leave_out(self) -> None:
        if entry := self.pointed:
            self._put(replace(entry, left_out=not entry.left_out))
            self._changed()
            self._draw(self._cursor)
            self.refresh_bindings()

    def action_caption(self) -> None:
        self.post_message(self.CaptionWanted())

    def action_view(self) -> None:
        self.post_message(self.LookWanted())

    def action_place(self) -> None:
        if (entry := self.pointed) and entry.point:
            self.post_message(self.PlaceWanted(entry.point))

    def on_click(self, event: events.Click) -> None:
        if event.y < len(self._lines):
            self._move_to(self._lines[event.y][0])
