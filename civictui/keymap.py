"""A person's own keys: the table [keys] of the settings file, checked before the program starts.

`"list.new" = "ctrl+n"` moves a key, several are separated by commas, and "" takes one away. No key
may get two things to do in one place, no text field may swallow it, and leaving and going back
always have one.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final, TypeAlias

from civictui.keys import ALL, BY_ID, NO_KEY, Key, display, is_letter, normal
from civictui.keys.places import PLACES, Place, Scope, types

Keymap: TypeAlias = Mapping[str, str]
"""Keys by id, in the toolkit's notation."""

NEEDED: Final = frozenset(
    key.id
    for key in ALL
    if "escape" in key.keys.split(",") or key.id in {"app.leave", "ask.choose"}
)
"""What must have a key: the way back from everywhere, and the way out."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the keys of `id`. `line` of the file is 0 where it was not found."""

    id: str
    words: str
    line: int = 0

    def at(self, path: object) -> str:
        """Where it can be mended."""
        return f"{path}:{self.line}" if self.line else f"{path}"


def read(table: Mapping[str, Any], text: str = "") -> tuple[dict[str, str], list[Fault]]:
    """The keymap that the table says, and all that is wrong with it.

    `text` is the settings file, for the numbers of the lines.
    """
    own: dict[str, str] = {}
    faults: list[Fault] = []
    for key_id, said in _flat(table):
        try:
            own[key_id] = _keys(key_id, said)
        except ValueError as error:
            faults.append(Fault(key_id, str(error)))
    faults += _swallowed(own)
    faults += _clashes(own)
    found = [Fault(fault.id, fault.words, line_of(fault.id, text)) for fault in faults]
    return own, sorted(found, key=lambda fault: fault.line)


def from_file(table: Mapping[str, Any], path: Path) -> tuple[dict[str, str], list[Fault]]:
    """The same, with `table` from the settings file at `path`."""
    own, faults = read(table)
    if not faults:
        return own, []
    with suppress(OSError, UnicodeDecodeError):  # the lines are a help, and it was read before
        return read(table, path.read_text("utf-8"))
    return own, faults


def line_of(key_id: str, text: str) -> int:
    """The line on which the file says something of this id, from 1; the table's own, or 0."""
    parts = (re.escape(part) for part in key_id.split("."))
    said = r"""["']?\s*\.\s*["']?""".join(parts)
    said = rf"""(^|[\s"'.{{,]){said}["']?\s*="""
    table = r"""^\s*\[?\s*["']?keys\b"""
    for pattern in (said, table):
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(pattern, line):
                return number
    return 0


def _flat(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """`list.new = …` without quotation marks is a table in the table; it means the same."""
    for name, said in table.items():
        if isinstance(said, Mapping):
            yield from ((f"{name}.{last}", value) for last, value in said.items())
        else:
            yield name, said


def _keys(key_id: str, said: object) -> str:
    """The keys for one id, in the toolkit's notation. Raises ValueError with a sentence."""
    if key_id not in BY_ID:
        from difflib import get_close_matches

        near = get_close_matches(key_id, BY_ID, 1)
        raise ValueError("there is no such id" + (f"; is {near[0]} meant?" if near else ""))
    if not isinstance(said, str):
        raise ValueError("the keys stand between quotation marks, with commas between several")
    if not said.strip():
        if key_id in NEEDED:
            raise ValueError("this may be moved to another key, but not taken away")
        return NO_KEY
    return ",".join(dict.fromkeys(normal(part) for part in said.split(",")))


def _swallowed(own: Keymap) -> Iterator[Fault]:
    """Keys that a text field would take for typing, where there was one that it does not take."""
    told = set()
    for place, focus, below in _chains():
        for key in (focus + below) if types(focus) else ():
            moved = key.id in own and key.id not in told
            if moved and _only_letters(own[key.id]) and not _only_letters(key.keys):
                told.add(key.id)
                words = f"on {place.name} one types {shown(own[key.id])} as text; take a key"
                yield Fault(key.id, f"{words} that is no letter, such as ^N or F7")


def _only_letters(keys: str) -> bool:
    return keys != NO_KEY and all(is_letter(key) for key in keys.split(","))


def _clashes(own: Keymap) -> Iterator[Fault]:
    """Two things on one key where both are in force, unless they are so without a keymap."""
    told = set()
    for place, focus, below in _chains():
        meant = {(one.id, other.id) for _, one, other in doubled(focus, below, {})}
        for pressed, one, other in doubled(focus, below, own):
            moved = one if one.id in own else other
            about = (pressed, one.id, other.id)
            if moved.id in own and about not in told and (one.id, other.id) not in meant:
                told.add(about)
                rest = other if moved is one else one
                words = f"on {place.name} {display(pressed)} is also {rest.id} ({rest.help})"
                yield Fault(moved.id, f"{words}; give one of them another key")


def doubled(focus: Scope, below: Scope, own: Keymap) -> Iterator[tuple[str, Key, Key]]:
    """Each key that two bindings would have, with both. The same action twice is no matter."""
    by_key = defaultdict(list)
    for key in dict.fromkeys(focus + below):
        for pressed in own.get(key.id, key.keys).split(","):
            if pressed != NO_KEY and not (is_letter(pressed) and types(focus)):
                by_key[pressed].append(key)
    for pressed, keys in by_key.items():
        for one, other in combinations(keys, 2):
            if one.action != other.action:
                yield pressed, one, other


def _chains() -> Iterator[tuple[Place, Scope, Scope]]:
    for place in PLACES.values():
        for focus, below in place.chains():
            yield place, focus, below


def shown(keys: str) -> str:
    """How keys in the toolkit's notation are written for a person."""
    if keys == NO_KEY:
        return "no key"
    return ", ".join(display(key) for key in keys.split(","))
