"""What every screen works with."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from civictui.preferences import Preferences
from civictui.terminal.capability import Capability

if TYPE_CHECKING:
    from collections.abc import Callable

    from civictui.domain.ports import Service
    from civictui.geo.maps.base_map import BaseMap
    from civictui.widgets.map.atlas import Atlas
    from civictui.widgets.pictures.thumbnail import Gallery
    from civictui.widgets.pictures.tiers import Tier


@dataclass
class Desk:
    """The service, what the terminal can do, and the words of the login screen.

    `server` is the one at which one signs in; `hint` is a line such as the demo's user and
    password; `pictures` is the setting of that name.
    """

    service: "Service"
    server: str
    hint: str = ""
    capability: Capability = field(default_factory=Capability)
    maps: "BaseMap | Callable[[], BaseMap] | None" = None
    pictures: str = "auto"
    preferences: Preferences | None = None
    told: str = ""
    """The operator's notice that the person at this terminal has seen."""

    # What draws is loaded by the first page that has maps or pictures: no start waits for it.

    @cached_property
    def atlas(self) -> "Atlas":
        from civictui.widgets.map.atlas import Atlas

        return Atlas(self.maps() if callable(self.maps) else self.maps, self.capability)

    @cached_property
    def gallery(self) -> "Gallery":
        from civictui.widgets.pictures.thumbnail import Gallery

        return Gallery(*self._tiers())

    def draw_pictures(self) -> None:
        """In the best way that the settings allow by now."""
        self.gallery.tier, self.gallery.tiers = self._tiers()

    def _tiers(self) -> "tuple[Tier, tuple[Tier, ...]]":
        """The first way of drawing, and all of them. Without colours in the theme, none has any."""
        from civictui.widgets.pictures.tiers import first_tier, tiers_of

        capability = self.capability
        if self.preferences and self.preferences.settings.theme == "mono":
            capability = replace(capability, colours=0)
        return first_tier(capability, self.pictures), tiers_of(capability)
