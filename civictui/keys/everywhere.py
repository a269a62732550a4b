"""Keys of every screen, and of what most screens are made of."""

from typing import Final

from civictui.keys.key import Key, move

APP: Final = (
    Key("app.help", "f1", "app.help", "Show the keys of this screen", "help"),
    Key("app.leave", "ctrl+q,ctrl+c", "app.leave", "Quit; says first what is not sent yet", "quit"),
    Key("app.lock", "f12", "app.lock", "Lock: close the store, ask for the password", "lock"),
    Key("app.palette", "ctrl+p", "app.palette", "Find something to do by its name"),
    Key("app.repaint", "ctrl+l", "app.repaint", "Draw the whole screen again"),
)

LOCK: Final = tuple(key for key in APP if key.id == "app.lock")
"""What works over a question too: whoever goes away does not answer it first."""

BROWSE: Final = (
    Key("browse.help", "question_mark", "app.help", "Show the keys of this screen", "help"),
    Key("browse.settings", "comma", "app.settings", "Settings: server, theme, units, lock, photos"),
    Key("browse.leave", "q", "app.leave", "Quit; says first what is not sent yet", "quit"),
)
"""Letters for the same, on screens where nothing is typed."""

BACK: Final = (Key("screen.back", "escape", "back", "One step back", "back"),)

FOCUS: Final = (
    move("focus.next", "tab", "app.focus_next", "To the next field", "next field"),
    move("focus.previous", "shift+tab", "app.focus_previous", "To the field before"),
)

PAGE: Final = (
    move("page.down", "down,j", "line(1)", "One line down"),
    move("page.up", "up,k", "line(-1)", "One line up"),
    move("page.page_down", "pagedown,space", "page(1)", "One page down", "more"),
    move("page.page_up", "pageup", "page(-1)", "One page up"),
    move("page.first", "home,g", "top", "To the top"),
    move("page.last", "end,G", "bottom", "To the end"),
)

BLOCKS: Final = (
    move("blocks.down", "down,j", "move(1)", "Down: the rest of this one, then the next"),
    move("blocks.up", "up,k", "move(-1)", "Up: the rest of this one, then the one before"),
    move("blocks.page_down", "pagedown,space", "page(1)", "One page down"),
    move("blocks.page_up", "pageup", "page(-1)", "One page up"),
    move("blocks.first", "home,g", "top", "To the top"),
    move("blocks.last", "end,G", "bottom", "To the end"),
)

OPEN: Final = (Key("blocks.open", "enter", "open", "Open it", "open"),)

PALETTE: Final = (
    Key("palette.run", "enter", "screen.run", "Do it", "do it"),
    move("palette.down", "down", "screen.move(1)", "One line down"),
    move("palette.up", "up", "screen.move(-1)", "One line up"),
    move("palette.page_down", "pagedown", "screen.page(1)", "One page down"),
    move("palette.page_up", "pageup", "screen.page(-1)", "One page up"),
)
"""In the field of the palette, over the list of what it has found."""

ASK: Final = (
    Key("ask.choose", "enter", "choose", "Take the answer in focus", "choose"),
    Key("ask.other", "left,right,tab,shift+tab", "other", "To the other answer", "other answer"),
    Key("ask.safe", "escape", "safe", "Take the safe answer", "no"),
)
