"""The last line of each screen: the keys that work now."""

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from civictui.keys import Key
from civictui.widgets.bindings import screen_keys

GAP = "  "


def footer_words(keys: list[tuple[Key, list[str]]], width: int) -> list[tuple[str, str]]:
    """Key and text of as many as fit; the help and the way back come first, never to be cut off."""
    first: dict[str, str] = {}
    for key, names in keys:
        first.setdefault(key.footer, names[0])
    wanted = [(name, footer) for footer, name in first.items() if footer]
    wanted.sort(key=lambda pair: (pair[1] != "help", not pair[1].startswith("back")))
    fitting: list[tuple[str, str]] = []
    for name, text in wanted:
        width -= cell_len(f"{name} {text}{GAP}")
        if width < -len(GAP):
            break
        fitting.append((name, text))
    return fitting


class KeyFooter(Widget):
    """One line, drawn again only when its words change."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[tuple[str, str]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._renew())
        self._renew()

    def on_resize(self) -> None:
        self._renew()

    def render(self) -> Content:
        parts: list[Content | tuple[str, str]] = []
        for name, text in self._shown:
            parts += [(f"{name} ", "bold $accent"), Content(f"{text}{GAP}")]
        return Content.assemble(*parts)

    def _renew(self) -> None:
        words = footer_words(screen_keys(self.screen), self.size.width)
        if words != self._shown:
            self._shown = words
            self.refresh()
