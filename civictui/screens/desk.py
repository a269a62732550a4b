"""What every screen works with."""

from dataclasses import dataclass, field

from civictui.domain.ports import Service
from civictui.terminal.capability import Capability
from civictui.widgets.thumbnail import Gallery, Tier


@dataclass(frozen=True)
class Desk:
    """The service, what the terminal can do, and the words of the login screen.

    `hint` is a line such as the demo's user and password.
    """

    service: Service
    server: str
    hint: str = ""
    capability: Capability = field(default_factory=Capability)
    gallery: Gallery = field(init=False)

    def __post_init__(self) -> None:
        plain = self.capability.ascii or not self.capability.colours
        object.__setattr__(self, "gallery", Gallery(Tier.SHADES if plain else Tier.BLOCKS))
