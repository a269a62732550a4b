from civictui.keys import BY_ID, Key
from civictui.widgets.key_footer import footer_words

KEYS: list[tuple[Key, list[str]]] = [
    (BY_ID["list.new"], ["n"]),
    (BY_ID["rows.down"], ["Down", "j"]),
    (BY_ID["browse.help"], ["?"]),
    (BY_ID["app.help"], ["F1"]),
    (BY_ID["app.leave"], ["^Q"]),
]


def test_the_help_comes_first_and_nothing_twice() -> None:
    assert footer_words(KEYS, 80) == [("?", "help"), ("n", "new"), ("^Q", "quit")]


def test_what_does_not_fit_is_left_out() -> None:
    assert footer_words(KEYS, 13) == [("?", "help"), ("n", "new")]
    assert footer_words(KEYS, 6) == [("?", "help")]
    assert footer_words(KEYS, 5) == []
