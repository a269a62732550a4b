"""The keys of a screen, as they are bound at this moment."""

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from civictui.keys import BACK, BROWSE, Key
from civictui.screens.desk import Desk
from civictui.screens.page import Page
from civictui.widgets.bindings import bindings
from civictui.widgets.scroll_page import ScrollPage

COLUMN = 22


class Help(Page[None]):
    """A list of keys with what they do; made from the registry and the bindings in force."""

    BINDINGS = bindings(BACK, BROWSE)

    def __init__(self, desk: Desk, of: str, keys: list[tuple[Key, list[str]]]) -> None:
        super().__init__(desk)
        self.heading = f"Keys: {of}"
        self._keys = keys

    def body(self) -> ComposeResult:
        with ScrollPage():
            yield Static(help_text(self._keys))

    def action_back(self) -> None:
        self.end()


def help_text(keys: list[tuple[Key, list[str]]]) -> Text:
    """A line a key: its names, then what it does."""
    text = Text()
    for key, names in keys:
        text.append(f"{', '.join(names)} ".ljust(COLUMN), style="bold")
        text.append(f"{key.help}\n")
    return text
