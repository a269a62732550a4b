"""What reaches a terminal can neither steer it nor hide its meaning."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.text import clean, folded, one_line

_DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b]52;c;ZXZpbA==\x07pothole", "pothole"),
        ("\x1b]0;title\x1b\\lamp", "lamp"),
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x9b2Jleak", "leak"),
        ("\x9d52;c;x\x9cleak", "leak"),
        ("\x1bP1$r0m\x1b\\x", "x"),
        ("a\u202eb", "ab"),
        ("zero\u200bwidth", "zerowidth"),
        ("line\r\nline\rline", "line\nline\nline"),
        ("tab\tstays", "tab\tstays"),
        ("\x1b", ""),
        ("\ud800", ""),
        ("\x1b\x1b[3[31m1mjoined", "31m1mjoined"),
        ("a\u3164b\u115f\u1160\uffa0", "ab"),
        ("a\u034fb\ufffec\U0001d173d\U000e0041", "abcd"),
        ("\u200dlamp\u200d", "lamp"),
        ("c\u200dlosed \u200dлампа\u200d ", "closed лампа "),
        ("👩\u200d\u200d\u200d🔧", "👩\u200d🔧"),
    ],
)
def test_clean_takes_out_what_steers(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@pytest.mark.parametrize(
    "text", ["नमस्ते", "क्\u200dष", "👩\u200d🔧", "می\u200cخواهم", "Straße", "日本"]
)
def test_scripts_and_emoji_keep_their_joiners(text: str) -> None:
    assert clean(text) == text


@given(st.text(alphabet=st.characters(), max_size=200))
def test_clean_is_idempotent_and_safe(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not _DANGEROUS.search(once)


@given(
    st.lists(st.sampled_from(["\x1b", "[", "]", "52;c;", "\x07", "\\", "P", "m", "3", "\x9b", "a"]))
)
def test_no_mixture_of_pieces_leaves_an_escape(pieces: list[str]) -> None:
    assert not _DANGEROUS.search(clean("".join(pieces)))


def test_one_line_has_one_line() -> None:
    assert one_line("  a\n\tb\r\n c ") == "a b c"


def test_folded_compares_what_looks_the_same() -> None:
    assert folded("STRASSE") == folded("straße")
    assert folded("①") == "1"
