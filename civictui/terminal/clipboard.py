"""Text for the clipboard of the person's own terminal: OSC 52, also through a multiplexer.

A terminal takes such a text or does not, and says nothing: nobody can claim that it has arrived.
"""

import base64
import re
from typing import Final

from civictui.terminal.capability import Capability

ESC: Final = "\x1b"
MOST: Final = 74_994
"""Bytes of text. Encoded they are as many as xterm takes; others take less."""
PIECE: Final = 760
"""Bytes that `screen` passes through at a time: its buffer has 768 with the frame around them."""
_WITHOUT: Final = re.compile(r"linux|vt\d|dumb|cons|sun|ansi")
"""Terminals that would print the sequence, or a part of it."""


def obstacle(text: str, terminal: Capability) -> str:
    """Why a text cannot be sent to a terminal's clipboard, in a sentence; "" where it can."""
    if _WITHOUT.match(terminal.term):
        return f"A terminal of the type {terminal.term} has no clipboard that could be reached."
    size = len(_bytes(text))
    if size > MOST:
        return f"This text has {size} bytes; a terminal's clipboard takes {MOST} at most."
    return "" if text else "There is nothing to copy."


def sequence(text: str, multiplexer: str = "") -> str:
    """What puts `text` on the clipboard of a terminal that has no obstacle to it.

    tmux either takes it itself or passes it on, as it is set up: it gets both.
    """
    osc = f"\x1b]52;c;{base64.b64encode(_bytes(text)).decode('ascii')}\x07"
    if multiplexer == "tmux":
        return f"{osc}\x1bPtmux;{osc.replace(ESC, ESC * 2)}\x1b\\"
    return _in_pieces(osc) if multiplexer == "screen" else osc


def _in_pieces(osc: str) -> str:
    """`screen` passes on what is in a DCS; the terminal outside puts the pieces together."""
    return "".join(f"\x1bP{osc[at : at + PIECE]}\x1b\\" for at in range(0, len(osc), PIECE))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
