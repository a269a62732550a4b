"""The first start: which server, and whether it is one, before anybody types a password."""

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Label

from civictui.domain.errors import CivicError, Unreachable, UsageError
from civictui.domain.ports import Service
from civictui.domain.text import one_line
from civictui.keys import FIRST_RUN, FOCUS
from civictui.preferences import Preferences, WrongSettings
from civictui.screens.desk import Desk
from civictui.screens.intents import Done, Failed, Intent, SettingsChanged
from civictui.screens.login import Login
from civictui.screens.page import Page
from civictui.widgets.bindings import bindings, key_name
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.named_line import NamedLine
from civictui.widgets.scroll_page import Scrolled

WELCOME = (
    "Welcome. Reports are written here, with a link or without, and sent to your city's server.",
    "Which one is it? Its address was given to you with your user name.",
)
LOOKING = "Looking whether it answers …"


class LookAt(Intent):
    """Whether a gateway answers there."""

    group = "sign-in"

    def __init__(self, origin: Page[None], address: str) -> None:
        super().__init__(origin)
        self.address = address

    async def carry_out(self, service: Service) -> object:
        return await service.look_at(self.address)


class FirstRun(Page[None]):
    """Shown where no server is set and nobody has a store yet. Enter looks, and goes on if it is.

    Where nothing answers now, it can be taken all the same: the link may come later.
    """

    BINDINGS = bindings(FOCUS, FIRST_RUN)
    AUTO_FOCUS = "#server"
    heading = "civictui: the first start"
    has_status = False

    def __init__(self, desk: Desk, preferences: Preferences, user: str = "") -> None:
        super().__init__(desk)
        self._preferences = preferences
        self._user = user
        self._looked_at = ""
        """The address at which nothing answered."""
        self._busy = False

    def body(self) -> ComposeResult:
        with Scrolled(classes="fields"):
            for words in WELCOME:
                yield Label(words, markup=False)
            yield Label("", markup=False)
            field = NamedLine(
                id="server",
                does=("go on", "Look whether it answers, and go on"),
                placeholder="such as https://reports.example.org",
            )
            yield FieldRow("Server", field)
            yield Label("", markup=False, id="answer")

    @property
    def _address(self) -> str:
        return self.query_one("#server", LineField).value.strip()

    @on(Input.Submitted, "#server")
    def look(self) -> None:
        if self._busy:
            return
        if not self._address:
            self._answer("Type the address of the server.", error=True)
            return
        self._busy = True
        self._answer(LOOKING)
        self.post_message(LookAt(self, self._address))

    @on(Input.Changed, "#server")
    def typed(self) -> None:
        self.refresh_bindings()

    def on_done(self, message: Done) -> None:
        """What was typed meanwhile was not looked at."""
        self._busy = False
        if isinstance(message.intent, LookAt) and message.intent.address == self._address:
            self._take(str(message.result))
        else:
            self._answer("")

    def on_failed(self, message: Failed) -> None:
        self._busy = False
        if isinstance(message.intent, LookAt) and isinstance(message.error, Unreachable):
            self._looked_at = message.intent.address
        super().on_failed(message)

    def failed(self, error: CivicError) -> None:
        self.refresh_bindings()
        words = error.sentence
        if self._may_take:
            words = f"{words} {key_name(self, 'first_run.anyway')} takes it all the same."
        self._answer(words, error=True)

    # --- taking it ---

    @property
    def _may_take(self) -> bool:
        return bool(self._looked_at) and self._looked_at == self._address

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._may_take if action == "anyway" else True

    def action_anyway(self) -> None:
        if self._may_take and not self._busy:
            self._take(self._address)

    def _take(self, address: str) -> None:
        """It is in force from here on, also where the file cannot be written."""
        try:
            changed = self._preferences.change({"server": address})
        except WrongSettings as error:
            self._answer(error.sentence, error=True)
            return
        self.post_message(SettingsChanged())
        self.run_worker(self._go_on(changed), group="keep")

    async def _go_on(self, changed: dict[str, object]) -> None:
        notice = f"{self._preferences.settings.server} is your server"
        try:
            await self._preferences.keep(changed)
        except UsageError as error:
            notice = error.sentence
        login = Login(self.desk, self._user, notice=notice)
        self.on_top(lambda: self.app.switch_screen(login))

    def _answer(self, words: str, *, error: bool = False) -> None:
        label = self.query_one("#answer", Label)
        label.set_class(error, "wrong")
        label.update(one_line(words))
