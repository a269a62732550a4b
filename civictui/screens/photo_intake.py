"""Pages on which photos are taken into a draft: from a named file, the inbox, or the camera."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from textual import events, on
from textual.widgets import Input

from civictui.domain.errors import CivicError
from civictui.domain.model import Draft
from civictui.domain.ports import TakenPhoto
from civictui.screens.desk import Desk
from civictui.screens.draft_page import DraftPage
from civictui.screens.picture_page import PicturePage
from civictui.terminal.paths import expanded
from civictui.widgets.background import in_background
from civictui.widgets.bindings import screen_keys
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.photo_fields import PhotoFields
from civictui.widgets.form.photo_list import PhotoList
from civictui.widgets.title_line import TitleLine

UNDER_WAY: Final = "…"
"""How words end that others will follow by themselves."""
Source: TypeAlias = Callable[[], Awaitable[TakenPhoto]]
"""Where a photo comes from. Raises CivicError."""


class PhotoIntake(DraftPage, inherit_bindings=False):
    """Expects `PhotoFields` in its body. What is taken in is sealed before it is in the list."""

    def __init__(self, desk: Desk, draft: Draft, kept: Draft | None) -> None:
        super().__init__(desk, draft, kept)
        self._intake = asyncio.Lock()
        self._said_above = ""

    @property
    def photos(self) -> PhotoFields:
        return self.query_one(PhotoFields)

    def action_back(self) -> None:
        """Out of a caption first."""
        if self.photos.is_captioning and not self._submitting:
            self.photos.close_caption()
        else:
            super().action_back()

    def on_mount(self) -> None:
        self.obey()

    def obey(self) -> None:
        super().obey()
        self.photos.propose(self.keys_for({"newest": "newest photo", "capture": "camera"}))
        why = self.why_off("photos")
        if self.photos.forbid(why):
            self.say(why, error=True)

    def keys_for(self, named: Mapping[str, str]) -> str:
        """`F2 newest photo, F3 camera`: keys of this page by their actions, with what they do."""
        keys = {active.key.action: active.names[0] for active in screen_keys(self)}
        return ", ".join(
            f"{keys[action]} {words}" for action, words in named.items() if action in keys
        )

    def tell(self, row: FieldRow, words: str, *, error: bool = False) -> None:
        """Say beside a field what became of a key that works wherever the cursor is."""
        row.say(words, error=error)
        self.attend_to(row)

    def attend_to(self, row: FieldRow) -> None:
        """What a row says is said in the first line too while the row is out of sight."""
        self.call_after_refresh(self._say_above, row)

    def _say_above(self, row: FieldRow) -> None:
        is_seen = self.can_view_entire(row)
        if not is_seen or self._said_above == self.query_one(TitleLine).notice:
            self._said_above = "" if is_seen else row.remark
            self.say(self._said_above, error=row.has_error)

    @on(events.DescendantFocus)
    def forget_above(self) -> None:
        """Who goes to another field has read it, unless it is not over yet."""
        said = self._said_above
        if said and said == self.query_one(TitleLine).notice and not said.endswith(UNDER_WAY):
            self._said_above = ""
            self.say("")

    def photo_taken(self, taken: TakenPhoto) -> None:
        """One more photo is in the list."""

    # --- taking in ---

    @on(Input.Submitted, "#photo")
    def photo_named(self, event: Input.Submitted) -> None:
        """Enter takes the file in and stays for the next one; with none named it goes on."""
        event.stop()
        if self.photos.path:
            in_background(self, self.take_named, "photo")
        else:
            self.focus_next()

    @on(Input.Blurred, "#photo")
    def photo_left(self) -> None:
        if self.takes_in and self.photos.path and not self.is_off("photos"):
            in_background(self, self.take_named, "photo")

    def action_newest(self) -> None:
        self._ask(self.desk.service.take_newest, "looking into the inbox …")

    def action_capture(self) -> None:
        self._ask(self.desk.service.capture_photo, "waiting for the camera …")

    def _ask(self, source: Source, waiting: str) -> None:
        async def in_turn() -> None:
            async with self._intake:
                await self._take(source, waiting)

        if not self._submitting:
            in_background(self, in_turn, "photo")

    async def take_named(self) -> bool:
        """Take in what the field names, after all that is on its way; whether that is done.

        A name that was typed before it was switched off keeps nothing else from being saved.
        """
        async with self._intake:
            while not self.is_off("photos") and (path := self.photos.path):
                named = partial(self.desk.service.take_photo, expanded(path))
                if not await self._take(named, "taking the photo in …", path):
                    return False
        return True

    async def _take(self, source: Source, waiting: str, path: str = "") -> bool:
        """Take one photo in; a failure is said beside the field, and harms nothing."""
        row = self.photos.row
        self.tell(row, waiting)
        try:
            taken = await source()
        except CivicError as error:
            self.tell(row, error.sentence, error=True)
            return False
        if not self.takes_in:
            self.tell(row, "too late: the report was being saved")
            return False
        self.photos.add(taken, path)
        self.photo_taken(taken)
        self.attend_to(row)
        return True

    # --- the list ---

    @on(PhotoList.Changed)
    def photos_changed(self) -> None:
        """What is sealed has its draft at once."""
        self.changed()
        self.keep()
        self.photo_pointed()

    @on(PhotoList.Pointed)
    def another_pointed(self) -> None:
        # The toolkit would call the method that it finds decorated, not one in its place.
        self.photo_pointed()

    def photo_pointed(self) -> None:
        """The cursor of the list is on another photo."""

    @on(PhotoList.LookWanted)
    def look_at_photo(self) -> None:
        listed = self.photos.list
        self.app.push_screen(PicturePage(self.desk, listed.photos, listed.at), listed.point_at)
