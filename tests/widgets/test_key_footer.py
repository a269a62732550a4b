"""What the last line of a screen names, and in which order."""

from dataclasses import replace

from textual.dom import DOMNode

from civictui.keys import BY_ID, display, footer
from civictui.widgets.bindings import ActiveKey
from civictui.widgets.key_footer import footer_words


def active(*key_ids: str) -> list[ActiveKey]:
    keys = [BY_ID[key_id] for key_id in key_ids]
    return [ActiveKey(key, (display(key.keys.split(",")[0]),), DOMNode()) for key in keys]


KEYS = active("list.map", "list.new", "rows.down", "browse.help", "app.help", "app.leave")


def test_the_help_comes_first_then_what_matters_most_and_nothing_twice() -> None:
    assert footer_words(KEYS, 80) == [("?", "help"), ("n", "new"), ("^Q", "quit"), ("m", "map")]


def test_what_is_urgent_comes_before_all_but_help_and_the_way_back() -> None:
    *rest, move = active("list.new", "screen.back", "browse.help", "list.update")
    urgent = replace(move, key=replace(move.key, urgent=True))
    names = [text for _, text in footer_words([*rest, urgent], 80)]
    assert names == ["help", "back", "update", "new"]


def test_what_does_not_fit_is_left_out() -> None:
    assert footer_words(KEYS, 13) == [("?", "help"), ("n", "new")]
    assert footer_words(KEYS, 6) == [("?", "help")]
    assert footer_words(KEYS, 5) == []


def test_what_is_named_first_or_last_is_there_and_has_words() -> None:
    named = [*footer._FIRST, *footer._LAST]
    assert len(set(named)) == len(named)
    assert all(BY_ID[key_id].footer for key_id in named)
