"""The fields of a filter: what to choose from, with how many reports there are of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, ScrollableContainer, Vertical
from textual.widgets import Label

from civictui.domain.model import (
    Choice,
    ListFilter,
    RowState,
    Service,
    Services,
    Sort,
    Status,
    Tally,
)
from civictui.domain.model.filters import UNSENT
from civictui.domain.model.services import NAME_CHARACTERS
from civictui.domain.text import one_line
from civictui.geo import length
from civictui.keys import TICKS
from civictui.widgets import words
from civictui.widgets.bindings import bindings
from civictui.widgets.filter_text import SORTS
from civictui.widgets.form.category_field import CategoryField
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.named_line import NamedLine
from civictui.widgets.form.saved_filters import SavedFilters

NO_LENGTH: Final = "a distance is a number with m, km, ft or mi: 500 m"
NO_POSITION: Final = "no position is known yet: a report's form can ask the receiver"
ANYWHERE: Final = "from where you are; empty is anywhere"
_MOST_STATUSES: Final = 6
_MOST_WORDS: Final = 200
"""Categories that are no service's: the commonest are proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What there is to choose from."""

    tally: Tally
    services: Services
    saved: tuple[ListFilter, ...] = ()
    has_position: bool = True


class Ticks(ChoiceList, inherit_bindings=False):
    """Enter does what the page is for."""

    BINDINGS = bindings(TICKS)


class FilterForm(ScrollableContainer, can_focus=False, inherit_bindings=False):
    """Begins with what is chosen now."""

    def __init__(self, chosen: ListFilter, offered: Offered) -> None:
        super().__init__()
        self._began = chosen
        self._offered = offered
        tally = offered.tally
        on = [key for key in _switches(tally) if getattr(chosen, key)]
        self._status = _ticks("status", _statuses(tally, chosen), chosen.statuses)
        self._only = _ticks("only", _switches(tally), on)
        orders = {sort.value: said for sort, said in SORTS.items()}
        self._sort = _ticks("sort", orders, [chosen.sort], several=False)
        self._category = CategoryField(chosen.category, id="category")
        self._category_row = FieldRow("Category", self._category)
        within = words.distance(chosen.within) if chosen.within else ""
        self._within = LineField(within, id="within")
        self._within_row = FieldRow("Within", self._within)
        self._title = NamedLine(
            chosen.name,
            id="title",
            does=("save", "Save this filter under the name"),
            placeholder="a name; Enter saves it",
        )
        self.title_row = FieldRow("Save as", self._title)
        self.saved = SavedFilters(id="saved")

    def compose(self) -> ComposeResult:
        columns = {"Status": self._status, "Only": self._only, "Order": self._sort}
        with Horizontal(id="ticks"):
            for label, ticks in columns.items():
                with Vertical():
                    yield Label(label, classes="label")
                    yield ticks
        yield self._category_row
        yield self._within_row
        yield self.title_row
        yield self.saved

    def on_mount(self) -> None:
        self._category.offer(present(self._offered.services, self._offered.tally))
        self.remark()

    @property
    def title(self) -> str:
        """The name under which it is to be saved."""
        return one_line(self._title.value)

    @property
    def chosen(self) -> ListFilter:
        """What the fields say; a distance that cannot be read is none."""
        only = self._only.ticked
        return ListFilter(
            statuses=frozenset(self._status.ticked),
            category=self._category_code,
            mine="mine" in only,
            assigned="assigned" in only,
            unsent="unsent" in only,
            conflicts="conflicts" in only,
            news="news" in only,
            within=self._meters or 0,
            sort=Sort(self._sort.ticked[0]) if self._sort.ticked else Sort.NEWEST,
        )

    @property
    def _category_code(self) -> str:
        """What is written may stand for a longer name."""
        meant = self._category.meant
        return meant.code if meant else self._category.category

    @property
    def _meters(self) -> int | None:
        """As exact as it was, while nobody has written another."""
        began = self._began.within
        if began and self._within.value == words.distance(began):
            return began
        return length.read(self._within.value)

    @property
    def is_right(self) -> bool:
        """Whether all can be read; the cursor goes to what cannot."""
        self.remark()
        if self._within_row.has_error:
            self._within.focus()
        return not self._within_row.has_error

    def remark(self) -> None:
        """Say what is to be said of what stands in the fields."""
        self._category_row.say(self._about_category())
        if self._meters is None:
            self._within_row.say(NO_LENGTH, error=True)
        elif not self._offered.has_position:
            self._within_row.say(NO_POSITION, error=self.chosen.needs_position)
        else:
            self._within_row.say("" if self._within.value else ANYWHERE)

    def _about_category(self) -> str:
        service = self._category.service or self._category.meant
        if service is None:
            return self._category.remark()
        count = self._offered.tally.categories.get(service.code, 0)
        return f"{service.name}: {words.counted(count, 'report')}"


def present(services: Services, tally: Tally) -> Services:
    """The city's categories, retired ones too that reports have, and what reports have besides."""
    counts = tally.categories
    known = [
        replace(service, retired=service.retired and service.code not in counts)
        for service in services
    ]
    codes = {service.code for service in services}
    other = [word for word in counts if word and word not in codes][:_MOST_WORDS]
    free = [Service(code=word, name=one_line(word)[:NAME_CHARACTERS]) for word in other]
    return Services((*known, *free))


def _ticks(
    name: str, choices: Mapping[str, str], ticked: Iterable[str], *, several: bool = True
) -> Ticks:
    return Ticks(
        [Choice(key, text) for key, text in choices.items()], ticked, several=several, id=name
    )


def _statuses(tally: Tally, chosen: ListFilter) -> dict[str, str]:
    """Those of this program, then the commonest others, and whatever is chosen."""
    found = list(dict.fromkeys([*Status, *tally.statuses]))[:_MOST_STATUSES]
    offered = dict.fromkeys([*found, *sorted(chosen.statuses)])
    return {
        str(status): f"{one_line(status)} {tally.statuses.get(status, 0):,}" for status in offered
    }


def _switches(tally: Tally) -> dict[str, str]:
    """The names of a filter's fields that are on or off, in words."""
    unsent = sum(tally.states.get(state, 0) for state in UNSENT)
    return {
        "mine": "yours",
        "assigned": "assigned to you",
        "unsent": f"not sent {unsent:,}",
        "conflicts": f"in conflict {tally.states.get(RowState.CONFLICT, 0):,}",
        "news": f"new {tally.news:,}",
    }
