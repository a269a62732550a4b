"""The last line of each screen: the keys that work now."""

from collections.abc import Iterable

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from civictui.keys.footer import footer_place
from civictui.widgets.bindings import ActiveKey, screen_keys

GAP = "  "


def footer_words(keys: Iterable[ActiveKey], width: int) -> list[tuple[str, str]]:
    """Key and text of as many as fit: the help, the way back, then what matters most there."""
    first: dict[str, ActiveKey] = {}
    for active in keys:
        if active.key.footer:
            first.setdefault(active.key.footer, active)
    fitting: list[tuple[str, str]] = []
    for text, active in sorted(first.items(), key=lambda item: _place(item[1])):
        width -= cell_len(f"{active.names[0]} {text}{GAP}")
        if width < -len(GAP):
            break
        fitting.append((active.names[0], text))
    return fitting


def _place(active: ActiveKey) -> tuple[bool, bool, bool, int]:
    """What is lowest comes first."""
    key = active.key
    is_back = key.footer.startswith("back")
    return key.footer != "help", not is_back, not key.urgent, footer_place(key)


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
