"""One photo in a pane: the picture, its thumbnail until that is here, or why there is none."""

from typing import Any

from textual.message import Message

from civictui.domain.errors import CivicError
from civictui.domain.events import Event, PictureFailed, PictureReady, SyncStateChanged
from civictui.domain.model import Photo, SyncPhase
from civictui.screens.page import Page
from civictui.widgets.background import in_background
from civictui.widgets.pictures.picture_pane import PicturePane
from civictui.widgets.pictures.tiers import Tier

_NO_LINK = {
    SyncPhase.OFFLINE: "no link now",
    SyncPhase.WAITING: "no link now",
    SyncPhase.PAUSED: "the sync is paused",
    SyncPhase.NEEDS_SIGN_IN: "the password is needed first",
    SyncPhase.DISABLED: "this terminal only sends",
}


class DrawnOtherwise(Message, bubble=False):
    """Pictures are drawn in another way from now on; every screen hears it."""


def draw_otherwise(page: Page[Any]) -> None:
    """Turn to the next way of drawing, and say which."""
    tier = page.desk.gallery.turn()
    for screen in page.app.screen_stack:
        screen.post_message(DrawnOtherwise())
    page.say(f"pictures: {tier.value}")


class PhotoSight:
    """Fetches what the pane shows; what is not here yet is asked for before all others.

    Where pictures are not drawn, nothing is fetched, and the pane says `hidden` beside the facts.
    """

    def __init__(self, page: Page[Any], pane: PicturePane) -> None:
        self._page = page
        self._pane = pane
        self.hidden = "not drawn"
        self._photo: Photo | None = None
        self._facts = ""
        self._coming = ""

    def show(self, photo: Photo | None, facts: str) -> None:
        """Show it with its facts in words."""
        self._photo, self._facts = photo, facts
        self.again()

    def again(self) -> None:
        """Something may have come, or the way of drawing has changed."""
        in_background(self._page, self._load, "photo", alone=True)

    def heard(self, event: Event) -> None:
        match event:
            case PictureReady(key) if self._has(key):
                self.again()
            case PictureFailed(key, reason) if self._has(key):
                self._coming = ""
                self._fail(f"the picture could not be had: {reason}")
            case SyncStateChanged() if self._coming and self._coming != self._outlook():
                self.again()

    def _has(self, key: str) -> bool:
        return self._photo is not None and key in (self._photo.large, self._photo.thumbnail)

    async def _load(self) -> None:
        photo, self._coming = self._photo, ""
        if photo is None:
            self._pane.say("no photo")
        elif self._pane.tier is Tier.NONE:
            self._pane.say(f"{self._facts}: {self.hidden}" if self._facts else self.hidden)
        else:
            try:
                await self._show_best(photo)
            except CivicError as error:
                self._pane.say(error.sentence)

    async def _show_best(self, photo: Photo) -> None:
        service, pane = self._page.desk.service, self._pane
        if photo.large and (content := await service.picture(photo.large)):
            pane.show(photo.large, content, self._facts)
            return
        content = await service.picture(photo.thumbnail) if photo.thumbnail else None
        if not photo.large and content:
            pane.show(photo.thumbnail, content, self._facts)
            return
        if photo.large:
            service.want_picture(photo.large)
        self._coming = self._outlook()
        if content:
            caption = f"a small one; the picture is pending, {self._coming}"
            pane.show(photo.thumbnail, content, caption)
        else:
            pane.say(f"the picture is pending: not on this terminal yet, {self._coming}")

    def _outlook(self) -> str:
        """What was done about a picture that is not here, and what keeps it away."""
        obstacle = _NO_LINK.get(self._page.desk.service.sync_state().phase)
        return f"asked for; {obstacle}" if obstacle else "asked for"

    def _fail(self, words: str) -> None:
        if self._pane.shows_picture:
            self._page.say(words, error=True)
        else:
            self._pane.say(words)
