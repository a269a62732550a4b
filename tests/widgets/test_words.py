from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from civictui.domain.model import RowState, Unsent
from civictui.domain.text import one_line
from civictui.widgets import words
from civictui.widgets.fit import fit, in_full, sides

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (230_499, "230 kB"), (2_345_678, "2.3 MB")],
)
def test_size(count: int, text: str) -> None:
    assert words.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (599, "9 min ago"),
        (19 * 60, "15 min ago"),
        (3600, "1 h ago"),
        (47 * 3600, "47 h ago"),
        (49 * 3600, "2 days ago"),
    ],
)
def test_ago_is_coarser_as_it_grows(seconds: int, text: str) -> None:
    assert words.ago(NOW - timedelta(seconds=seconds), NOW) == text


def test_unsent_counts_reports_and_photos() -> None:
    assert words.unsent(Unsent()) == ""
    assert words.unsent(Unsent(1)) == "1 report"
    assert words.unsent(Unsent(2, 1, 230_000)) == "2 reports, 1 photo 230 kB"


def test_every_state_has_a_sign_of_one_cell_and_words() -> None:
    assert set(words.SIGNS) == set(words.SENDING) == set(RowState)
    assert all(cell_len(sign) == 1 for sign in words.SIGNS.values())
    assert len(set(words.SIGNS.values())) == len(RowState)


@given(st.text(), st.integers(0, 100))
def test_fit_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    fitted = fit(text, width)
    assert cell_len(fitted) == width
    assert "\x1b" not in fitted


def test_fit_shows_what_it_cuts() -> None:
    assert fit("abcdef", 4) == "abc…"
    assert fit("漏漏漏", 4) == "漏… "


@given(st.text(), st.text(), st.integers(8, 100))
def test_sides_fill_the_line(left: str, right: str, width: int) -> None:
    assert cell_len(sides(left, right, width)) == width


def test_the_right_side_goes_before_the_left() -> None:
    assert sides("a title", "saved", 10) == "a t… saved"


def test_parts_are_put_together_as_in_a_sentence() -> None:
    assert words.together([]) == ""
    assert words.together(["1 report"]) == "1 report"
    assert words.together(["a", "b", "c"]) == "a, b and c"


def test_who_works_here_is_you() -> None:
    assert words.by("demo", "demo") == "you"
    assert words.by("a\x1b[2Jsha", "demo") == "asha"
    assert words.by("", "") == "somebody"


@given(st.text(), st.integers(min_value=2, max_value=60))
def test_a_text_in_full_loses_no_word_and_keeps_its_width(text: str, width: int) -> None:
    lines = in_full(text, width)
    assert all(cell_len(line) == width for line in lines)
    letters = "".join(one_line(text).split())
    assert "".join("".join(lines).split()) == letters


def test_a_text_in_full_keeps_line_ends_and_breaks_between_words() -> None:
    assert in_full("one two three\nfour", 8) == ["one two ", "three   ", "four    "]
    assert in_full("abcdefghij", 4) == ["abcd", "efgh", "ij  "]
    assert in_full("", 4) == ["    "]
    assert in_full("ab", 1) == ["…"]


@pytest.mark.parametrize(
    ("count", "said"), [(0, ""), (1, "1 needs you"), (3, "3 need you"), (1_200, "1,200 need you")]
)
def test_how_many_need_somebody(count: int, said: str) -> None:
    assert words.needing(count) == said
