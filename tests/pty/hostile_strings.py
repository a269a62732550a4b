"""Strings that were written to do harm to a terminal, a layout or a parser: known ones, then made
ones without end, always the same.
"""

import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

_TEXT: Final = Path(__file__).parent.parent / "data" / "text"
_SPANS: Final = {
    "c0": (0x00, 0x20),
    "c1": (0x7F, 0xA0),
    "marks": (0x300, 0x370),
    "hebrew and arabic": (0x590, 0x780),
    "thai": (0xE00, 0xE5C),
    "jamo": (0x1100, 0x1200),
    "format": (0x2000, 0x2070),
    "signs": (0x2190, 0x2800),
    "wide": (0x3000, 0x9FFF),
    "private": (0xE000, 0xF900),
    "forms": (0xFE00, 0x10000),
    "surrogates": (0xD800, 0xE000),
    "emoji": (0x1F1E6, 0x1FB00),
    "tags": (0xE0000, 0xE0200),
    "anything": (0x20, 0x110000),
}
_INTRODUCERS: Final = (
    "\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1b[", "\x1b", "\x1b(", "\x1b#", "\x9b",
    "\x9d", "\x90", "\x9f", "\x98", "\x84", "\x85", "\x0e",
)  # fmt: skip
_ARGUMENTS: Final = (
    "52;c;cHduZWQ=", "0;owned", "8;;http://x.example", "2J", "?1049l", "6n", "c", "31m",
    "999;999H", "5;1;1r", "20t", "1337;File=:AAAA", "+q544e", "$q\"p", "?7h", "4h", "8m",
    "200~", "201~", ">c", "0q", "104", "=1u", "8", "0", "21t",
)  # fmt: skip
_ENDS: Final = ("", "\x07", "\x1b\\", "\x9c", "\n", "\x18", "\x1a")
SHAPES: Final = (
    "👩\u200d👩\u200d👧\u200d👦", "👍🏽", "🏽", "🇩🇪", "🇩", "❤️", "❤︎", "☺️", "1️⃣",
    "🏴\U000e0067\U000e0062", "\u1112\u1161\u11ab", "\u1100\u1100\u1161", "\u115f\u1160",
    "\u3164", "ﷺ", "𒐫", "a" + "\u0301" * 60, "\u200d", "\u200c", "\ufe0f", "\u034f",
    "\u00ad", "\u061c", "\u202e", "\u2066", "\u2069", "\ufeff", "\t", "\r\n", "\r", "\n",
    "\v", "\f", "\x00", "\b" * 9, "\u2028", "\u2029", "\x85", "\u3000", "\xa0", "[red]",
    "[/]", "[@click=app.quit]x[/]", "[link=http://x.example]", "$HOME", "`id`", "%s%n",
    "{0}", "=1+1", "<b>", "&amp;", "\\u001b[2J", "السلام 123", "שלום 456", "กำ", "நி",
    "क्षि", "\ue0b0", "\U000fffff",
)  # fmt: skip


def hostile_strings(count: int, seed: int = 7) -> list[str]:
    """All known ones, as far as there is room, and made ones."""
    return list(islice(_endless(random.Random(seed)), count))


def few(count: int, seed: int = 7) -> list[str]:
    """Some of each kind: known ones drawn at random, and half made ones."""
    rng = random.Random(seed)
    known = rng.sample(list(_known()), count // 2)
    return known + list(islice(_made(rng), count - len(known)))


def _endless(rng: random.Random) -> Iterator[str]:
    yield from _known()
    yield from _made(rng)


def _known() -> Iterator[str]:
    yield from filter(None, json.loads((_TEXT / "blns" / "blns.json").read_text("utf-8")))
    for folder, pattern in (("JSONTestSuite", "*.json"), ("xterm.js", "*.in")):
        for path in sorted((_TEXT / folder).glob(pattern)):
            yield path.read_bytes().decode("utf-8", "surrogateescape")
            yield path.read_bytes().decode("latin-1")


def _made(rng: random.Random) -> Iterator[str]:
    makers = (_sequence, _sequence, _soup, _soup, _mixture, _stack, _endless_line, _pair)
    while True:
        yield rng.choice(makers)(rng)


def _sequence(rng: random.Random) -> str:
    """An escape sequence, whole, broken off or within another one, and words around it."""
    inner = rng.choice(_ARGUMENTS)
    if rng.random() < 0.3:
        inner = inner[: len(inner) // 2] + _sequence(rng) + inner[len(inner) // 2 :]
    return f"lamp{rng.choice(_INTRODUCERS)}{inner}{rng.choice(_ENDS)}out"


def _soup(rng: random.Random) -> str:
    """Characters of one kind."""
    first, end = rng.choice(list(_SPANS.values()))
    return "".join(chr(rng.randrange(first, end)) for _ in range(rng.randint(1, 60)))


def _mixture(rng: random.Random) -> str:
    words = (*SHAPES, "lamp", "hole in the road", " ", "漏水", "x" * 30)
    return "".join(rng.choice(words) for _ in range(rng.randint(1, 25)))


def _stack(rng: random.Random) -> str:
    """Marks upon marks."""
    base = rng.choice("aé漢👍 ")
    return base + "".join(chr(rng.randrange(0x300, 0x36F)) for _ in range(rng.randint(5, 400)))


def _endless_line(rng: random.Random) -> str:
    """Long without a place to break it; now and then a megabyte."""
    length = 1 << 20 if rng.random() < 0.01 else rng.randint(500, 5000)
    sign = rng.choice(["x", "漢", "é", "ﷺ", "👍", "\u0301", "\t", "\u200d", "a\u200d"])
    return sign * (length // len(sign.encode()))


def _pair(rng: random.Random) -> str:
    """One shape between words: what stands beside it must not move."""
    return f"|{rng.choice(SHAPES)}|{rng.choice(SHAPES)}{rng.choice(SHAPES)}|"
