import base64
import re

from hypothesis import given
from hypothesis import strategies as st

from civictui.terminal.capability import Capability, detect
from civictui.terminal.clipboard import MOST, PIECE, obstacle, sequence

OSC = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def text_in(osc: str) -> str:
    found = OSC.fullmatch(osc)
    assert found
    return base64.b64decode(found[1]).decode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_text_is_in_it_and_nothing_else(text: str) -> None:
    assert text_in(sequence(text)) == text


def test_tmux_gets_it_for_itself_and_to_pass_on() -> None:
    own, passed = sequence("12.5,-3", "tmux").split("\x1bPtmux;")
    assert text_in(own) == "12.5,-3"
    assert passed.endswith("\x1b\\")
    assert text_in(passed.removesuffix("\x1b\\").replace("\x1b\x1b", "\x1b")) == "12.5,-3"


@given(st.text("abc", max_size=3000))
def test_screen_gets_pieces_that_it_has_room_for(text: str) -> None:
    pieces = sequence(text, "screen").split("\x1b\\")
    assert pieces.pop() == ""
    assert all(len(piece) <= PIECE + 2 and piece.startswith("\x1bP") for piece in pieces)
    assert text_in("".join(piece[2:] for piece in pieces)) == text


def test_what_cannot_be_copied_is_said() -> None:
    assert not obstacle("x" * MOST, Capability())
    assert str(MOST) in obstacle("x" * (MOST + 1), Capability())
    assert obstacle("", Capability())
    for term in ("linux", "vt100", "vt220"):
        assert term in obstacle("x", Capability(term=term))


def test_the_multiplexer_is_known_by_its_marks() -> None:
    streams = (open("/dev/null"),) * 3  # noqa: SIM115, PTH123
    for environ, expected in (
        ({"TERM": "screen-256color", "TMUX": "/tmp/t,1,0"}, "tmux"),  # noqa: S108
        ({"TERM": "tmux-256color"}, "tmux"),
        ({"TERM": "xterm", "STY": "1.pts"}, "screen"),
        ({"TERM": "screen"}, "screen"),
        ({"TERM": "xterm-256color"}, ""),
    ):
        assert detect(environ, streams).multiplexer == expected
    streams[0].close()
