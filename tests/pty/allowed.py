"""What may go to a terminal: printable text, and the sequences that the display itself writes."""

import codecs
import re
import unicodedata
from typing import Final

SEQUENCES: Final = (
    r"\x1b\[[0-9;]*[HABCDGrm]",  # moves, the scrolling region, the pen
    r"\x1b\[[2]?[JK]",  # erasing
    r"\x1bM",  # a line up, or all lines down
    r"\x1b\(B|\x0f",  # ASCII in both character sets
    r"\x1b\[\?(?:7[hl]|25[hl]|1049[hl]|2004[hl])",  # wrapping, cursor, the other screen, paste
    r"\x1b\[\?(?:1000|1002|1003|1006|1015|1016)[hl]",  # the mouse
    r"\x1b\[>1u|\x1b\[<u",  # a keyboard protocol of some terminals
    r"[\r\n\b\x07]",
)
"""Exactly what `terminal.display` and the driver can write."""
CLIPBOARD: Final = r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07"
"""Where somebody has asked for a copy."""
_JOINERS: Final = "\u200c\u200d"
_NUMBER_SIGNS: Final = (
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
"""Formats by their category, but with a look of their own: they stand around digits."""


class Gauge:
    """Counts the bytes outside the allow-list in a stream that comes in pieces."""

    def __init__(self, *more: str) -> None:
        """`more` are sequences that are allowed besides."""
        self.outside = 0
        self.bytes = 0
        self.found: list[str] = []
        """Some of what was outside, with what stood around it."""
        self._known = re.compile("|".join((*SEQUENCES, *more)))
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._rest = ""

    def take(self, content: bytes, *, last: bool = False) -> None:
        """An unfinished sequence at the end waits for what comes next, unless this is the last."""
        self.bytes += len(content)
        text = self._rest + self._decode(content, last)
        cut = len(text) if last else _whole(text)
        text, self._rest = text[:cut], text[cut:]
        for at, sign in _outside(self._known.sub("", text)):
            self.outside += len(sign.encode("utf-8", "surrogateescape"))
            if len(self.found) < 20:
                self.found.append(at)


def _whole(text: str) -> int:
    """How much of a text is not the beginning of a sequence that may go on."""
    begun = text.rfind("\x1b")
    return begun if begun >= 0 and len(text) - begun < 200 else len(text)


def _outside(text: str) -> list[tuple[str, str]]:
    if text.isprintable():
        return []
    return [
        (ascii(text[max(0, at - 20) : at + 20]), sign)
        for at, sign in enumerate(text)
        if not is_printable(sign)
    ]


def is_printable(sign: str) -> bool:
    """Whether a character is one to be seen, or joins such.

    Private and unassigned ones are signs of some font, no control characters.
    """
    kind = unicodedata.category(sign)
    return sign in _JOINERS + _NUMBER_SIGNS or kind not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
