"""Work that was set aside with an earlier store: offered at each sign-in until it is back."""

from textual import on
from textual.widgets import Input

from civictui.domain.errors import CivicError
from civictui.domain.model import Rescued
from civictui.keys import ASIDE
from civictui.screens.desk import Desk
from civictui.screens.intents import Done, TakeUp, TakeUpRecovered
from civictui.screens.sealed_otherwise import with_a_way
from civictui.screens.sheet import Sheet
from civictui.widgets import words
from civictui.widgets.bindings import bindings, key_name
from civictui.widgets.explanation import Explanation

EARLIER = """\
{what} set aside when the password was changed. What was not sent from there can be brought into \
today's store.

Type the earlier password, the one from before the change.

Forgotten? {key} asks the server to open it with the recovery key of your organisation.

Esc puts it off until you sign in again. Nothing is lost by that."""
RECOVERED = """\
The server opens what was set aside with the recovery key of your organisation, and keeps a \
record of that. It has to be sure that it is you.

Type today's password, the one you signed in with. Esc goes back."""


class WorkAside(Sheet[str]):
    """Gives what is to be said on the list: what is back, or None when it was put off."""

    BINDINGS = bindings(ASIDE)
    heading = "Work set aside"

    def __init__(self, desk: Desk, count: int) -> None:
        super().__init__(desk)
        self._count = count
        self._back = ""
        self._through_gateway = False

    def explanation(self) -> str:
        if self._through_gateway:
            return RECOVERED
        what = "A store of yours was" if self._count == 1 else f"{self._count} stores of yours were"
        return EARLIER.format(what=what, key=key_name(self, "aside.recover"))

    def _turn(self, *, through_gateway: bool) -> None:
        """Ask for the one password, or for the other."""
        self._through_gateway = through_gateway
        self.query_one(Explanation).explain(self.explanation())
        self.empty()
        self.answer("")

    # --- what can be done ---

    @on(Input.Submitted)
    def take_up(self) -> None:
        if self.busy or not self.typed():
            return
        if self._through_gateway:
            self.begin(TakeUpRecovered(self, self.typed()), "The server is asked to open it …")
        else:
            self.begin(TakeUp(self, self.typed()), "Opening with the earlier password …")

    def action_recover(self) -> None:
        self._turn(through_gateway=True)

    def action_back(self) -> None:
        if self._through_gateway:
            self._turn(through_gateway=False)
        else:
            self.end(self._back or None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "recover":
            return not (self.busy or self._through_gateway)
        return super().check_action(action, parameters)

    # --- what came of it ---

    def on_done(self, message: Done) -> None:
        """Say what is back; where more was set aside, go on with that."""
        if not isinstance(message.result, Rescued):
            return
        self.busy = False
        self._back = words.rescued(message.result)
        self._count -= 1
        if self._count:
            self._turn(through_gateway=False)
            self.answer(f"{self._back}.")
        else:
            self.end(self._back)

    def failed(self, error: CivicError) -> None:
        super().failed(with_a_way(error, "--aside "))
