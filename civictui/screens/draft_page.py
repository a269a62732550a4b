"""Pages on which a draft is written: it is made durable while it is being typed."""

from contextlib import suppress
from typing import ClassVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from civictui.domain.errors import CivicError
from civictui.domain.model import Draft
from civictui.screens.ask import Ask
from civictui.screens.desk import Desk
from civictui.screens.intents import DiscardDraft, Done, DraftIntent, Failed, SaveDraft
from civictui.screens.page import Page
from civictui.widgets.background import in_background
from civictui.widgets.fit import fit

AUTOSAVE = 0.8
"""Seconds from the first change to its being durable; typing on does not put it off."""


class DraftPage(Page[str], inherit_bindings=False):
    """Subclasses `collect` what the fields say into `_draft`, and `submission` makes it more.

    Gives the id of what the draft became, None where it is left or thrown away.
    """

    what: ClassVar[str] = "draft"
    """What is thrown away, as the question about it says."""
    nameless: ClassVar[str] = "without a description"
    """How it is called there where nothing was written."""

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
        self._leaving = False
        """Whether the page ends when the draft is saved, or gone."""

    @property
    def form(self) -> Widget:
        """All fields: nothing can be typed into them while the draft is handed over."""
        raise NotImplementedError

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

    # --- submitting ---

    def action_submit(self) -> None:
        if not (self._submitting or self._leaving):
            self._submitting = True
            in_background(self, self._submit, "submit")

    async def _submit(self) -> None:
        if not await self.is_right():
            self._submitting = False
            return
        self.say("saving …")
        self.keep()
        self.form.disabled = self._handed_over = True
        self.post_message(self.submission(self.collect()))

    async def is_right(self) -> bool:
        """Check every field, and say all that is wrong at once."""
        raise NotImplementedError

    def submission(self, draft: Draft) -> DraftIntent:
        """What makes the draft more than one; its result is the id of what it became."""
        raise NotImplementedError

    def on_done(self, message: Done) -> None:
        match message.intent:
            case SaveDraft() as intent:
                self.kept(intent.draft)
                if self._leaving and self.unsaved() is None:
                    self.end_over(None)
            case DiscardDraft():
                self.end_over(None)
            case DraftIntent():
                self.end_over(str(message.result))

    def on_failed(self, message: Failed) -> None:
        """Everything typed stays; only what was being done is off."""
        message.prevent_default()
        leaving = self._leaving and isinstance(message.intent, SaveDraft | DiscardDraft)
        if isinstance(message.intent, DiscardDraft) and self._kept is None:
            self.end_over(None)  # there is nothing in the store to throw away
            return
        self._leaving = self._submitting = self._over = self._handed_over = False
        self.form.disabled = False
        self.failed(message.error)
        self.goes_on()
        if leaving:
            self._offer_to_leave(message.error)

    def goes_on(self) -> None:
        """Writing goes on after something has failed."""

    # --- leaving ---

    def end_over(self, became: str | None) -> None:
        """End the page; the draft is none any more, or nobody's here."""
        self._over = True
        self.end(became)

    def action_back(self) -> None:
        if self._submitting:
            return
        draft = self.collect()
        if draft.is_blank and self._kept:
            self._leaving = True
            self.post_message(DiscardDraft(self, draft))
        elif self.unsaved():
            self._leaving = True
            self.keep()
        else:
            self.end_over(None)

    def _offer_to_leave(self, error: CivicError) -> None:
        """Nobody is held on a page that cannot be saved; who leaves it has been told."""
        question = f"{error}.\nLeave, and lose what you typed since it was last saved?"

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.end_over(None)

        self.app.push_screen(Ask(question, yes="Leave", no="Stay"), answered)

    def action_discard(self) -> None:
        draft = self.collect()
        if draft.is_blank:
            self.action_back()
            return
        name = fit(draft.description, 40).strip() or self.nameless
        question = f"Throw this {self.what} away for good?\n\n{name}"
        self.app.push_screen(Ask(question, yes="Throw it away", no="Keep it"), self._discard)

    def _discard(self, agreed: bool | None) -> None:
        if agreed:
            self._over = True
            self.post_message(DiscardDraft(self, self._draft))
