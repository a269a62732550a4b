"""Bindings made from the registry of keys, and what of them is in force."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from textual.binding import ActiveBinding, Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from civictui.keys import ALL, BY_ID, NO_KEY, Key, display


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


@runtime_checkable
class Obedient(Protocol):
    """An app in which an operator can switch features off."""

    @property
    def switched_off(self) -> frozenset[str]:
        """Their names in the policy."""
        ...


@dataclass(frozen=True, slots=True)
class ActiveKey:
    """What can be done now: the key with the words for it, how its keys are written, where."""

    key: Key
    names: tuple[str, ...]
    owner: DOMNode

    @property
    def is_of_screen(self) -> bool:
        """Whether it works wherever the cursor is on the screen."""
        return isinstance(self.owner, Screen)


def screen_keys(screen: Screen[Any]) -> list[ActiveKey]:
    """The keys that work on `screen` with its present focus, a keymap applied."""
    off = switched_off(screen)
    return [each for each in _active_keys(screen.active_bindings) if each.key.feature not in off]


def keys_switched_off(screen: Screen[Any]) -> list[ActiveKey]:
    """Those that would work there, had the operator not switched off what they do."""
    off = switched_off(screen)
    return [each for each in _active_keys(screen.active_bindings) if each.key.feature in off]


def switched_off(node: DOMNode) -> frozenset[str]:
    """The features that are switched off now, by their names in the policy."""
    return node.app.switched_off if isinstance(node.app, Obedient) else frozenset()


def key_of(node: DOMNode, action: str) -> Key | None:
    """The key that is bound to this action on the screen or widget."""
    return next(
        (
            BY_ID[binding.id]
            for _, binding in node._bindings
            if binding.action == action and binding.id in BY_ID
        ),
        None,
    )


def _active_keys(active: dict[str, ActiveBinding]) -> Iterator[ActiveKey]:
    """In the order of the registry."""
    found: dict[str, list[str]] = {}
    owners: dict[str, DOMNode] = {}
    for pressed, (owner, binding, enabled, _) in active.items():
        if enabled and binding.id in BY_ID and pressed != NO_KEY:
            found.setdefault(binding.id, []).append(display(pressed))
            owners[binding.id] = owner
    for key in ALL:
        if key.id in found:
            owner = owners[key.id]
            named = owner.named(key) if isinstance(owner, Naming) else key
            yield ActiveKey(named, tuple(found[key.id]), owner)


def merged(keys: Iterable[ActiveKey]) -> list[ActiveKey]:
    """With all keys that do the same, as `?` and F1 do, in one."""
    by_act: dict[tuple[str, str], ActiveKey] = {}
    for each in keys:
        act = (each.key.action, each.key.help)
        if same := by_act.get(act):
            each = ActiveKey(same.key, (*same.names, *each.names), same.owner)  # noqa: PLW2901
        by_act[act] = each
    return list(by_act.values())


def key_name(screen: Screen[Any], key_id: str) -> str:
    """How the first key is written that does this on `screen` now; "" where none does."""
    found = [active.names for active in screen_keys(screen) if active.key.id == key_id]
    return found[0][0] if found else ""


def bound_name(node: DOMNode, key_id: str) -> str:
    """How the first key is written that does this where it can be done, perhaps not here.

    "" where the person's keymap has taken it away.
    """
    keys = node.app._keymap.get(key_id, BY_ID[key_id].keys)
    return "" if keys == NO_KEY else display(keys.split(",")[0])
