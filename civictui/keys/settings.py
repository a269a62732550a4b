"""What is set on this terminal, and where it begins."""

from typing import Final

from civictui.keys.key import Key, move

LOGIN: Final = (
    Key(
        "login.settings",
        "f9",
        "app.settings",
        "Settings: server, theme, units, lock, photos",
        "settings",
    ),
)
"""The page for signing in, where letters are typed."""

SETTINGS: Final = (
    Key("settings.back", "escape", "back", "Back; what was typed is in force and saved", "back"),
)

PICK: Final = (
    Key("pick.next", "right,space,l", "pick(1)", "The next of these", "another"),
    Key("pick.previous", "left,h", "pick(-1)", "The one before"),
    move("pick.go_on", "enter", "app.focus_next", "Go on"),
)
"""A setting that is one of a few words."""

FIRST_RUN: Final = (
    Key("first_run.anyway", "ctrl+s", "anyway", "Take it without looking", "take it anyway"),
    Key(
        "first_run.settings",
        "f9",
        "app.settings",
        "Settings: server, theme, units, lock, photos",
        "settings",
    ),
)
"""The page that asks for the server, before anybody can sign in."""
