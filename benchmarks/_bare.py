"""The yardstick: the least that a Textual app with a field can be. Run as a program of its own."""

from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Input

PAINTED = "a bare app"
"""What is on its screen once it has been painted."""


class Bare(App[None]):
    TITLE = PAINTED

    def compose(self) -> ComposeResult:
        yield Header()
        yield Input()
        yield Footer()

    def on_mount(self, *_: Any) -> None:
        self.query_one(Input).focus()


if __name__ == "__main__":
    Bare().run()
