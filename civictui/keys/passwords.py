"""The pages about passwords."""

from typing import Final

from civictui.keys.key import Key, move

SHEET: Final = (
    move("sheet.down", "pagedown", "read(1)", "Read on", "read on"),
    move("sheet.up", "pageup", "read(-1)", "Read what stands above", "read above"),
)
"""Where words stand above fields and there is no room for all of them."""

SEALED: Final = (
    Key(
        "sealed.recover",
        "f6,ctrl+r",
        "recover",
        "The earlier password is forgotten: ask the server",
        "forgotten",
    ),
    Key(
        "sealed.set_aside",
        "f7,ctrl+n",
        "set_aside",
        "Set this store aside and begin a new one (asks first)",
        "begin a new one",
    ),
)

ASIDE: Final = (
    Key(
        "aside.recover",
        "f6,ctrl+r",
        "recover",
        "The earlier password is forgotten: ask the server",
        "forgotten",
    ),
)
