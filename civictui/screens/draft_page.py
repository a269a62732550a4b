"""Pages on which a draft is written: it is made durable while it is being typed."""

from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.timer import Timer
from textual.widgets import Input, TextArea

from civictui.domain.errors import CivicError
from civictui.domain.model import Draft, read_time
from civictui.screens.ask import Ask
from civictui.screens.desk import Desk
from civictui.screens.intents import (
    DiscardDraft,
    Done,
    DraftIntent,
    Failed,
    SaveDraft,
    WorkOn,
)
from civictui.screens.page import Page
from civictui.widgets import words
from civictui.widgets.background import in_background
from civictui.widgets.fit import fit
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.draft_form import DraftForm, with_cursor
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.photo_list import PhotoList
from civictui.widgets.title_line import TitleLine

AGAIN = 2.0
"""Seconds after which what could not be made durable is tried again."""
AUTOSAVE = 0.5
"""Seconds from the first change to its being written, which on a slow disk may take as long again;
typing on does not put it off.
"""


class DraftPage(Page[str], inherit_bindings=False):
    """Subclasses give a `form` for the draft, and `submission` makes it more than one.

    Gives the id of what the draft became, None where it is left or thrown away. Until then the
    service knows that it is being written: whoever signs in next goes on with it.
    """

    what: ClassVar[str] = "draft"
    """What is thrown away, as the question about it says."""
    nameless: ClassVar[str] = "without a description"
    """How it is called there where nothing was written."""

    def __init__(self, desk: Desk, draft: Draft, kept: Draft | None) -> None:
        """`kept` is what need not be made durable: the store has it, or nobody has typed it."""
        super().__init__(desk)
        self._draft = draft
        self._kept = kept
        self._is_stored = bool(kept and kept.saved_at)
        self._lost = (draft.at_field, draft.at_offset) if draft.at_field else None
        """Where the cursor was, until it is there again."""
        self._saving: Timer | None = None
        self._fault = ""
        """Why the draft could not be made durable, while it is not."""
        self._over = False
        """Whether the draft is none any more: submitted, thrown away, or left."""
        self._submitting = False
        """Whether it is about to be: what is on its way is waited for, nothing else is begun."""
        self._handed_over = False
        """Whether it is being submitted. To save it after that would make it a draft again."""
        self._leaving = False
        """Whether the page ends when the draft is saved, or gone."""

    @property
    def form(self) -> DraftForm:
        """All fields: nothing can be typed into them while the draft is handed over."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.app.post_message(WorkOn(self, self._draft.id))
        self.find_cursor()
        if self._is_stored:
            self.say(left_then(self.what, self._draft.saved_at))

    @property
    def takes_in(self) -> bool:
        """Whether the draft may still be changed."""
        return not (self._over or self._handed_over)

    def collect(self) -> Draft:
        """The draft as the fields have it now, and where the cursor is."""
        self._draft = with_cursor(self.form.fill(self._draft), self.form.cursor)
        return self._draft

    async def on_unmount(self) -> None:
        """The last resort, when the program ends without asking this screen.

        The cursor is nowhere any more: fields that are taken away hand it on.
        """
        if self._has_new_words and (draft := self._new()):
            with suppress(CivicError):
                await self.desk.service.save_draft(draft)

    def unsaved(self) -> Draft | None:
        if self.is_running and self.query(DraftForm):
            self._draft = with_cursor(self._draft, self.form.cursor)
        return self._new()

    def _new(self) -> Draft | None:
        """What the store does not have yet of this draft. Only to move in it is no new draft."""
        draft = self._draft
        if self._over or (draft.is_blank and not self._is_stored):
            return None
        return draft if self._has_new_words or (self._is_stored and draft != self._kept) else None

    @property
    def _has_new_words(self) -> bool:
        return self._kept is None or self._draft != _moved(self._kept, self._draft)

    def kept(self, draft: Draft) -> None:
        self._kept, self._is_stored = draft, True

    # --- the cursor ---

    def find_cursor(self) -> None:
        """Go on where the cursor was, unless it went elsewhere meanwhile."""
        if self._lost and self.form.put_cursor(self._lost):
            self._lost = None

    @on(events.DescendantFocus)
    @on(TextArea.SelectionChanged)
    @on(LineField.Moved)
    @on(ChoiceList.Moved)
    @on(PhotoList.Pointed)
    def moved(self) -> None:
        """Once something is kept, so is where the person is in it."""
        if self._is_stored:
            self._keep_soon()

    # --- autosave ---

    @on(Input.Changed)
    @on(TextArea.Changed)
    def changed(self) -> None:
        self.collect()
        if self.unsaved():
            self._keep_soon()

    def _keep_soon(self, pause: float = AUTOSAVE) -> None:
        if self._saving is None and self.takes_in:
            self._saving = self.set_timer(pause, self.keep)

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
                self._end_fault()
                if self._leaving:
                    self._leave_kept()
            case DiscardDraft():
                self._is_stored = False
                self.end_over(None)
            case DraftIntent():
                self.end_over(str(message.result))

    def _leave_kept(self) -> None:
        """The page ends when all of it is durable, also what was typed after the key."""
        if self._over:
            return  # an answer that came after the one that ended it
        if self.unsaved() is None:
            self.end_over(None)
        else:
            self.keep()

    def on_failed(self, message: Failed) -> None:
        """Everything typed stays; only what was being done is off."""
        message.prevent_default()
        if isinstance(message.intent, WorkOn):
            return  # the way back to it is lost, not the draft
        if isinstance(message.intent, SaveDraft) and not self._leaving:
            self._not_kept(message.error)
            return
        leaving = self._leaving and isinstance(message.intent, SaveDraft | DiscardDraft)
        if isinstance(message.intent, DiscardDraft) and not self._is_stored:
            self.end_over(None)  # there is nothing in the store to throw away
            return
        self._leaving = self._submitting = self._over = self._handed_over = False
        self.failed(message.error)
        if self.form.disabled:
            self.form.disabled = False
            self.goes_on()
        if leaving:
            self._offer_to_leave(message.error)

    def goes_on(self) -> None:
        """Writing goes on, where it was, after the draft was handed over in vain."""
        if not self.form.put_cursor((self._draft.at_field, self._draft.at_offset)):
            self.focus_next()

    def _not_kept(self, error: CivicError) -> None:
        """Typing goes on meanwhile, also where the cursor is; the disk may have room later.

        What is being handed over has an answer of its own.
        """
        if self.takes_in:
            self._fault = error.sentence
            self.failed(error)
            self._keep_soon(AGAIN)

    def _end_fault(self) -> None:
        """It is durable: nobody is told that it is not."""
        fault, self._fault = self._fault, ""
        if fault and self.query_one(TitleLine).notice == fault:
            self.say("")

    # --- leaving ---

    def end_over(self, became: str | None) -> None:
        """End the page; the draft is none any more, or nobody's here."""
        self._over = True
        if became is None and self._is_stored:
            self.app.post_message(WorkOn(self, ""))
        self.end(became)

    def action_back(self) -> None:
        if self._submitting:
            return
        draft = self.collect()
        if draft.is_blank and self._is_stored:
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


def left_then(what: str, saved_at: str) -> str:
    """What is said to who goes on with something."""
    time = read_time(saved_at)
    return f"your {what}, as you left it" + (f" on {words.moment(time)}" if time else "")


def _moved(draft: Draft, to: Draft) -> Draft:
    """`draft` with the cursor where it is in the other."""
    return replace(draft, at_field=to.at_field, at_offset=to.at_offset)
