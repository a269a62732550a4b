"""Choosing what the list shows, and keeping that under a name."""

from dataclasses import replace
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from civictui.domain.events import Event, ReportsChanged
from civictui.domain.model import MOST_SAVED, ListFilter
from civictui.domain.model.filters import NAME_CHARACTERS
from civictui.domain.text import one_line
from civictui.keys import BACK, FILTER, FOCUS, SAVED, Key
from civictui.screens.desk import Desk
from civictui.screens.intents import Done
from civictui.screens.list_intents import KeepFilters
from civictui.screens.page import Page
from civictui.screens.rereading import Rereading
from civictui.widgets.bindings import bindings, bound_name
from civictui.widgets.category_names import names_of
from civictui.widgets.filter_text import named_words
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.filter_form import FilterForm, Offered
from civictui.widgets.form.saved_filters import SavedFilters
from civictui.widgets.title_line import TitleLine

NAMELESS: Final = "Give it a name first."
NOTHING: Final = "Choose something first: this shows all reports."
TOO_MANY: Final = f"There are {MOST_SAVED} already: remove one of them first, or take its name."


class FilterPage(Page[ListFilter], inherit_bindings=False):
    """Gives what was chosen; None leaves it as it was."""

    BINDINGS = bindings(FILTER, SAVED, BACK, FOCUS)
    AUTO_FOCUS = "Ticks"
    heading = "Filter"

    def __init__(self, desk: Desk, chosen: ListFilter, offered: Offered, search: str) -> None:
        super().__init__(desk)
        self._began = chosen
        self._offered = offered
        self._saved = list(offered.saved)
        self._search = search
        self._name_of = names_of(offered.services)
        self._counting = Rereading(self, self._count)

    def body(self) -> ComposeResult:
        yield FilterForm(self._began, self._offered)

    def on_mount(self) -> None:
        self._show_saved()
        self._counting.now()

    @property
    def form(self) -> FilterForm:
        return self.query_one(FilterForm)

    def happened(self, event: Event) -> None:
        if isinstance(event, ReportsChanged):
            self._counting.calmly()

    async def _count(self) -> None:
        """How many reports that would be, in the first line."""
        service, chosen = self.desk.service, self.form.chosen
        near = await service.position() if chosen.needs_position else None
        found = await service.reader.find(chosen.query(self._search, service.user, near))
        total = await service.reader.count()
        said = f" with “{one_line(self._search)}”" if self._search else ""
        self.query_one(TitleLine).entitle(f"Filter · {len(found):,} of {total:,} reports{said}")

    @on(Input.Changed)
    @on(ChoiceList.Changed)
    def changed(self) -> None:
        self.form.remark()
        self._counting.now()

    # --- leaving with it ---

    def action_show(self) -> None:
        chosen = self.form.chosen
        if self.form.is_right:
            same = (kept for kept in self._saved if replace(kept, name="") == chosen)
            self.end(next(same, chosen))

    def action_none(self) -> None:
        """Nothing is chosen any more; the order stays."""
        self.end(ListFilter(sort=self.form.chosen.sort))

    def action_saved(self, number: int) -> None:
        if number <= len(self._saved):
            self.end(self._saved[number - 1])

    def action_back(self) -> None:
        self.end()

    @on(Input.Submitted)
    def entered(self, event: Input.Submitted) -> None:
        if event.input.id == "title":
            self._save()
        else:
            self.action_show()

    @on(SavedFilters.Opened)
    def opened(self, message: SavedFilters.Opened) -> None:
        self.action_saved(message.number)

    # --- keeping it ---

    def _save(self) -> None:
        name, chosen = self.form.title[:NAME_CHARACTERS], self.form.chosen
        if not self.form.is_right:
            return
        kept = [replace(chosen, name=name) if old.name == name else old for old in self._saved]
        if name not in {old.name for old in self._saved}:
            kept.append(replace(chosen, name=name))
        wrong = ""
        if not name:
            wrong = NAMELESS
        elif chosen == ListFilter():
            wrong = NOTHING
        elif len(kept) > MOST_SAVED:
            wrong = TOO_MANY
        self.form.title_row.say(wrong, error=bool(wrong))
        if not wrong:
            number = [old.name for old in kept].index(name)
            digit = bound_name(self, SAVED[number].id)
            way = f"; {digit} shows it in the list" if digit else ""
            self.post_message(KeepFilters(self, kept, f"saved as “{name}”{way}"))

    def action_remove(self) -> None:
        number = self.form.saved.number
        if number:
            name = one_line(self._saved[number - 1].name)
            kept = [*self._saved[: number - 1], *self._saved[number:]]
            self.post_message(KeepFilters(self, kept, f"“{name}” is removed"))

    def on_done(self, message: Done) -> None:
        if isinstance(message.intent, KeepFilters):
            self._saved = list(message.intent.filters)
            self.form.title_row.say(message.intent.said)
            self._show_saved()
            self.refresh_bindings()

    def _show_saved(self) -> None:
        saved = self.form.saved
        if not self._saved and saved.has_focus:
            self.focus_next()
        saved.show_filters(self._saved, self._name_of)

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action, parameters:
            case "remove", _:
                return isinstance(self.focused, SavedFilters) and bool(self.focused.number)
            case "saved", (int(number),):
                return number <= len(self._saved)
        return True

    def named(self, key: Key) -> Key:
        """The digits have the names of the saved filters."""
        names = dict(zip(SAVED, self._saved, strict=False))
        if key not in names:
            return key
        return replace(key, help=f"Saved filter {named_words(names[key], self._name_of)}")
