"""CivicApp: carries out what screens intend, and passes on what the service tells."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.screen import ModalScreen, Screen

from civictui.domain.errors import CivicError
from civictui.domain.events import Event, SignInNeeded
from civictui.keys import APP
from civictui.preferences import Preferences
from civictui.screens.desk import Desk
from civictui.screens.intents import Done, Failed, Heard, Intent
from civictui.screens.login import Login
from civictui.screens.obeying import Obeying
from civictui.screens.page import Page
from civictui.terminal.capability import Capability, detect
from civictui.terminal.idle import Idle, seconds
from civictui.terminal.thin import is_field
from civictui.widgets.bindings import bindings

if TYPE_CHECKING:
    from civictui.domain.ports import Service
    from civictui.geo.maps.base_map import BaseMap


QUIET = 1.5
"""Seconds without a key after which somebody in a field is thought to have paused."""


class CivicApp(Obeying, inherit_bindings=False):
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
        maps: "BaseMap | Callable[[], BaseMap] | None" = None,
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
        self.obey(event)

    def _ask_password(self, user: str) -> None:
        """Once nobody types: what is meant for a report does not go into a password's field."""
        if self._idle.since < QUIET and is_field(self.focused):
            self.set_timer(QUIET, partial(self._ask_password, user))
        elif self.desk.service.user == user:
            self._open_question(user)

    def _open_question(self, user: str) -> None:
        from civictui.screens.sign_in_again import AskPassword

        if not any(isinstance(screen, AskPassword) for screen in self.screen_stack):
            self.push_screen(AskPassword(user))

    # --- keys of every screen --------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "lock":
            return bool(self.desk.service.user)
        return super().check_action(action, parameters)
