"""What one policy has otherwise than another, in words for the operator and the audit log."""

from typing import Any, Final

from civictui.domain.text import one_line
from civictui.gateway.policy.rules import Rules

_SHOWN: Final = 60
"""Characters of a value."""
_RULES: Final = "feature"


def changes(before: Rules, after: Rules) -> list[str]:
    """A line for each member that differs, `name: before -> after`; none where nothing does."""
    old, new = before.to_doc(), after.to_doc()
    lines = [f"{name}: {_shown(old[name])} -> {_shown(new[name])}" for name in _plain(old, new)]
    if old[_RULES] == new[_RULES]:
        return lines
    rules = [_rule(rule) for rule in new[_RULES]]
    return [*lines, f"{_RULES}: {'; '.join(rules) or 'no rules'}"]


def _plain(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [name for name in old if name != _RULES and old[name] != new[name]]


def _shown(value: object) -> str:
    if isinstance(value, list):
        value = ", ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = one_line(str(value))
    return (text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…") or "none"


def _rule(rule: dict[str, Any]) -> str:
    roles = f" for {', '.join(rule['roles'])}" if "roles" in rule else ""
    area = " in an area" if "area" in rule else ""
    return f"{', '.join(rule['names'])} {'on' if rule['on'] else 'off'}{roles}{area}"
