"""What a terminal that only delivers has to tell: why, what to do, and how far it is."""

from datetime import datetime
from typing import Final

from rich.table import Table
from rich.text import Text

from civictui.domain.model import Policy, SyncPhase, SyncState
from civictui.domain.model.policy import VERSION
from civictui.domain.text import clean
from civictui.terminal.theme import ALARM, BOLD, DIM, SAFE, WAITS
from civictui.widgets import words
from civictui.widgets.sync_text import facts

COLUMN: Final = 10
_OF_VERSION: Final = "This version of civictui is disabled"
_OF_DEVICE: Final = "This terminal is disabled"
_INSTALL: Final = "Install a newer version of civictui{least}, and sign in again."
_ASK: Final = "If you do not know why, ask whoever runs the gateway."
_MEANWHILE: Final = (
    "Until then nothing can be read or written here. What you have saved is still sent, by "
    "itself, as soon as there is a link; what you had begun is kept as a draft."
)
_PROVED: Final = "✓ Everything that was saved here has been sent."
_NOTHING: Final = "Nothing waits here to be sent."
_STOPPED: Final = {
    SyncPhase.PAUSED: ("You have paused the sync", "goes on with it"),
    SyncPhase.NEEDS_SIGN_IN: ("Your password is needed first", "asks for it"),
}
"""What does not end by itself, and what the key for a new try does about it."""


def reason_text(why: str, policy: Policy) -> Text:
    """What is the matter, the operator's words, and what can be done."""
    is_version = why == VERSION
    least = f", {policy.minimum_version} or later" if policy.minimum_version else ""
    advice = _INSTALL.format(least=least) if is_version else _ASK
    said = clean(policy.disabled_message).strip()
    return Text.assemble(
        (f"! {_OF_VERSION if is_version else _OF_DEVICE}.\n\n", ALARM),
        (f"{said}\n\n" if said else "", BOLD),
        f"{advice}\n\n{_MEANWHILE}\n",
    )


def waiting_text(count: int | None, state: SyncState, *, tries: str, export: str) -> Text:
    """What is only here, and what keeps it here for good.

    `tries` is how the key is written that tries now, `export` that which puts it into a file.
    """
    if count is None:
        return Text("")
    if not count:
        return Text(f"{_PROVED}\n", style=SAFE) if state.proved_at else Text(f"{_NOTHING}\n")
    needing = min(state.unsent.needs_you, count)
    text = Text(f"↑ {left(count)} here, not sent yet.\n", style=WAITS)
    if state.phase in _STOPPED:
        way = f": {tries} {_STOPPED[state.phase][1]}" if tries else ""
        text.append(f"! {_STOPPED[state.phase][0]}{way}.\n", style=ALARM)
    if needing:
        refused = f"! The server did not take {words.counted(needing, 'report')}."
        text.append(refused, style=ALARM)
        text.append(f" {export} puts it all into a sealed file.\n" if export else "\n")
    return text


def left(count: int) -> str:
    """`3 reports and photos wait`: together, as that is how the store counts them."""
    return "1 report or photo waits" if count == 1 else f"{count:,} reports and photos wait"


def link_table(state: SyncState, now: datetime) -> Table:
    """What the sync does, and when all was proved last; why it is disabled stands above."""
    if state.phase is SyncPhase.DISABLED:
        state = state.with_(reason="")
    table = Table.grid(expand=True)
    table.add_column(width=COLUMN, style=DIM)
    table.add_column(ratio=1)
    for fact in facts(state, now):
        table.add_row(Text(fact[:COLUMN].rstrip()), Text(fact[COLUMN:]))
    return table
