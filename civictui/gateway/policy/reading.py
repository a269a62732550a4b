"""The TOML file in which an operator writes a policy.

Nothing in it is guessed: whatever is misspelt, of another type or beyond its bounds is named with
its line and with what is allowed, all in one go, and then nothing of the file counts.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from civictui.domain.errors import UsageError
from civictui.domain.text import one_line
from civictui.gateway.policy import values
from civictui.gateway.policy.faults import Faults, PolicyFaults
from civictui.gateway.policy.limits import ALL_CORNERS, BOUNDS, MOST_RULES
from civictui.gateway.policy.places import Place, lines_of
from civictui.gateway.policy.rules import FeatureRule, Rules

FILE_BYTES: Final = 1_000_000
_RULES: Final = "feature"
_MEMBERS: Final[Mapping[str, Callable[[object], Any]]] = MappingProxyType(
    {
        "message": values.words,
        "minimum_version": values.version,
        "disabled_versions": values.versions,
        "disabled_message": values.words,
        "client_logs": values.flag,
        **{name: values.number(*bounds) for name, bounds in BOUNDS.items()},
    }
)
_PARSED_TO: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_QUOTES: Final = 'texts and versions stand in quotes ("1.2.0"), numbers, true and false do not (30)'
_LONG_NAME: Final = re.compile(r"^[ \t\[]*(?:[\w\"'-]+[ \t]*\.[ \t]*){20}", re.MULTILINE)
"""A name of more parts than any has: the parser takes the square of their number."""


def read_policy(path: Path) -> Rules:
    """The policy in a file. Raises PolicyFaults, and UsageError where it cannot be read."""
    shown = one_line(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or "this is no path"
        raise UsageError(f"{shown} cannot be read: {why}", "Name a TOML file.") from error
    return rules_of(content, path.parent)


def rules_of(content: bytes, folder: Path) -> Rules:
    """The same of the file's content; paths in it are seen from `folder`. Raises PolicyFaults."""
    text = _text(content)
    said = _parsed(text)
    faults = Faults(lines_of(text))
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name == _RULES:
            found["features"] = _features(value, folder, faults)
        elif name in _MEMBERS:
            found[name] = faults.take((name,), _MEMBERS[name], value)
        else:
            faults.unknown((name,), [*_MEMBERS, _RULES])
    faults.raise_any()
    return Rules(**found)


def _text(content: bytes) -> str:
    if len(content) > FILE_BYTES:
        raise PolicyFaults([f"the file has more than {FILE_BYTES} bytes"])
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyFaults([f"line {line}: this is not UTF-8"]) from error


def _parsed(text: str) -> dict[str, Any]:
    if long := _LONG_NAME.search(text):
        raise PolicyFaults([f"line {text.count(chr(10), 0, long.start()) + 1}: no name is so long"])
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise PolicyFaults(["something in the file is nested too deep"]) from error
    except ValueError as error:  # of the parser, or of a number with thousands of digits
        raise PolicyFaults([_no_toml(one_line(str(error))[:200], text)]) from error


def _no_toml(why: str, text: str) -> str:
    """With the line in front, as in all faults: the parser says it behind."""
    found = _PARSED_TO.search(why)
    if not found:
        return f"this is no TOML: {why}; {_QUOTES}"
    line = found[1] or text.count("\n") + 1
    return f"line {line}: this is no TOML: {why[: found.start()]}; {_QUOTES}"


def _features(value: object, folder: Path, faults: Faults) -> tuple[FeatureRule, ...]:
    """The rules that are right; what is wrong with the others is noted."""
    if not isinstance(value, list) or len(value) > MOST_RULES:
        said = f"each rule begins with [[feature]], in two brackets; up to {MOST_RULES} are allowed"
        faults.add((_RULES,), said)
        return ()
    made = [_feature(item, (_RULES, at), folder, faults) for at, item in enumerate(value, 1)]
    rules = tuple(rule for rule in made if rule)
    total = sum(values.corners(rule.area) for rule in rules)
    if total > ALL_CORNERS:
        said = f"the areas of all rules have {total} corners; {ALL_CORNERS} are allowed"
        faults.add((_RULES,), said)
    return rules


def _feature(said: object, place: Place, folder: Path, faults: Faults) -> FeatureRule | None:
    if not isinstance(said, dict):
        faults.add(place, "a rule is a table that begins with [[feature]]")
        return None
    readers: dict[str, Callable[[object], Any]] = {
        "name": values.feature,
        "names": values.features,
        "on": values.flag,
        "roles": values.roles,
        "area": partial(values.area, folder=folder),
    }
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name in readers:
            found[name] = faults.take((*place, name), readers[name], value)
        else:
            faults.unknown((*place, name), readers)
    if ("name" in said) == ("names" in said):
        faults.add(place, "a rule has either `name` or `names`")
    if "on" not in said:
        faults.add(place, "a rule has `on = true` or `on = false`")
    names = found.pop("name", None) or found.pop("names", None)
    if not names or found.get("on") is None or None in found.values():
        return None
    return FeatureRule(names=names, **found)
