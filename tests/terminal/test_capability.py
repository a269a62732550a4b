import io
from collections.abc import Mapping

import pytest

from civictui.terminal.capability import TRUECOLOR, Capability, detect, prepare_environment


class Stream(io.StringIO):
    def __init__(self, *, tty: bool = True, encoding: str = "utf-8") -> None:
        super().__init__()
        self._tty = tty
        self._encoding = encoding

    def isatty(self) -> bool:
        return self._tty

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


def found(environ: Mapping[str, str], *, tty: bool = True, encoding: str = "utf-8") -> Capability:
    stream = Stream(tty=tty, encoding=encoding)
    return detect({"TERM": "xterm", "LANG": "en_US.UTF-8", **environ}, (stream, stream, stream))


@pytest.mark.parametrize(
    ("environ", "ascii_only"),
    [
        ({}, False),
        ({"LANG": ""}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "de_DE.utf8@euro"}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LANG": "", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LC_ALL": "POSIX"}, True),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, True),
    ],
)
def test_utf8_is_what_the_locale_says(environ: Mapping[str, str], ascii_only: bool) -> None:
    assert found(environ).ascii == ascii_only


def test_an_output_in_another_encoding_gets_ascii() -> None:
    assert found({}, encoding="latin-1").ascii


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"COLORTERM": "truecolor"}, TRUECOLOR),
        ({"TERM": "tmux-256color"}, 256),
        ({"TERM": "linux"}, 16),
        ({"TERM": "wyse60"}, 8),
        ({"TERM": "dumb"}, 0),
        ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, 0),
        ({"NO_COLOR": "", "TERM": "xterm-256color"}, 256),
    ],
)
def test_colours(environ: Mapping[str, str], colours: int) -> None:
    assert found(environ).colours == colours


def test_what_stands_in_the_way_is_said() -> None:
    assert found({}).obstacle == ""
    assert "needs a terminal" in found({}, tty=False).obstacle
    assert "dumb" in found({"TERM": "dumb"}).obstacle
    assert "(none)" in found({"TERM": ""}).obstacle


def test_ssh_is_seen() -> None:
    assert found({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}).remote
    assert not found({}).remote


@pytest.mark.parametrize(
    ("device", "serial"),
    [("/dev/ttyS0", True), ("/dev/ttyUSB1", True), ("/dev/tty1", False), ("/dev/pts/3", False)],
)
def test_a_serial_line_is_known_by_its_name(
    device: str, serial: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stream, "fileno", lambda _: 1)
    monkeypatch.setattr("os.ttyname", lambda _: device)
    assert found({}).serial == serial


def test_what_is_no_device_is_no_serial_line() -> None:
    assert not found({}).serial


def test_the_toolkit_hears_nothing_but_our_switches() -> None:
    environ = {"TEXTUAL": "devtools", "TEXTUAL_LOG": "/log", "NO_COLOR": "", "HOME": "/h"}
    prepare_environment(environ)
    assert environ == {
        "HOME": "/h",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
        "TEXTUAL_DISABLE_KITTY_KEY": "1",
        "TEXTUAL_FPS": "200",
    }
    environ["NO_COLOR"] = "1"
    prepare_environment(environ)
    assert environ["NO_COLOR"] == "1"


def test_errors_may_go_to_a_file_but_keys_and_screen_need_a_terminal() -> None:
    terminal, file = Stream(), Stream(tty=False)
    environ = {"TERM": "xterm", "LANG": "en_US.UTF-8"}
    assert not detect(environ, (terminal, terminal, file)).obstacle
    assert "terminal" in detect(environ, (terminal, file, terminal)).obstacle
    assert "terminal" in detect(environ, (file, terminal, terminal)).obstacle
