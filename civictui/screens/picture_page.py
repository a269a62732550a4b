"""The photos of a report, or of a draft, on the whole screen."""

from collections.abc import Sequence

from textual.app import ComposeResult

from civictui.domain.events import Event
from civictui.domain.model import Photo
from civictui.keys import BACK, BROWSE, PICTURE
from civictui.screens.desk import Desk
from civictui.screens.page import Page
from civictui.screens.photo_sight import PhotoSight
from civictui.widgets import words
from civictui.widgets.bindings import bindings, key_name
from civictui.widgets.pictures.picture_pane import PicturePane
from civictui.widgets.pictures.tiers import Tier
from civictui.widgets.pictures.zoom import Zoom
from civictui.widgets.title_line import TitleLine

_SIDES = ("left", "down", "up", "right")


class PicturePage(Page[int], inherit_bindings=False):
    """One at a time, as a whole or closer. Gives the place of the one that was seen last.

    It was asked for, so it is drawn also where pictures are not drawn of themselves: then in
    shades, which cost a byte a cell. Another way of drawing is for this page alone.
    """

    BINDINGS = bindings(BACK, PICTURE, BROWSE)
    heading = "Photo"

    def __init__(self, desk: Desk, photos: Sequence[Photo], at: int = 0) -> None:
        super().__init__(desk)
        gallery = desk.gallery
        self._photos = tuple(photos)
        self._at = at
        self._pane = PicturePane(gallery, tier=gallery.tier if gallery.draws else Tier.SHADES)
        self._sight = PhotoSight(self, self._pane)

    def body(self) -> ComposeResult:
        yield self._pane

    def on_mount(self) -> None:
        self._show()

    def happened(self, event: Event) -> None:
        self._sight.heard(event)

    def _show(self) -> None:
        count = len(self._photos)
        photo = self._photos[self._at] if count else None
        self._sight.show(photo, words.photo_facts(photo, self._at, count) if photo else "")
        self._entitle()

    def _entitle(self) -> None:
        closer = "" if self._pane.zoom.is_whole else f" · {self._closer}"
        self.query_one(TitleLine).entitle(f"{self.heading}{closer}")
        self.refresh_bindings()

    @property
    def _closer(self) -> str:
        """How close, and the keys for the rest of it: the last line has no room for four more."""
        aside = " ".join(key_name(self, f"picture.pan_{way}") for way in _SIDES)
        return f"{self._pane.zoom.factor:g} times closer · {aside} to the sides"

    # --- keys ---

    @property
    def _ways(self) -> list[Tier]:
        return [tier for tier in self.desk.gallery.tiers if tier is not Tier.NONE]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "turn":
                return len(self._photos) > 1
            case "pan" | "whole":
                return not self._pane.zoom.is_whole
            case "pictures":
                return len(self._ways) > 1
        return True

    def action_turn(self, step: int) -> None:
        self._at = (self._at + step) % len(self._photos)
        self._pane.zoom = Zoom()
        self.say("")
        self._show()

    def action_zoom(self, steps: int) -> None:
        self._pane.look_closer(steps)
        self._entitle()

    def action_whole(self) -> None:
        self._pane.look_at_whole()
        self._entitle()

    def action_pan(self, across: int, down: int) -> None:
        self._pane.look_aside(across, down)

    def action_pictures(self) -> None:
        ways = self._ways
        tier = ways[(ways.index(self._pane.tier) + 1) % len(ways)]
        self._pane.draw_in(tier)
        self.say(f"pictures: {tier.value}")

    def action_back(self) -> None:
        self.end(self._at)
