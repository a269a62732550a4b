"""The second wall by itself: whatever text comes, nothing steers a terminal and nothing moves."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from civictui.terminal.harmless import harmless
from tests.pty.allowed import Gauge, is_printable
from tests.pty.hostile_strings import SHAPES, hostile_strings

texts = st.one_of(st.text(), st.lists(st.sampled_from(SHAPES), max_size=9).map("".join))


@given(texts)
def test_it_lets_nothing_through_and_moves_nothing(text: str) -> None:
    passed = harmless(text)
    assert all(map(is_printable, passed))
    assert cell_len(passed) == cell_len(text)
    assert harmless(passed) == passed


def test_every_character_that_is_let_through_has_a_look() -> None:
    for code in range(0x110000):
        sign = chr(code)
        assert harmless(sign) in {sign, "", "?"}
        assert is_printable(sign) or harmless(sign) != sign, hex(code)


def test_a_character_behind_a_joiner_keeps_its_column() -> None:
    assert cell_len("a\u200d\x07b") == 2
    assert harmless("a\u200d\x07b") == "a\u200d\u200cb"


@pytest.mark.parametrize("text", [*SHAPES, *hostile_strings(1200)[-200:]])
def test_what_is_shown_is_utf_8(text: str) -> None:
    gauge = Gauge()
    gauge.take(harmless(text).encode(), last=True)
    assert gauge.outside == 0


def test_formats_with_a_look_of_their_own_stay() -> None:
    assert unicodedata.category("\u06dd") == "Cf"
    assert harmless("\u06dd") == "\u06dd"
