"""The registry of keys against the program: what is bound where, and with what together."""

import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

import civictui.screens
import civictui.widgets
from civictui import keys
from civictui.app import CivicApp
from civictui.keymap import doubled
from civictui.keys import Kind, display, is_letter, normal
from civictui.keys.names import _SIGNS
from civictui.keys.places import PLACES, Place, types

MEANT = {
    ("escape", "search.clear", "list.unfilter"),
    ("enter", "line.go_on", "filter.show"),
    ("enter", "blocks.open", "filter.show"),
}
"""Where the cursor's own place takes a key that means nearly the same on the page around it."""
BY_FOCUS = {"up", "down", "left", "right", "enter", "space", "ctrl+@"}
"""Keys whose meaning is that of what has the focus, as people know them."""


def classes(root: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for each in root.__subclasses__():
        yield from classes(each)
        if each.__module__.startswith("civictui"):
            yield each


def all_modules() -> None:
    for package in (civictui.screens, civictui.widgets):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)


all_modules()
BOUND = sorted(
    {each for each in classes(DOMNode) if "BINDINGS" in each.__dict__},
    key=lambda kind: kind.__name__,
)
SCREENS = {each.__name__: each for each in classes(Screen)}
LEAVES = {name for name, kind in SCREENS.items() if not list(classes(kind))}


def bound(owner: type[DOMNode]) -> list[Binding]:
    return [binding for _, binding in owner._merge_bindings()]


def test_every_id_is_there_once() -> None:
    scopes = (key for scope in keys._SCOPES for key in scope)
    said = Counter((key.id, key) for key in dict.fromkeys(scopes))
    assert len({key_id for key_id, _ in said}) == len(said) == len(keys.ALL)


@pytest.mark.parametrize("owner", BOUND)
def test_every_binding_comes_from_the_registry(owner: type[DOMNode]) -> None:
    for binding in bound(owner):
        assert binding.id in keys.BY_ID
        assert binding.description == keys.BY_ID[binding.id].help


@pytest.mark.parametrize("owner", BOUND)
def test_every_binding_has_its_action(owner: type[DOMNode]) -> None:
    screens: list[type[Any]] = list(SCREENS.values())
    for binding in bound(owner):
        target, _, name = binding.action.partition("(")[0].rpartition(".")
        owners = {"app": [CivicApp], "screen": screens}.get(target, [owner])
        assert any(hasattr(each, f"action_{name}") for each in owners), binding


def test_every_screen_has_its_place() -> None:
    assert LEAVES <= set(PLACES) <= set(SCREENS)


@pytest.mark.parametrize("name", PLACES)
def test_a_place_has_the_keys_of_its_screen(name: str) -> None:
    assert {binding.id for binding in bound(SCREENS[name])} == {
        key.id for key in PLACES[name].screen
    }


@pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))
def test_no_key_does_two_things_with_one_focus(place: Place) -> None:
    for focus, below in place.chains():
        found = {(pressed, one.id, other.id) for pressed, one, other in doubled(focus, below, {})}
        assert found <= MEANT


@pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))
def test_no_key_does_other_things_elsewhere_on_the_same_screen(place: Place) -> None:
    """What a field does with a key that is not everybody's, no other field does otherwise."""
    acts: dict[str, set[str]] = {}
    for focus in place.foci:
        for key in focus:
            for pressed in key.keys.split(","):
                if key.kind is Kind.ACT and pressed not in BY_FOCUS:
                    acts.setdefault(pressed, set()).add(key.action)
    assert {pressed: act for pressed, act in acts.items() if len(act) > 1} == {}


def test_what_is_needed_everywhere_is_no_letter() -> None:
    """In a text field letters are letters."""
    for place in PLACES.values():
        for focus, below in place.chains():
            if types(focus):
                own = [
                    key for key in focus + below if key.id.startswith("app.") or "back" in key.id
                ]
                assert all(not is_letter(each) for key in own for each in key.keys.split(","))


def test_every_key_can_be_written_in_the_settings_file() -> None:
    for key in keys.ALL:
        for each in key.keys.split(","):
            assert normal(each) in {each, "ctrl+@"}
            assert normal(display(each)) in {each, "ctrl+@"}


def test_signs_are_called_as_the_toolkit_calls_them() -> None:
    from textual.keys import _character_to_key

    assert {sign: _character_to_key(sign) for sign in _SIGNS.values()} == {
        sign: name for name, sign in _SIGNS.items()
    }


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("ctrl+s", "^S"),
        ("shift+tab", "Shift-Tab"),
        ("question_mark", "?"),
        ("f12", "F12"),
        ("G", "G"),
        ("j", "j"),
        ("pagedown", "PgDn"),
        ("ctrl+space", "Ctrl-Space"),
        ("ctrl+backslash", "^\\"),
        ("semicolon", ";"),
    ],
)
def test_keys_are_written_for_a_person(key: str, shown: str) -> None:
    assert display(key) == shown


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("?", "question_mark"),
        ("comma", "comma"),
        ("^n", "ctrl+n"),
        ("Ctrl+N", "ctrl+n"),
        ("CTRL-n", "ctrl+n"),
        ("PgDn", "pagedown"),
        ("Esc", "escape"),
        ("F7", "f7"),
        ("Shift-Tab", "shift+tab"),
        ("shift+n", "N"),
        ("+", "plus"),
        ("-", "minus"),
        (" f2 ", "f2"),
        ("ctrl+space", "ctrl+@"),
        ("ctrl+shift+left", "ctrl+shift+left"),
        ("^^", "ctrl+circumflex_accent"),
    ],
)
def test_people_write_keys_in_many_ways(said: str, key: str) -> None:
    assert normal(said) == key


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "there is no key"),
        ("hyper", "there is no key"),
        ("ü", "there is no key"),
        ("ctrl+i", "the same for ctrl+i as for Tab"),
        ("^[", "the same for ^[ as for Esc"),
        ("ctrl+1", "nothing of its own"),
        ("alt+x", "with Alt"),
        ("shift+f5", "nothing of its own"),
        ("super+x", "nothing of its own"),
    ],
)
def test_what_no_terminal_sends_is_refused(said: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        normal(said)
