"""An app that fails in good order: what was typed is kept, and the record of it is sealed.

What is printed and kept has no values of variables in it; see `domain.crash`.
"""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from textual import on
from textual.worker import Worker, WorkerState

from civictui import __version__
from civictui.domain.crash import Crash, crash_page
from civictui.domain.errors import CivicError
from civictui.domain.events import OwnFault
from civictui.screens.intents import Failed, Heard
from civictui.screens.leaving import Leaving

if TYPE_CHECKING:
    from civictui.domain.model import Draft


class Crashing(Leaving, inherit_bindings=False):
    """An error that nobody expected ends the app; in a worker, only what it was to do."""

    _crash: Crash | None = None
    _crash_kept = False
    _last_words: "tuple[Draft, ...]" = ()

    # --- of the whole app ---

    def _fatal_error(self) -> None:
        """End the app; the first error is the one that counts."""
        if self._exception and not self._crash:
            self._crash = self._record(self._exception)
            self._last_words = tuple(self._readable_drafts())
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """End the app. What was to be shown may hold somebody's data: the page instead."""
        self._fatal_error()

    def _readable_drafts(self) -> "list[Draft]":
        """Of the screens that still answer; one that fails must not cost the others their words."""
        found: list[Draft] = []
        for page in self._pages():
            with suppress(Exception):  # any of them may be what has just failed
                if draft := page.unsaved():
                    found.append(draft)
        return found

    async def on_unmount(self) -> None:
        """Before the store is closed, which `Leaving` does after this."""
        if self._crash and self.desk.service.user:
            for draft in self._last_words:
                with suppress(CivicError):
                    await self.desk.service.save_draft(draft)
            self._crash_kept = await self._keep(self._crash)

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()
        if self._crash:
            page = crash_page(self._crash, kept=self._crash_kept)
            self.error_console.print(page, markup=False, highlight=False, soft_wrap=True)

    # --- of one act ---

    @on(Worker.StateChanged)
    async def worker_changed(self, message: Worker.StateChanged) -> None:
        """A change that failed for a reason of ours: no screen may wait for it for ever."""
        worker: Worker[Any] = message.worker
        if message.state is not WorkerState.ERROR or worker.error is None:
            return
        crash = self._record(worker.error)
        kept = await self._keep(crash)
        advice = f"Report {crash.id}: civictui doctor --crashes shows it." if kept else ""
        error = CivicError(
            f"The program met an error of its own ({type(worker.error).__name__})",
            f"Nothing was lost. {advice}".strip(),
        )
        for screen in self.screen_stack:
            screen.post_message(Failed(error))

    @on(Heard)
    async def keep_fault(self, message: Heard) -> None:
        """Of the sync, which goes on by itself."""
        if isinstance(message.event, OwnFault):
            await self._keep(message.event.crash)

    # --- records ---

    def _record(self, error: BaseException) -> Crash:
        where = " > ".join(type(screen).__name__ for screen in self.screen_stack)
        terminal, size = self.terminal, self.size
        described = f"{terminal.term} {size.width}x{size.height}, {terminal.colours} colours"
        return Crash.of(error, __version__, where, described)

    async def _keep(self, crash: Crash) -> bool:
        """Whether it is sealed in the store; where none is open, there is no place for it."""
        if not self.desk.service.user:
            return False
        try:
            await self.desk.service.keep_crash(crash)
        except CivicError:
            return False
        return True
