"""The gauge itself: it must see what it is there for."""

import pytest

from tests.pty.allowed import CLIPBOARD, Gauge

HARM = (b"\x1b]0;x\x07", b"\x1b]52;c;YQ==\x07", b"\x1b[6n", b"\x1bc", b"\x9b31m", b"\xc2\x9b31m",
        b"\x00", b"\x0e", b"\x7f", b"\xe2\x80\xae", b"\xff", b"\x1bP1$q\x1b\\", b"\x1b[?1049$p",
        b"\x1b[20t", b"\xe2\x80\x8b", b"\xf3\xa0\x81\x81", b"\t", b"\x1b[4h", b"\x1b")  # fmt: skip


@pytest.mark.parametrize("content", HARM)
def test_it_counts_what_is_not_allowed(content: bytes) -> None:
    gauge = Gauge()
    gauge.take(b"before " + content + b" after", last=True)
    assert gauge.outside > 0
    assert gauge.found


def test_it_takes_a_stream_in_any_pieces() -> None:
    content = "\x1b[?1049h\x1b[2;3H\x1b[;1;38;5;208mé漢👩\u200d🔧\x1b[K\r\n\x1bM\x1b[?25l".encode()
    gauge = Gauge()
    for byte in content:
        gauge.take(bytes([byte]))
    gauge.take(b"", last=True)
    assert (gauge.outside, gauge.bytes) == (0, len(content))


def test_a_copy_is_allowed_where_it_was_asked_for() -> None:
    gauge = Gauge(CLIPBOARD)
    gauge.take(b"\x1b]52;c;YQ==\x07", last=True)
    assert gauge.outside == 0
