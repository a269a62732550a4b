import pytest

from civictui.terminal.capability import TRUECOLOR, Capability
from civictui.widgets.pictures.tiers import Tier, first_tier, tiers_of


@pytest.mark.parametrize(
    ("capability", "tiers"),
    [
        (Capability(colours=TRUECOLOR), (Tier.BLOCKS, Tier.BLOCKS_256, Tier.BLOCKS_16)),
        (Capability(colours=256), (Tier.BLOCKS_256, Tier.BLOCKS_16)),
        (Capability(colours=16), (Tier.BLOCKS_16,)),
        (Capability(colours=8), (Tier.BLOCKS_8,)),
        (Capability(colours=0), ()),
        (Capability(colours=TRUECOLOR, utf8=False), ()),
    ],
)
def test_a_terminal_has_what_it_can_show(capability: Capability, tiers: tuple[Tier, ...]) -> None:
    assert tiers_of(capability) == (*tiers, Tier.SHADES, Tier.NONE)


@pytest.mark.parametrize(
    ("setting", "capability", "tier"),
    [
        ("auto", Capability(colours=TRUECOLOR), Tier.BLOCKS),
        ("auto", Capability(colours=TRUECOLOR, remote=True), Tier.BLOCKS_256),
        ("auto", Capability(colours=16, remote=True), Tier.BLOCKS_16),
        ("auto", Capability(colours=0, remote=True), Tier.SHADES),
        ("auto", Capability(colours=256, serial=True), Tier.NONE),
        ("blocks", Capability(colours=256, serial=True), Tier.BLOCKS_256),
        ("blocks", Capability(colours=TRUECOLOR, remote=True), Tier.BLOCKS),
        ("blocks", Capability(utf8=False), Tier.SHADES),
        ("shades", Capability(colours=TRUECOLOR), Tier.SHADES),
        ("none", Capability(colours=TRUECOLOR), Tier.NONE),
    ],
)
def test_the_first_one_follows_setting_and_link(
    setting: str, capability: Capability, tier: Tier
) -> None:
    assert first_tier(capability, setting) is tier
    assert tier in tiers_of(capability)
