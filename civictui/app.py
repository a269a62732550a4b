"""CivicApp: carries out what screens intend, and passes on what the service tells."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import RenderableType
from textual import on
from textual.screen import ModalScreen, Screen
from textual.worker import Worker, WorkerState

from civictui import __version__
from civictui.domain.crash import crash_page
from civictui.domain.errors import CivicError
from civictui.domain.events import Event, SignInNeeded
from civictui.keys import APP
from civictui.preferences import Preferences
from civictui.screens.desk import Desk
from civictui.screens.intents import Done, Failed, Heard, Intent
from civictui.screens.login import Login
from civictui.screens.page import Page
from civictui.screens.preferring import Preferring
from civictui.terminal.capability import Capability, detect
from civictui.terminal.idle import Idle, seconds
from civictui.widgets.bindings import bindings

if TYPE_CHECKING:
    from civictui.domain.ports import Service
    from civictui.geo.maps.base_map import BaseMap


class CivicApp(Preferring, inherit_bindings=False):
    """The program on a terminal. Knows the service by its port alone.

    It locks itself after `lock_after` seconds without a key, as `clock` counts them; 0 is never.
    At the `first_run` it asks for the server. `painted` is called when its first page is.
    `keymap` has the person's own keys by the ids of the registry.
    """

    TITLE = "civictui"
    CSS_PATH = "civictui.tcss"
    BINDINGS = bindings(APP)
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(
        self,
        service: "Service",
        *,
        server: str,
        hint: str = "",
        user: str = "",
        capability: Capability | None = None,
        full_repaint: bool = False,
        pictures: str = "auto",
        maps: "BaseMap | None" = None,
        lock_after: float = 0.0,
        clock: Callable[[], float] = seconds,
        keymap: Mapping[str, str] | None = None,
        preferences: Preferences | None = None,
        first_run: bool = False,
        painted: Callable[[], object] = lambda: None,
    ) -> None:
        desk = Desk(service, server, hint, capability or detect(), maps, pictures, preferences)
        super().__init__(desk, Idle(lock_after, clock), keymap or {})
        self.know(desk.capability, full_repaint=full_repaint)
        self._first: Page[None] = Login(desk, user)
        if first_run and preferences:
            from civictui.screens.first_run import FirstRun

            self._first = FirstRun(desk, preferences, user)
        self._painted = painted

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """What shines through the screen on top: under a question all of it, else nothing.

        The toolkit counts the screen below any other among them, and draws the whole terminal
        again for each change down there.
        """
        return super()._background_screens if isinstance(self.screen, ModalScreen) else []

    def on_mount(self) -> None:
        self.push_screen(self._first)
        self._first.call_after_refresh(self._painted)
        self.desk.service.listen(self._hear)

    # --- between screens and service -------------------------------------------------------------

    @on(Intent)
    def accept(self, intent: Intent) -> None:
        self.run_worker(self._carry_out(intent), group=intent.group, exit_on_error=False)

    async def _carry_out(self, intent: Intent) -> None:
        """One after the other in each group; the answer goes to the screen that asked."""
        reply: Done | Failed
        async with self.turns[intent.group]:
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
        event, user = message.event, self.desk.service.user
        if isinstance(event, SignInNeeded) and event.user == user:  # not of a locked store
            self._ask_password(user)
        for screen in self.screen_stack:
            screen.post_message(Heard(message.event))

    def _ask_password(self, user: str) -> None:
        from civictui.screens.sign_in_again import AskPassword

        if not any(isinstance(screen, AskPassword) for screen in self.screen_stack):
            self.push_screen(AskPassword(user))

    # --- keys of every screen --------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "lock":
            return bool(self.desk.service.user)
        return super().check_action(action, parameters)

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
