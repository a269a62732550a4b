"""CivicApp: carries out what screens intend, passes on what the service tells, leaves in order."""

import asyncio
import signal
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from rich.console import RenderableType
from textual import on
from textual.filter import LineFilter
from textual.worker import Worker, WorkerState

from civictui import __version__
from civictui.domain.crash import crash_page
from civictui.domain.errors import CivicError
from civictui.domain.events import Event, SignInNeeded
from civictui.domain.ports import Service
from civictui.keys import APP
from civictui.screens.ask import Ask
from civictui.screens.desk import Desk
from civictui.screens.help import Help
from civictui.screens.intents import Done, Failed, Heard, Intent
from civictui.screens.login import Login
from civictui.screens.page import Page
from civictui.screens.sign_in_again import AskPassword
from civictui.terminal.capability import Capability, detect
from civictui.terminal.driver import TerminalDriver
from civictui.terminal.filters import gates
from civictui.terminal.theme import CIVIC
from civictui.terminal.typeahead import TypeAhead
from civictui.widgets import words
from civictui.widgets.bindings import bindings, screen_keys

DEPARTURES = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


class CivicApp(TypeAhead, inherit_bindings=False):
    """The program on a terminal. Knows the service by its port alone."""

    TITLE = "civictui"
    CSS_PATH = "civictui.tcss"
    BINDINGS = bindings(APP)
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(
        self,
        service: Service,
        *,
        server: str,
        hint: str = "",
        user: str = "",
        capability: Capability | None = None,
    ) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.register_theme(CIVIC)
        self.theme = CIVIC.name
        self.desk = Desk(service, server, hint, user, capability or detect())
        self._gates = gates(self.desk.capability)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return self._gates

    def on_mount(self) -> None:
        self.push_screen(Login(self.desk))
        self.desk.service.listen(self._hear)
        if threading.current_thread() is threading.main_thread():
            for number in DEPARTURES:
                asyncio.get_running_loop().add_signal_handler(number, self._depart, number)

    async def on_unmount(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in DEPARTURES:
                asyncio.get_running_loop().remove_signal_handler(number)
        await self.desk.service.lock()

    # --- between screens and service -------------------------------------------------------------

    @on(Intent)
    def accept(self, intent: Intent) -> None:
        self.run_worker(self._carry_out(intent), group=intent.group, exit_on_error=False)

    async def _carry_out(self, intent: Intent) -> None:
        """One after the other in each group; the answer goes to the screen that asked."""
        reply: Done | Failed
        async with self._turns[intent.group]:
            try:
                reply = Done(intent, await intent.carry_out(self.desk.service))
            except CivicError as error:
                reply = Failed(error, intent)
        if not intent.origin.post_message(reply) and isinstance(reply, Failed):
            self.screen.post_message(reply)

    @on(Worker.StateChanged)
    def worker_changed(self, message: Worker.StateChanged) -> None:
        """A change that failed for a reason of ours: no screen may wait for it for ever."""
        if message.state is WorkerState.ERROR:
            kind = type(message.worker.error).__name__
            error = CivicError(f"The program met an error of its own ({kind})", "Nothing was lost.")
            for screen in self.screen_stack:
                screen.post_message(Failed(error))

    def _hear(self, event: Event) -> None:
        """Called from any thread, also while the app is ending."""
        with suppress(RuntimeError):
            self.post_message(Heard(event))

    def on_heard(self, message: Heard) -> None:
        if isinstance(message.event, SignInNeeded):
            self._ask_password(message.event.user)
        for screen in self.screen_stack:
            screen.post_message(Heard(message.event))

    def _ask_password(self, user: str) -> None:
        if not any(isinstance(screen, AskPassword) for screen in self.screen_stack):
            self.push_screen(AskPassword(user))

    # --- keys of every screen --------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "lock":
            return bool(self.desk.service.user)
        if action == "help":
            return isinstance(self.screen, Page) and not isinstance(self.screen, Help)
        return True

    def action_help(self) -> None:
        if isinstance(page := self.screen, Page):
            self.push_screen(Help(self.desk, page.heading, screen_keys(page)))

    def action_repaint(self) -> None:
        self.screen.refresh(layout=True)

    def action_lock(self) -> None:
        self.run_worker(self._lock(), group="leave", exit_on_error=False)

    def action_leave(self) -> None:
        unsent = self.desk.service.sync_state().unsent if self.desk.service.user else None
        if unsent is None or unsent.nothing:
            self._leave(True)
            return
        question = f"Not sent yet: {words.unsent(unsent)}.\nIt stays, sealed, on this terminal."
        self.push_screen(Ask(question, yes="Leave", no="Stay"), self._leave)

    # --- leaving ---------------------------------------------------------------------------------

    def _leave(self, agreed: bool | None) -> None:
        if agreed:
            self.run_worker(self._go(0), group="leave", exit_on_error=False)

    def _depart(self, number: int) -> None:
        """The terminal is gone, or somebody wants us gone: leave, whatever is on the screen."""
        self.run_worker(self._go(128 + number, asked=False), group="leave", exit_on_error=False)

    async def _go(self, code: int, *, asked: bool = True) -> None:
        if await self._keep_drafts() or not asked:
            await self.desk.service.lock()
            self.exit(return_code=code)

    async def _lock(self) -> None:
        if await self._keep_drafts():
            await self.desk.service.lock()
            self.desk.gallery.clear()
            while len(self.screen_stack) > 2:
                await self.pop_screen()
            await self.switch_screen(Login(self.desk, "Locked."))

    async def _keep_drafts(self) -> bool:
        """Make what is being written durable, after the writes that are under way."""
        try:
            async with self._turns["write"]:
                for screen in self.screen_stack:
                    draft = screen.unsaved() if isinstance(screen, Page) else None
                    if draft and isinstance(screen, Page):
                        await self.desk.service.save_draft(draft)
                        screen.kept(draft)
        except CivicError as error:
            self.screen.post_message(Failed(error))
            return False
        return True

    # --- crashes ---------------------------------------------------------------------------------

    def _fatal_error(self) -> None:
        """End the app; what is printed afterwards has no values of variables in it."""
        if self._exception and not self._exit_renderables:
            self._exit_renderables.append(crash_page(self._exception, __version__))
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """End the app. What was to be shown may hold somebody's data: the page instead."""
        self._fatal_error()

    def _print_error_renderables(self) -> None:
        for page in self._exit_renderables[:1]:
            self.error_console.print(page, markup=False, highlight=False, soft_wrap=True)
        self._exit_renderables.clear()
