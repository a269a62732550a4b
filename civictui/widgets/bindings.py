"""Bindings made from the registry of keys."""

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

from textual.binding import ActiveBinding, Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from civictui.keys import ALL, BY_ID, Key, display


def bindings(*scopes: tuple[Key, ...]) -> list[BindingType]:
    """The bindings of these scopes, for a BINDINGS of a class that inherits none."""
    return [
        Binding(key.keys, key.action, key.help, show=bool(key.footer), id=key.id)
        for scope in scopes
        for key in scope
    ]


@runtime_checkable
class Naming(Protocol):
    """A screen or widget on which a key may do another thing than the registry names."""

    def named(self, key: Key) -> Key:
        """The key with the words for what it does now."""
        ...


def active_keys(active: dict[str, ActiveBinding]) -> Iterator[tuple[Key, list[str]]]:
    """What can be done now with which keys, in the order of the registry."""
    found: dict[str, list[str]] = {}
    owners: dict[str, DOMNode] = {}
    for pressed, (owner, binding, enabled, _) in active.items():
        if enabled and binding.id in BY_ID:
            found.setdefault(binding.id, []).append(display(pressed))
            owners[binding.id] = owner
    for key in ALL:
        if key.id in found:
            owner = owners[key.id]
            yield owner.named(key) if isinstance(owner, Naming) else key, found[key.id]


def key_name(screen: Screen[Any], key_id: str) -> str:
    """How the first key is written that does this on `screen` now; "" where none does."""
    found = [names for key, names in screen_keys(screen) if key.id == key_id]
    return found[0][0] if found else ""


def screen_keys(screen: Screen[Any]) -> list[tuple[Key, list[str]]]:
    """The keys that work on `screen` with its present focus, a keymap applied."""
    return list(active_keys(screen.active_bindings))
