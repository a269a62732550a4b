"""Finding something to do by its name."""

from collections.abc import Iterable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label

from civictui.domain.text import folded
from civictui.keys import BACK, LINE_EDIT, PALETTE, Kind
from civictui.screens.desk import Desk
from civictui.screens.page import Page
from civictui.widgets.bindings import ActiveKey, bindings, merged
from civictui.widgets.form.line_field import LineField
from civictui.widgets.key_list import KeyList


class PaletteField(LineField, inherit_bindings=False):
    """Where a name is typed; what is found stands below, and the keys to choose it work here."""

    BINDINGS = bindings(LINE_EDIT, PALETTE)


class Palette(Page[str], inherit_bindings=False):
    """Gives the id of the key that was chosen; who opened it does what the key would have done."""

    BINDINGS = bindings(BACK)
    AUTO_FOCUS = "PaletteField"
    has_palette = False
    is_there_barred = True

    def __init__(self, desk: Desk, of: str, keys: Iterable[ActiveKey]) -> None:
        super().__init__(desk)
        self.heading = f"What to do: {of}"
        self._keys = possible(keys)

    def body(self) -> ComposeResult:
        with Horizontal(classes="asked"):
            yield Label("Find: ")
            yield PaletteField(id="wanted", placeholder="any words of it")
        yield KeyList()

    def on_mount(self) -> None:
        self._seek()

    @on(Input.Changed)
    def _seek(self) -> None:
        wanted = self.query_one(PaletteField).value
        self.query_one(KeyList).show(found(self._keys, wanted))

    def action_move(self, lines: int) -> None:
        self.query_one(KeyList).move(lines)

    def action_page(self, pages: int) -> None:
        self.query_one(KeyList).page(pages)

    def action_run(self) -> None:
        if chosen := self.query_one(KeyList).current:
            self.end(chosen.key.id)

    def action_back(self) -> None:
        self.end()


def possible(keys: Iterable[ActiveKey]) -> list[ActiveKey]:
    """What is worth finding by a name: not to move a cursor, not to edit a text."""
    acts = (each for each in keys if each.key.kind is Kind.ACT and each.key.id != "app.palette")
    return merged(acts)


def found(keys: Sequence[ActiveKey], wanted: str) -> list[ActiveKey]:
    """Those with all words that are wanted, or their beginnings; the closest first."""
    words = folded(wanted).split()

    def places(each: ActiveKey) -> list[int]:
        """For each wanted word, which word of the key it begins, counted from 0; -1 for none."""
        said = folded(f"{each.key.footer} {each.key.help}").split()
        starts = (
            [place for place, word in enumerate(said) if word.startswith(begun)] for begun in words
        )
        return [min(start, default=-1) for start in starts]

    fitting = [(places(each), each) for each in keys]
    fitting = [(place, each) for place, each in fitting if -1 not in place]
    return [each for _, each in sorted(fitting, key=lambda pair: pair[0])]
