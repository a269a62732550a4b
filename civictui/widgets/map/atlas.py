"""The maps of this terminal, and the way in which they are drawn."""

from civictui.geo.maps.area_map import Drawing
from civictui.geo.maps.base_map import BaseMap
from civictui.terminal.capability import Capability

WORDS = {
    Drawing.BRAILLE: "braille dots",
    Drawing.BLOCKS: "half blocks",
    Drawing.ASCII: "ASCII",
}
_WITHOUT_BRAILLE = ("linux", "vt")
"""Terminals with a font of their own, which has half blocks and no braille."""


class Atlas:
    """What all maps on the screens are drawn with. A person may change the drawing; it stays so."""

    def __init__(self, base: BaseMap | None, capability: Capability) -> None:
        self.base = base
        self.ascii_only = capability.ascii
        self.drawings = drawings(capability)
        self.drawing = self.drawings[0]

    def turn(self) -> None:
        """Take the next way of drawing that this terminal can show."""
        place = self.drawings.index(self.drawing) + 1
        self.drawing = self.drawings[place % len(self.drawings)]


def drawings(capability: Capability) -> tuple[Drawing, ...]:
    """The ways that a terminal can show, the best first."""
    if capability.ascii:
        return (Drawing.ASCII,)
    if capability.term.startswith(_WITHOUT_BRAILLE):
        return (Drawing.ASCII, Drawing.BLOCKS)
    return (Drawing.BRAILLE, Drawing.BLOCKS, Drawing.ASCII)
