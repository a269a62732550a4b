"""The keys of a screen, as they are bound at this moment."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from civictui.domain.text import clean
from civictui.keys import BACK, BROWSE, EVERYWHERE, Kind
from civictui.screens.desk import Desk
from civictui.screens.page import Page
from civictui.widgets.bindings import ActiveKey, bindings, merged
from civictui.widgets.scroll_page import ScrollPage

COLUMN: Final = 22
OFF: Final = "Switched off"
BY_WHOM: Final = "by whoever runs the gateway"
NOTICE: Final = "From whoever runs the gateway:"
HEADINGS: Final = ("On this page", "With the cursor here", "Moving", "Typing", "Everywhere")


class Help(Page[None]):
    """A list of keys with what they do; made from the registry and the bindings in force."""

    BINDINGS = bindings(BACK, BROWSE)
    AUTO_FOCUS = "ScrollPage"
    has_help = False
    is_there_barred = True
    has_palette = False

    def __init__(self, desk: Desk, of: str, keys: list[ActiveKey]) -> None:
        super().__init__(desk)
        self.heading = f"Keys: {of}"
        self._keys = keys
        self._off: Sequence[ActiveKey] = ()
        self._notice = ""

    def also(self, off: Sequence[ActiveKey], notice: str = "") -> None:
        """Say which keys are switched `off`, and the operator's `notice` in full."""
        self._off, self._notice = off, notice

    def body(self) -> ComposeResult:
        with ScrollPage():
            if self._notice:
                yield Static(f"{NOTICE}\n{clean(self._notice)}\n", markup=False)
            yield Static(help_text(self._keys, self._off))

    def action_back(self) -> None:
        self.end()


def help_text(keys: Iterable[ActiveKey], off: Iterable[ActiveKey] = ()) -> Table:
    """Under short headings each thing that can be done: its keys, and beside them what it is.

    What the operator has switched `off` stands at the end: it is not looked for in vain.
    """
    groups: dict[str, list[ActiveKey]] = {heading: [] for heading in HEADINGS}
    for active in merged(keys):
        groups[heading_of(active)].append(active)
    groups[OFF] = merged(off)
    table = Table.grid(expand=True, padding=(0, 1, 0, 0))
    table.add_column(width=COLUMN - 1, style="bold")
    table.add_column(ratio=1)
    for heading, group in groups.items():
        if group and table.row_count:
            table.add_row()
        if group:
            beside = Text(BY_WHOM if heading == OFF else "")
            table.add_row(Text(heading, style="underline"), beside)
        for active in group:
            table.add_row(Text(", ".join(active.names)), Text(active.key.help))
    return table


def heading_of(active: ActiveKey) -> str:
    """Under what the help tells of it."""
    page, here, moving, typing, everywhere = HEADINGS
    if active.key.id in EVERYWHERE:
        return everywhere
    if active.key.kind is Kind.MOVE:
        return moving
    if active.key.kind is Kind.TYPE:
        return typing
    return page if active.is_of_screen else here
