"""The ways in which a picture can be drawn, and which of them a terminal has."""

from enum import StrEnum
from typing import Final

from civictui.terminal.capability import TRUECOLOR, Capability


class Tier(StrEnum):
    """How a picture is drawn, in the words for a person; the dearest on the wire comes first.

    A cell of half blocks costs about 40 bytes in all colours, 25 in 256, 9 in 16.
    """

    BLOCKS = "half blocks in all colours"
    BLOCKS_256 = "half blocks in 256 colours"
    BLOCKS_16 = "half blocks in 16 colours"
    BLOCKS_8 = "half blocks in 8 colours"
    SHADES = "ASCII shades"
    NONE = "not at all"


_COLOURS: Final = {
    Tier.BLOCKS: TRUECOLOR,
    Tier.BLOCKS_256: 256,
    Tier.BLOCKS_16: 16,
    Tier.BLOCKS_8: 8,
    Tier.SHADES: 0,
    Tier.NONE: 0,
}


def tiers_of(capability: Capability) -> tuple[Tier, ...]:
    """The ways that this terminal has, the best first; none at all is always one."""
    colours = 0 if capability.ascii else capability.colours
    found = [tier for tier, needed in _COLOURS.items() if needed <= colours]
    if colours > _COLOURS[Tier.BLOCKS_8]:
        found.remove(Tier.BLOCKS_8)
    return tuple(found)


def first_tier(capability: Capability, setting: str) -> Tier:
    """What the setting `pictures` means on this terminal.

    Chosen by itself it is the best, with two exceptions for thin links: over SSH no more than 256
    colours, and on a serial line no picture until it is asked for.
    """
    tiers = tiers_of(capability)
    if setting == "none" or (setting == "auto" and capability.serial):
        return Tier.NONE
    if setting == "shades":
        return Tier.SHADES
    if setting == "auto" and capability.remote:
        return next(tier for tier in tiers if _COLOURS[tier] <= 256)
    return tiers[0]
