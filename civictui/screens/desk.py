"""What every screen works with."""

from dataclasses import dataclass, field

from civictui.domain.ports import Service
from civictui.geo.maps.base_map import BaseMap
from civictui.terminal.capability import Capability
from civictui.widgets.map.atlas import Atlas
from civictui.widgets.pictures.thumbnail import Gallery
from civictui.widgets.pictures.tiers import first_tier, tiers_of


@dataclass(frozen=True)
class Desk:
    """The service, what the terminal can do, and the words of the login screen.

    `hint` is a line such as the demo's user and password; `pictures` is the setting of that name.
    """

    service: Service
    server: str
    hint: str = ""
    capability: Capability = field(default_factory=Capability)
    maps: BaseMap | None = None
    pictures: str = "auto"
    gallery: Gallery = field(init=False)
    atlas: Atlas = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "atlas", Atlas(self.maps, self.capability))
        gallery = Gallery(first_tier(self.capability, self.pictures), tiers_of(self.capability))
        object.__setattr__(self, "gallery", gallery)
