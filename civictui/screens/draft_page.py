"""Pages on which a draft is written: it is made durable while it is being typed."""

from contextlib import suppress

from textual import on
from textual.timer import Timer
from textual.widgets import Input, TextArea

from civictui.domain.errors import CivicError
from civictui.domain.model import Draft
from civictui.screens.desk import Desk
from civictui.screens.intents import SaveDraft
from civictui.screens.page import Page

AUTOSAVE = 0.8
"""Seconds from the first change to its being durable; typing on does not put it off."""


class DraftPage(Page[str], inherit_bindings=False):
    """Subclasses `collect` what the fields say into `_draft`."""

    def __init__(self, desk: Desk, draft: Draft, kept: Draft | None) -> None:
        """`kept` is what the store has of it, None where it has nothing."""
        super().__init__(desk)
        self._draft = draft
        self._kept = kept
        self._saving: Timer | None = None
        self._over = False
        """Whether the draft is none any more: submitted, thrown away, or left."""
        self._submitting = False
        """Whether it is about to be: what is on its way is waited for, nothing else is begun."""
        self._handed_over = False
        """Whether it is being submitted. To save it after that would make it a draft again."""

    @property
    def takes_in(self) -> bool:
        """Whether the draft may still be changed."""
        return not (self._over or self._handed_over)

    def collect(self) -> Draft:
        """The draft as the fields have it now."""
        raise NotImplementedError

    async def on_unmount(self) -> None:
        """The last resort, when the program ends without asking this screen."""
        if draft := self.unsaved():
            with suppress(CivicError):
                await self.desk.service.save_draft(draft)

    def unsaved(self) -> Draft | None:
        draft = self._draft
        if self._over or draft == self._kept or (draft.is_blank and self._kept is None):
            return None
        return draft

    def kept(self, draft: Draft) -> None:
        self._kept = draft

    @on(Input.Changed)
    @on(TextArea.Changed)
    def changed(self) -> None:
        self.collect()
        if self._saving is None and self.takes_in and self.unsaved():
            self._saving = self.set_timer(AUTOSAVE, self.keep)

    def keep(self) -> None:
        """Have the draft made durable, unless it is."""
        if self._saving:
            self._saving.stop()
            self._saving = None
        self.collect()
        if self.takes_in and (draft := self.unsaved()):
            self.post_message(SaveDraft(self, draft))
