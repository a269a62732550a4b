"""What this terminal can do, read from the environment alone: a terminal is never asked.

A probe's answer arrives a round trip later, and on a slow link is taken for typing.
"""

import os
import re
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import TextIO

TRUECOLOR = 1 << 24
_SIXTEEN = ("linux", "screen", "xterm", "ansi", "cygwin", "rxvt")
_SERIAL = re.compile(r"/dev/tty[A-Za-z]")
"""Serial lines (ttyS0, ttyUSB0, ttyAMA0); a console is tty1, a window or SSH is pts/0."""
_SWITCHES = {
    # No animation is ever worth its bytes; "none" alone leaves smooth scrolling on.
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    # With it every letter becomes a sequence of seven bytes on the way up.
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
    # What a key has changed is drawn with the next frame: of 60 a second it would wait for up to
    # 17 ms. Without a change no frame is made, and a slow terminal takes as many as it can.
    "TEXTUAL_FPS": "200",
}


@dataclass(frozen=True, slots=True)
class Capability:
    """What the display may use. The defaults are those of an ordinary local terminal."""

    term: str = "xterm-256color"
    interactive: bool = True
    utf8: bool = True
    colours: int = 256
    remote: bool = False
    serial: bool = False
    """Whether the terminal hangs on a serial line, where a picture takes its time."""
    multiplexer: str = ""
    """`tmux` or `screen` where the program runs in one, as far as can be known; else ""."""

    @property
    def ascii(self) -> bool:
        """Whether nothing but ASCII may be written."""
        return not self.utf8

    @property
    def obstacle(self) -> str:
        """Why no full-screen program can run here, in one sentence; "" where one can."""
        if not self.interactive:
            return "The app needs a terminal for its input and output. See --help for the commands."
        if self.term in ("", "dumb", "unknown"):
            return (
                f"The terminal type {self.term or '(none)'!s} cannot show a full screen. Set TERM."
            )
        return ""


def detect(
    environ: Mapping[str, str] | None = None, streams: tuple[TextIO, ...] | None = None
) -> Capability:
    """Look at the environment and at stdin, stdout and stderr; the last one may be no terminal."""
    environ = os.environ if environ is None else environ
    streams = (sys.stdin, sys.stdout, sys.stderr) if streams is None else streams
    return Capability(
        term=environ.get("TERM", ""),
        interactive=all(stream is not None and stream.isatty() for stream in streams[:2]),
        utf8=_speaks_utf8(environ, streams),
        colours=_colours(environ),
        remote=bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY")),
        serial=bool(_SERIAL.match(_device(streams[1]))),
        multiplexer=_multiplexer(environ),
    )


def _multiplexer(environ: Mapping[str, str]) -> str:
    """By what they say of themselves; over SSH by TERM, which for an old tmux is `screen`, too."""
    term = environ.get("TERM", "")
    if term.startswith("tmux") or (environ.get("TMUX") and not environ.get("STY")):
        return "tmux"
    return "screen" if environ.get("STY") or term.startswith("screen") else ""


def _device(stream: TextIO) -> str:
    """The path of the terminal that a stream writes to; "" where there is none."""
    try:
        return os.ttyname(stream.fileno())
    except (OSError, AttributeError):  # no terminal, no descriptor, or no stream at all
        return ""


def prepare_environment(environ: MutableMapping[str, str] | None = None) -> None:
    """Set the toolkit's switches; they are read at its import, so this comes before.

    What the environment says to it is dropped: a log file or a screenshot would hold reports in
    clear. An empty NO_COLOR means nothing, by its own definition, but counts for the toolkit.
    """
    environ = os.environ if environ is None else environ
    for name in [name for name in environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
        del environ[name]
    environ.update(_SWITCHES)
    if not environ.get("NO_COLOR", "x"):
        del environ["NO_COLOR"]


def _speaks_utf8(environ: Mapping[str, str], streams: tuple[TextIO, ...]) -> bool:
    """Whether output is UTF-8 and the locale does not say C in so many words.

    Under LANG=C the interpreter sets LC_CTYPE=C.UTF-8 by itself; that says nothing of the
    terminal. No locale at all says nothing either, and is usual in containers.
    """
    encodings = [(getattr(stream, "encoding", "") or "").lower() for stream in streams[1:]]
    if not all(name.replace("-", "") == "utf8" for name in encodings):
        return False
    ctype = environ.get("LC_CTYPE", "")
    coerced = ctype.lower() in ("c.utf-8", "c.utf8", "utf-8")
    named = environ.get("LC_ALL") or ("" if coerced else ctype) or environ.get("LANG", "")
    return named not in ("C", "POSIX") and not _names_another(named)


def _names_another(locale: str) -> bool:
    _, dot, charset = locale.partition(".")
    return bool(dot) and charset.partition("@")[0].lower().replace("-", "") != "utf8"


def _colours(environ: Mapping[str, str]) -> int:
    term = environ.get("TERM", "")
    if environ.get("NO_COLOR") or term in ("", "dumb", "unknown"):
        return 0
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return TRUECOLOR
    if term.endswith(("-256color", "-direct", "-kitty")):
        return 256
    return 16 if term.startswith(_SIXTEEN) else 8
