"""On which line of a TOML file a member stands: the parser of the standard library does not tell.

Only for a text that is TOML: what it means is not looked at, just where statements begin.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias

Place: TypeAlias = tuple[str | int, ...]
"""("message",), ("feature", 2) for the second [[feature]], ("feature", 2, "roles")."""

_PART: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\n\[\]{}]"
    r"|[^\"'\#\n\[\]{}]+",
    re.DOTALL,
)


def lines_of(text: str) -> dict[Place, int]:
    """The line of each member and each header, from 1; what stands inside of a value has none."""
    found: dict[Place, int] = {}
    seen: Counter[str] = Counter()
    inside: Place = ()
    for line, words in _statements(text):
        if words.startswith("[["):
            name = _name(words[2:-2])
            seen[name] += 1
            inside = (name, seen[name])
            found.setdefault((name,), line)
            found[inside] = line
        elif words.startswith("["):
            inside = (_name(words[1:-1]),)
            found[inside] = line
        else:
            name = _name(words.partition("=")[0])
            found[(*inside, name)] = line
            found.setdefault((*inside, _name(name.partition(".")[0])), line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement without comments, and the line on which it begins."""
    line, begun, depth = 1, 0, 0
    parts: list[str] = []
    for part in (match.group() for match in _PART.finditer(f"{text}\n")):
        if part == "\n" and not depth:
            if parts:
                yield begun, "".join(parts).strip()
            parts = []
        elif not part.startswith("#") and (parts or part.strip()):
            depth += (part in {"[", "{"}) - (part in {"]", "}"})
            begun = begun if parts else line
            parts.append(part)
        line += part.count("\n")


def _name(words: str) -> str:
    return words.strip().strip("\"'")
