"""What a form has for photos: a field for a path, the list, and a line for a caption."""

from collections.abc import Sequence
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Input

from civictui.domain.model import Draft, Photo
from civictui.domain.ports import TakenPhoto
from civictui.domain.text import one_line
from civictui.keys import PHOTOS
from civictui.widgets.bindings import screen_keys
from civictui.widgets.form.field_row import FieldRow, Growing
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.path_field import PathField
from civictui.widgets.form.photo_list import PhotoList

CAPTION: Final = "caption"
"""The id of the one field for the captions of all photos."""


class PhotoFields(Growing):
    """The path is of the next photo; once that is taken in, the field is empty again."""

    def __init__(self, draft: Draft, of_report: Sequence[Photo] = ()) -> None:
        super().__init__()
        self._path = PathField(draft.photo_path, id="photo")
        self.row = FieldRow("Photo", self._path)
        self.list = PhotoList(draft, of_report)
        self._caption = LineField(id=CAPTION, placeholder="what is to be seen")
        self._caption_row = FieldRow("Caption", self._caption)
        self._caption_row.display = False
        self._keys = ""
        self._forbidden = ""
        """Why no photo may be taken in, while that is so."""

    def compose(self) -> ComposeResult:
        yield self.row
        yield self.list
        yield self._caption_row

    @property
    def path(self) -> str:
        return self._path.value.strip()

    def propose(self, ways: str) -> None:
        """Say, where nothing is written, which other `ways` there are."""
        self._path.placeholder = f"a file; {ways}" if ways else ""

    def forbid(self, why: str) -> bool:
        """Offer to take in no photo any more, for this reason, or, with "", again.

        What is in the list stays, and so does a path that was typed. Gives whether the cursor was
        there, and had to go elsewhere.
        """
        if why == self._forbidden:
            return False
        was_here = bool(why) and self._path.has_focus
        if why or self.row.remark == self._forbidden:
            self.row.say(why)
        self._forbidden = why
        if was_here:
            self.screen.focus_next()
        self._path.disabled = bool(why)
        return was_here

    @property
    def is_captioning(self) -> bool:
        return self._caption.has_focus

    def put_into_caption(self, at: int, offset: int) -> bool:
        """Go on in the caption of the photo at this place; whether there is one."""
        if not 0 <= at < len(self.list.photos):
            return False
        self.list.point_at(at)
        self._show_caption()
        self._caption.cursor_position = min(offset, len(self._caption.value))
        return True

    def add(self, taken: TakenPhoto, path: str = "") -> None:
        """Put a photo that is taken in into the list, and say so; `path` is what named it."""
        is_new = self.list.add(taken)
        facts = self.list.pointed.facts if self.list.pointed else ""
        self.row.say(f"{'photo taken in' if is_new else 'in the list already'}: {facts}")
        if path and path == self.path:
            self._path.value = ""
        if self.has_focus_within:
            self.call_after_refresh(self._show_added)

    def _show_added(self) -> None:
        """Have the new photo's line seen, and where both find no room, the field being used."""
        self.list.bring_into_sight()
        if self._path.has_focus:
            self.call_after_refresh(self._path.scroll_visible, animate=False)

    # --- the keys of the list ---

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The list's keys have no room in the last line, where those of the form come first."""
        if event.widget is self.list:
            self._say_keys()
            self.call_after_refresh(self.list.bring_into_sight)

    @on(PhotoList.Changed)
    @on(PhotoList.Pointed)
    def say_other_keys(self) -> None:
        """Another photo may have others, or one that is left out; what was said else stays."""
        if self.list.has_focus and self.row.remark == self._keys:
            self._say_keys()

    def _say_keys(self) -> None:
        known = [key.id for key in PHOTOS if key.footer]
        self._keys = ", ".join(
            f"{active.names[0]} {active.key.footer}"
            for active in screen_keys(self.screen)
            if active.key.id in known
        )
        self.row.say(self._keys)

    # --- the caption ---

    @on(PhotoList.CaptionWanted)
    def open_caption(self, event: PhotoList.CaptionWanted) -> None:
        event.stop()
        self._show_caption()

    def _show_caption(self) -> None:
        if entry := self.list.pointed:
            self._caption_row.display = True
            self._caption.value = one_line(entry.photo.caption)
            self._caption.cursor_position = len(self._caption.value)
            self._caption.focus(scroll_visible=False)
            # It has no place before the next layout.
            self.call_after_refresh(self._caption.scroll_visible, animate=False)

    @on(Input.Changed, "#caption")
    def caption_typed(self) -> None:
        """It is the photo's at once, so that it is saved with the draft."""
        if self._caption_row.display:
            self.list.caption(one_line(self._caption.value))

    @on(Input.Submitted, "#caption")
    def caption_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.close_caption()

    def close_caption(self) -> None:
        self.list.focus(scroll_visible=False)

    @on(Input.Blurred, "#caption")
    def caption_left(self) -> None:
        self._caption_row.display = False
        self.list.draw_caption()
