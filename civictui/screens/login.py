"""Signing in: with the gateway where it answers, else with what this terminal holds."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Label

from civictui.domain.errors import CivicError, SealedOtherwise, StoreBusy
from civictui.domain.events import Event, LockedSending
from civictui.domain.text import one_line
from civictui.keys import FOCUS, LOGIN
from civictui.screens.ask import Ask
from civictui.screens.desk import Desk
from civictui.screens.intents import Done, Failed, SignIn
from civictui.screens.page import Page
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import LineField, PasswordField
from civictui.widgets.notice_lines import NoticeLines
from civictui.widgets.scroll_page import Scrolled

if TYPE_CHECKING:
    from civictui.domain.model import SignedIn
    from civictui.screens.sealed_otherwise import Opened

BUSY = "Signing in …"
TAKING_OVER = "The other civictui is asked to save and leave …"
LOCKING = "Locking …"
LOCKED = "Locked."
RESEALED = "opened; from now on it opens with the new password"
KEPT = "a new store is begun; the earlier store is kept, and offered when you sign in"


class Login(Page[None]):
    """User and password. Names nobody who worked here before."""

    BINDINGS = bindings(FOCUS, LOGIN)
    AUTO_FOCUS = "#user"
    heading = "civictui: sign in"
    has_status = False

    def __init__(
        self, desk: Desk, user: str = "", *, locking: bool = False, notice: str = ""
    ) -> None:
        super().__init__(desk)
        self._user = user
        self._notice = notice
        self._locking = locking
        self._busy = False
        self._given_up = 0

    def on_mount(self) -> None:
        """Where the user is known, what is typed next is the password: never in sight."""
        self.call_after_refresh(self._ask_for_notice)
        if self._notice:
            self.say(self._notice)
        if self._user:
            self.query_one("#password").focus()

    def body(self) -> ComposeResult:
        with Scrolled(classes="fields"):
            yield Label(self._where, markup=False, id="where")
            yield Label(one_line(self.desk.hint), markup=False, classes="hint")
            yield FieldRow("User", LineField(self._user, id="user"))
            yield FieldRow("Password", PasswordField(id="password"))
            yield Label(LOCKING if self._locking else "", markup=False, id="answer")
            yield NoticeLines()

    @property
    def _where(self) -> str:
        server = self.desk.server or "none set: this terminal alone"
        return f"Server    {one_line(server)}"

    def show_server(self) -> None:
        """It is another one now, by the settings."""
        where = self.query_one("#where", Label)
        if str(where.content) != self._where:
            where.update(self._where)
            self._ask_for_notice()

    # --- what the operator says ---

    def _ask_for_notice(self) -> None:
        in_background(self, self._read_notice, "notice", alone=True)

    @property
    def operator_says(self) -> str:
        return self.query_one(NoticeLines).words

    async def _read_notice(self) -> None:
        """It stands below all else, so that nothing moves when it comes."""
        words = (await self.desk.service.notice()).strip()
        self.desk.told = words
        self.query_one(NoticeLines).say(words)

    # --- locked ---

    def locked(self) -> None:
        """The store before this page is closed, but for what it may go on sending."""
        if self._locking and not self._busy:
            self._answer(LOCKED)
        self.refresh_bindings()
        self._show_left()

    def happened(self, event: Event) -> None:
        if isinstance(event, LockedSending):
            self._given_up += event.given_up
            self._show_left()

    def _show_left(self) -> None:
        """What is still being sent, and what is not: nobody walks away believing that it is."""
        left = self.desk.service.lingering()
        sending = f"locked, still sending {left}" if left else ""
        waiting = f"{self._given_up} not sent: sign in to send" if self._given_up else ""
        self.say("; ".join(filter(None, (sending, waiting))))

    # --- signing in ---

    @on(Input.Submitted, "#user")
    def go_on(self) -> None:
        self.query_one("#password").focus()

    @on(Input.Submitted, "#password")
    def sign_in(self) -> None:
        user, password = self._typed()
        if self._busy:
            return
        if not user or not password:
            self._answer("Fill in the user name and the password.", error=True)
            self.query_one("#password" if user else "#user").focus()
            return
        self._busy = True
        self._answer(BUSY)
        self.post_message(SignIn(self, user, password))

    def _typed(self) -> tuple[str, str]:
        user = self.query_one("#user", LineField).value
        return user.strip(), self.query_one("#password", PasswordField).value

    def on_done(self, message: Done) -> None:
        from civictui.domain.model import SignedIn

        if isinstance(message.result, SignedIn):
            self._enter(message.result)

    def _enter(self, signed: "SignedIn | None") -> None:
        """To the list, unless it came to nothing; from there to what was being written."""
        if signed is None:
            self._stay("", error=False)
        else:
            in_background(self, partial(self._go_in, signed), "enter", alone=True)

    async def _go_in(self, signed: "SignedIn") -> None:
        from civictui.screens.entering import lead_on

        await lead_on(self, welcome(signed), aside=signed.aside)

    def _enter_otherwise(self, opened: "Opened | None") -> None:
        """Who has just set a store aside is not asked at once what is to become of it."""
        if opened is None:
            self._enter(None)
            return
        signed, notice = opened.signed, KEPT if opened.set_aside else RESEALED
        aside = 0 if opened.set_aside else signed.aside
        self._enter(replace(signed, notice=signed.notice or notice, aside=aside))

    def on_failed(self, message: Failed) -> None:
        """An answer to a page that is no more is nobody's."""
        message.prevent_default()
        if message.intent is None or message.intent.origin is self:
            self.failed(message.error)

    def failed(self, error: CivicError) -> None:
        """Say what happened, with the attempts left or the pause; the user name stays."""
        self._busy = False
        if isinstance(error, StoreBusy):
            self.on_top(lambda: self._offer_to_take_over(error))
            return
        self._stay(error.sentence, error=True)
        if isinstance(error, SealedOtherwise):
            from civictui.screens.sealed_otherwise import SealedPage

            page = SealedPage(self.desk, error)
            self.on_top(lambda: self.app.push_screen(page, self._enter_otherwise))

    def _stay(self, words: str, *, error: bool) -> None:
        self._busy = False
        field = self.query_one("#password", PasswordField)
        field.value = ""
        field.focus()
        self._answer(words, error=error)

    # --- the store is open elsewhere ---

    def _offer_to_take_over(self, error: StoreBusy) -> None:
        question = f"{error}. Take it over? Then the other one saves and leaves."

        def answered(agreed: bool | None) -> None:
            if agreed:
                self._take_over()
            else:
                self._stay(f"{error}.", error=True)

        self._answer("")
        self.app.push_screen(Ask(question, yes="Take over", no="Leave it"), answered)

    def _take_over(self) -> None:
        self._busy = True
        self._answer(TAKING_OVER)
        self.post_message(SignIn(self, *self._typed(), take_over=True))

    def _answer(self, words: str, *, error: bool = False) -> None:
        label = self.query_one("#answer", Label)
        label.set_class(error, "wrong")
        label.update(one_line(words))
        self.call_after_refresh(label.scroll_visible, animate=False)


def welcome(signed: "SignedIn") -> str:
    """The first notice on the list: what happened to the store, else whether there is a link."""
    return signed.notice or ("" if signed.online else "working offline")
