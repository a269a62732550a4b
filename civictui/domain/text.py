"""The one sanitizer between foreign text and a terminal.

Replicated documents are stored byte-true; `clean` runs on what a person enters and again wherever
text is drawn or printed. Without it a report could carry an escape sequence (set the clipboard,
the window title, the colours) into the terminal of whoever reads it.
"""

import re
import unicodedata

# Whole escape sequences, so that no readable remains ("[31m", "52;c;...") are left behind:
# string sequences (OSC, DCS, SOS, PM, APC) up to their terminator, CSI, and the two-byte rest.
# Only C1 introducers and ESC start one; a string without terminator ends with its line.
_SEQUENCES = re.compile(
    "(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\\\|\x9c)?"
    "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"
    "|\x1b[ -/]*[0-~]?"
)

# C0 except newline and tab, DEL, C1; bidirectional controls; zero-width and invisible characters
# other than ZWJ, ZWNJ (which several scripts and emoji need) and variation selectors; the fillers
# of Hangul, which are letters that are blank; lone surrogates; line and paragraph separators;
# controls of notations; interlinear annotation; noncharacters; tag characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)

# A joiner has something to join on both sides, and never ASCII: elsewhere it only hides letters,
# for what draws counts the one after it as joined.
_JOINS_NOTHING = re.compile("(?<![^\x00-\x7f\\s\u200d])\u200d+|\u200d+(?=[\x00-\x7f\\s]|\\Z)")

_SPACES = re.compile(r"[\t\n\r ]+")


def clean(text: str) -> str:
    """Return `text` without anything that could steer a terminal or hide its own meaning.

    Newlines and tabs stay; CR LF and lone CR become newlines. The function is idempotent.
    """
    if text.isascii() and text.isprintable():  # as most is
        return text
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    previous = None
    # Taking a sequence out may join the two ends of another one.
    while previous != unified:
        previous = unified
        unified = _FORBIDDEN.sub("", _SEQUENCES.sub("", unified))
    return _JOINS_NOTHING.sub("", unified)


def one_line(text: str) -> str:
    """`clean` for a place that has one line: runs of blanks, tabs and newlines become one blank."""
    return _SPACES.sub(" ", clean(text)).strip()


def folded(text: str) -> str:
    """The form that searches compare: NFKC and case-folded."""
    return unicodedata.normalize("NFKC", text).casefold()
