"""How keys are written: by the toolkit, by a person in the settings file, and on the screen.

Only such keys have a name here as a plain terminal over SSH sends.
"""

import re
import string
import unicodedata
from typing import Final

NO_KEY: Final = "no_key"
"""In place of a key: what no terminal sends."""

_CALLED: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""What the toolkit calls otherwise than Unicode does."""


def _name(sign: str) -> str:
    name = unicodedata.name(sign).lower().replace("-", "_").replace(" ", "_")
    return _CALLED.get(name, name)


_SIGNS: Final = {_name(sign): sign for sign in string.punctuation}
_ARROWS: Final = ("up", "down", "left", "right", "home", "end")
_PAPER: Final = ("pageup", "pagedown", "insert", "delete")
_KEYS: Final = {
    "escape": "Esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "delete": "Del",
    "insert": "Ins",
    **{name: name.capitalize() for name in (*_ARROWS, "enter", "tab", "space", "backspace")},
    **{f"f{number}": f"F{number}" for number in range(1, 25)},
}
"""Keys that have no sign, with how they are written on the screen."""
_ALIASES: Final = {shown.lower(): name for name, shown in _KEYS.items()} | {
    "return": "enter",
    "pgdown": "pagedown",
}
_CONTROL: Final = {
    **dict.fromkeys(string.ascii_lowercase),
    **dict.fromkeys(("backslash", "right_square_bracket", "circumflex_accent", "underscore")),
    "space": "ctrl+@",
    "at": "ctrl+@",
}
_SAME: Final = {"h": "backspace", "i": "tab", "m": "enter", "left_square_bracket": "escape"}
"""With Ctrl a terminal sends for these the same as for those."""
EXAMPLES: Final = "n, N, /, comma, space, enter, escape, tab, f7, ctrl+n, shift+tab, ctrl+left"


def display(key: str) -> str:
    """How one key is written for a person: `ctrl+s` is `^S`, `shift+tab` is `Shift-Tab`."""
    *modifiers, last = key.split("+")
    name = _KEYS.get(last) or _SIGNS.get(last) or last.removeprefix("upper_")
    if last.startswith("upper_"):
        name = name.upper()
    if modifiers == ["ctrl"] and len(name) == 1:
        return f"^{name.upper()}"
    return "-".join([*(modifier.capitalize() for modifier in modifiers), name])


def is_letter(key: str) -> bool:
    """Whether the key, without Ctrl, is typing in a text field."""
    return key == "space" or len(display(key)) == 1


def normal(said: str) -> str:
    """The toolkit's name of a key that a person wrote: `?`, `^N`, `Ctrl+N`, `PgDn`, `pagedown`.

    Raises ValueError with a sentence for what is no key, or none that a terminal can send.
    """
    modifiers, last = _parts(said.strip())
    key = _plain(last)
    match modifiers:
        case []:
            return key
        case ["ctrl"]:
            return _with_control(key, said)
        case ["shift"] if len(key) == 1 and key.isalpha():
            return key.upper()
        case ["shift"] if key in {*_ARROWS, *_PAPER, "tab"}:
            return f"shift+{key}"
        case ["ctrl", "shift"] if key in {*_ARROWS, *_PAPER}:
            return f"ctrl+shift+{key}"
    if "alt" in modifiers:
        raise ValueError(f"{said}: with Alt a terminal sends Esc first, which goes back")
    raise ValueError(f"a terminal sends nothing of its own for {said}")


def _parts(said: str) -> tuple[list[str], str]:
    """The modifiers, and what they modify."""
    if len(said) == 2 and said[0] == "^":
        return ["ctrl"], said[1]
    if len(said) <= 1:
        return [], said
    *modifiers, last = re.split(r"[+-]", said)
    return sorted(modifier.lower() for modifier in modifiers), last


def _plain(said: str) -> str:
    """The name of a key without modifiers."""
    if len(said) == 1 and said.isascii() and said.isalnum():
        return said
    if len(said) == 1 and said in string.punctuation:
        return _name(said)
    lower = said.lower()
    if lower in _KEYS or lower in _SIGNS:
        return lower
    if lower not in _ALIASES:
        raise ValueError(f"there is no key “{said}”; keys are written like {EXAMPLES}")
    return _ALIASES[lower]


def _with_control(key: str, said: str) -> str:
    key = key.lower()
    if same := _SAME.get(key):
        raise ValueError(f"a terminal sends the same for {said} as for {display(same)}")
    if key in {*_ARROWS, *_PAPER}:
        return f"ctrl+{key}"
    if key not in _CONTROL:
        raise ValueError(f"a terminal sends nothing of its own for {said}")
    return _CONTROL[key] or f"ctrl+{key}"
