from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from civictui.domain.text import clean
from civictui.terminal.capability import Capability
from civictui.terminal.filters import gates
from civictui.widgets.words import SIGNS
from tests.stage import stage

BLACK = Color(0, 0, 0)
PLAIN = Capability(utf8=False, colours=0)


def through(text: str, capability: Capability, style: Style | None = None) -> list[Segment]:
    segments = [Segment(text, style)]
    for gate in gates(capability):
        segments = gate.apply(segments, BLACK)
    return segments


@given(st.text())
def test_nothing_passes_that_steers_a_terminal(text: str) -> None:
    (segment,) = through(text, Capability())
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in segment.text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_ascii_is_as_wide_as_what_it_stands_for(text: str) -> None:
    text = clean(text)
    (segment,) = through(text, PLAIN)
    assert segment.text.isascii()
    if all(cell_len(c) for c in text):
        assert cell_len(segment.text) == sum(cell_len(c) for c in text)


def test_signs_stay_different_in_ascii() -> None:
    likenesses = {through(sign, PLAIN)[0].text for sign in SIGNS.values()}
    assert len(likenesses) == len(SIGNS)
    assert all(len(likeness) == 1 for likeness in likenesses)


def test_without_colours_bold_stays() -> None:
    (segment,) = through("x", PLAIN, Style(color="red", bgcolor="blue", bold=True))
    assert segment.style == Style(bold=True)


async def test_a_whole_screen_in_ascii_and_without_colours() -> None:
    async with stage(capability=PLAIN) as on:
        await on.reads("online - nothing to send - never proved - demo")
        await on.press("n")
        await on.reads("Address")
        strips = on.app.screen._compositor.render_strips()
        assert all(strip.text.isascii() for strip in strips)
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        assert styles
        assert not any(style.color or style.bgcolor for style in styles)
