"""Text as cells: as wide on every terminal as it is counted here."""

import random

import pytest
from rich.cells import cell_len

from civictui.domain.text import one_line
from civictui.geo.maps.canvas import Canvas, Cell
from civictui.geo.maps.glyphs import Drawing
from civictui.geo.maps.lettering import UNSURE, fitted, is_sure, spread, width_of

SHOWN = [char for char in map(chr, range(0x21, 0x20000)) if one_line(f"a{char}b") == f"a{char}b"]


def written(text: str) -> str:
    return "".join(cell.char for cell in spread(text))


@pytest.mark.parametrize(
    "text",
    ["Zürich", "Hà Nội", "서울", "กรุงเทพ", "תל־אביב", "москва", "№ 5 ½", "東京", "Ｃａｆé", "㈱"],
)
def test_names_of_all_the_world_stay_as_they_are(text: str) -> None:
    assert is_sure(text)
    assert written(text) == text
    assert width_of(text) == cell_len(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("e\u0301", "é"),
        ("\u1112\u1161\u11ab", "한"),
        ("a\u200db\u200cc", "abc"),
        ("☎\ufe0f Café", "? Café"),
        ("1\ufe0f\u20e3", "1\u20e3"),
        ("👍🏽🇩🇪", "????"),
        ("a\u1161b", "a?b"),
        ("हिन्दी", "ह?न्द?"),
        ("\U0010fffd\u0378", "??"),
        ("x" + "\u0301" * 40, "x\u0301\u0301\u0301"),
        ("\u0301\u0301ab", "ab"),
    ],
)
def test_what_terminals_do_not_agree_about_is_left_out(text: str, shown: str) -> None:
    assert written(text) == shown
    assert width_of(text) == cell_len(shown)
    assert is_sure(text) == (UNSURE not in shown)


def test_every_character_is_as_wide_as_the_toolkit_has_it() -> None:
    for char in SHOWN:
        cells = spread(f"a{char}b")
        assert len(cells) == cell_len("".join(cell.char for cell in cells)), hex(ord(char))


def test_any_text_is_as_wide_as_the_toolkit_has_it() -> None:
    chance = random.Random(6)
    for _ in range(3000):
        text = "".join(chance.choices(SHOWN, k=8))
        assert width_of(text) == cell_len(written(text)), ascii(text)


def test_half_a_wide_character_is_a_blank() -> None:
    assert fitted(spread("a東b", "name"), 2) == [Cell("a", "name"), Cell(" ", "name")]
    assert fitted(spread("a東b"), 3) == spread("a東")
    assert fitted(spread("東"), 9) == spread("東")
    assert fitted(spread("東"), 0) == []
    canvas = Canvas(4, 1, Drawing.ASCII)
    canvas.put(1, 0, "x東京")
    assert cell_len("".join(cell.char for cell in canvas.cells()[0])) == 4


def test_the_signs_of_the_states_of_reports_are_sure() -> None:
    assert [cell.char for cell in spread("✓↑⇡!≠✎")] == list("✓↑⇡!≠✎")
