"""Locking and leaving: by a key, by a signal, because nobody is there any more.

In this order: what is being written is made durable, everything goes from the screen, the store is
closed. A locked store may go on sending for a while; see `Service.lock`.
"""

import asyncio
import signal
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual import events
from textual.timer import Timer

from civictui.domain.errors import CivicError
from civictui.screens.ask import Ask
from civictui.screens.desk import Desk
from civictui.screens.login import Login
from civictui.screens.page import Page
from civictui.terminal.departure import Departure
from civictui.terminal.driver import TerminalDriver
from civictui.terminal.idle import Idle
from civictui.terminal.thin import ThinApp
from civictui.terminal.typeahead import TypeAhead

if TYPE_CHECKING:
    from civictui.domain.model import Draft

HEARING = 0.5
"""Seconds that a page has for that; one that is being taken away hears nothing any more."""
_TOUCHES = (
    events.Key,
    events.Paste,
    events.MouseDown,
    events.MouseScrollDown,
    events.MouseScrollUp,
)


class Leaving(TypeAhead, ThinApp, inherit_bindings=False):
    """An app that can be locked and left at any moment without losing what was typed."""

    def __init__(self, desk: Desk, idle: Idle) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.desk = desk
        self.turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Changes of one group are carried out one after the other."""
        self._departure = Departure(self._depart, self._abandon)
        self._heard: set[int] = set()
        """Signals that told us to leave."""
        self._idle = idle
        self._watch: Timer | None = None
        self._locking = False

    def run(self, **options: Any) -> Any:
        with self._departure:
            return super().run(**options)

    def on_mount(self) -> None:
        self._departure.attend()

    async def on_unmount(self) -> None:
        """However the app ended: nothing stays open but what may go on sending."""
        await self._shut(linger=self._may_linger)

    # --- nobody is there ---------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Each touch puts the lock off; one that comes too late locks, and does nothing else."""
        if isinstance(event, _TOUCHES) and not event.is_forwarded:
            if self._idle.over:
                self.action_lock()
                return
            self._touch()
        await super().on_event(event)

    def look_at_the_clock(self) -> None:
        """Lock, or say how soon."""
        self._watch = None
        if self._idle.over:
            self.action_lock()
            return
        self._announce(self._idle.words)
        self._look_again()

    def _touch(self) -> None:
        announced = self._idle.words
        self._idle.touch()
        if announced:
            self._announce("")
        self._look_again()

    def _look_again(self) -> None:
        if self._watch is None and self._idle.left < float("inf"):
            self._watch = self.set_timer(self._idle.pause, self.look_at_the_clock)

    def _announce(self, text: str) -> None:
        for page in self._pages():
            page.announce(text)

    # --- locking -----------------------------------------------------------------------------

    def action_lock(self) -> None:
        self.run_worker(self._lock(), group="leave", exit_on_error=False)

    async def _lock(self) -> None:
        """What cannot be made durable keeps the screen open: it is nowhere else."""
        if self._locking:
            return
        self._locking = True
        try:
            if await self._keep_drafts():
                await self._close(Login(self.desk, locking=bool(self.desk.service.user)))
            else:
                self._idle.touch()
                self._look_again()
        finally:
            self._locking = False

    async def _close(self, login: Login) -> None:
        """The screen first: what is under way with the gateway may take its time."""
        self._idle.rest()
        while len(self.screen_stack) > 2:
            await self.pop_screen()
        await self.switch_screen(login)
        self.desk.gallery.clear()
        async with self.turns["sign-in"]:
            self.desk.service.give_up()
            await self._shut(linger=True)
        login.locked()

    async def _shut(self, *, linger: bool) -> None:
        """Close the store: once at a time, and to the end, also when who asked for it is gone."""

        async def shut() -> None:
            async with self.turns["shut"]:
                await self.desk.service.lock(linger=linger)

        await asyncio.shield(asyncio.create_task(shut()))

    # --- leaving -----------------------------------------------------------------------------

    def action_leave(self) -> None:
        if waiting := self._not_sent():
            question = f"Not sent yet: {waiting}.\nIt stays, sealed, on this terminal."
            self.push_screen(Ask(question, yes="Quit", no="Stay"), self._leave)
        else:
            self._leave(True)

    def _not_sent(self) -> str:
        from civictui.widgets import words

        service = self.desk.service
        unsent = words.unsent(service.sync_state().unsent) if service.user else ""
        left = service.lingering()
        locked = f"{left} of a locked store" if left else ""
        return " and ".join(part for part in (unsent, locked) if part)

    def _leave(self, agreed: bool | None) -> None:
        if agreed:
            self.run_worker(self._go(0), group="leave", exit_on_error=False)

    def _depart(self, number: int) -> None:
        """The terminal is gone, or somebody wants us gone: leave, whatever is on the screen.

        Without a terminal what is not sent may still be; who is told to end, ends.
        """
        self._heard.add(number)
        self.run_worker(self._go(128 + number), group="leave", exit_on_error=False)

    async def _go(self, code: int) -> None:
        """With the code 0 a person asked for it, who may still do something about a failure."""
        if await self._keep_drafts() or code:
            lingers = self._may_linger
            await self._shut(linger=lingers)
            if lingers and not self._may_linger:  # somebody said so meanwhile
                await self._shut(linger=False)
            self.exit(return_code=code)

    @property
    def _may_linger(self) -> bool:
        return self._heard == {signal.SIGHUP}

    async def _abandon(self) -> None:
        """From outside of this app's loop, which does not answer."""
        for _, draft in self._unsaved():
            with suppress(CivicError):
                await self.desk.service.save_draft(draft)
        await self.desk.service.lock()

    # --- what is being written ---------------------------------------------------------------

    def _pages(self) -> Iterator[Page[Any]]:
        return (screen for screen in self.screen_stack if isinstance(screen, Page))

    def _unsaved(self) -> "Iterator[tuple[Page[Any], Draft]]":
        for page in self._pages():
            if draft := page.unsaved():
                yield page, draft

    async def _keep_drafts(self) -> bool:
        """Make what is being written durable, after the writes that are under way."""
        async with self.turns["write"]:
            await self._hear_out()
            for page, draft in self._unsaved():
                try:
                    await self.desk.service.save_draft(draft)
                except CivicError as error:
                    self._tell_not_kept(page, error)
                    return False
                page.kept(draft)
        return True

    async def _hear_out(self) -> None:
        """Have the pages hear what was answered: a draft may have become a report just now."""
        for page in list(self._pages()):
            heard = asyncio.Event()
            if page.call_later(heard.set):
                with suppress(TimeoutError):
                    async with asyncio.timeout(HEARING):
                        await heard.wait()

    def _tell_not_kept(self, page: Page[Any], error: CivicError) -> None:
        """On the page whose draft it is, seen below a question, and where the person is."""
        page.failed(error)
        if isinstance(self.screen, Page) and self.screen is not page:
            self.screen.failed(error)
