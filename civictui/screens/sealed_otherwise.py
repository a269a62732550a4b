"""The gateway takes the password, the store here does not: how the two come together again."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual import on
from textual.widgets import Input

from civictui.domain.errors import CivicError, Refused, SealedOtherwise
from civictui.domain.model import SignedIn
from civictui.keys import SEALED
from civictui.screens.ask import Ask
from civictui.screens.desk import Desk
from civictui.screens.intents import Done, Recover, Reseal, SetAside
from civictui.screens.sheet import Sheet
from civictui.widgets.bindings import bindings, key_name
from civictui.widgets.form.field_row import FieldRow

CHANGED = """\
The server takes this password, but the store on this terminal was sealed with an earlier one. \
Nothing was lost, and nothing was changed.

Type the earlier password, and the store opens. From then on it opens with the new one."""
DAMAGED = """\
The store on this terminal is damaged: its keyring or its log cannot be read, and so no password \
opens it. Nothing was changed. What was sent is at the server and comes down again."""
RECOVERABLE = """\
{key} asks the server to open the store with the recovery key of your organisation. The server \
keeps a record of that."""
NOT_RECOVERABLE = """\
The server cannot help: this store was never given the recovery key of an organisation."""
UNREADABLE = """\
The server cannot help: no recovery slot of this store can be read."""
BEGIN_ANEW = """\
{key} sets this store aside and begins a new one. The old one is kept as it is, and offered each \
time you sign in. Esc leaves everything as it is."""
QUESTION = """\
Set this store aside, and begin an empty one? It is kept with all that was not sent, and offered \
each time you sign in."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Who is working, and whether in a new store because the one here was set aside."""

    signed: SignedIn
    set_aside: bool


class SealedPage(Sheet[Opened]):
    """Gives None when everything stays as it is."""

    BINDINGS = bindings(SEALED)

    def __init__(self, desk: Desk, error: SealedOtherwise) -> None:
        super().__init__(desk)
        self._recoverable = error.recoverable
        self._damaged = error.damaged
        self.heading = "The store is damaged" if error.damaged else "The password was changed"

    def explanation(self) -> str:
        anew = BEGIN_ANEW.format(key=key_name(self, "sealed.set_aside"))
        return "\n\n".join([DAMAGED if self._damaged else CHANGED, self._recovery(), anew])

    def _recovery(self) -> str:
        lead = "" if self._damaged else "Forgotten? "
        impossible = UNREADABLE if self._damaged else NOT_RECOVERABLE
        said = RECOVERABLE if self._recoverable else impossible
        return lead + said.format(key=key_name(self, "sealed.recover"))

    def rows(self) -> Iterable[FieldRow]:
        return [] if self._damaged else super().rows()

    # --- what can be done ---

    @on(Input.Submitted)
    def reseal(self) -> None:
        if self.typed() and not self.busy:
            self.begin(Reseal(self, self.typed()), "Opening with the earlier password …")

    def action_recover(self) -> None:
        self.begin(Recover(self), "The server is asked to open it …")

    def action_set_aside(self) -> None:
        self.app.push_screen(Ask(QUESTION, yes="Begin a new one", no="Go back"), self._set_aside)

    def _set_aside(self, agreed: bool | None) -> None:
        if agreed:
            self.begin(SetAside(self), "Beginning a new store …")

    def action_back(self) -> None:
        self.desk.service.give_up()
        self.end()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "recover":
            return self._recoverable and not self.busy
        if action == "set_aside":
            return not self.busy
        return super().check_action(action, parameters)

    # --- what came of it ---

    def on_done(self, message: Done) -> None:
        if isinstance(message.result, SignedIn):
            self.end(Opened(message.result, isinstance(message.intent, SetAside)))

    def failed(self, error: CivicError) -> None:
        super().failed(with_a_way(error))


def with_a_way(error: CivicError, option: str = "") -> CivicError:
    """The refusal of a gateway that lacks the recovery key, with what can be done instead."""
    if not isinstance(error, Refused) or error.code != "recovery_off_line":
        return error
    return CivicError(
        "The recovery key is kept off line",
        f"A supervisor can open this store here with `civictui recover {option}--key-file`.",
    )
