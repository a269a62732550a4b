"""The filters that were kept, each with its digit."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from civictui.domain.model import Choice, ListFilter
from civictui.keys import SAVED_LINES
from civictui.widgets.bindings import bindings
from civictui.widgets.category_names import NameOf
from civictui.widgets.filter_text import named_words
from civictui.widgets.fit import fit
from civictui.widgets.form.choice_list import ChoiceList


class SavedFilters(ChoiceList, inherit_bindings=False):
    """A line each; Enter takes one. Without any it is not there."""

    BINDINGS = bindings(SAVED_LINES)

    class Opened(Message):
        """The person wants the filter with this number, counted from 1."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__([], [], several=False, id=id)
        self.display = False

    def show_filters(self, saved: Sequence[ListFilter], name_of: NameOf) -> None:
        """The cursor stays where it is, as far as there are so many."""
        self._choices = [
            Choice(str(number), named_words(chosen, name_of))
            for number, chosen in enumerate(saved, start=1)
        ]
        self.display = bool(saved)
        self.point_at(self.cursor)
        self.refresh(layout=True)

    @property
    def number(self) -> int:
        """Of the one with the cursor, counted from 1; 0 where there is none."""
        return self.cursor + 1 if self._choices else 0

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._choices):
            return Strip.blank(width, self.rich_style)
        choice, here = self._choices[y], self.has_focus and y == self.cursor
        text = fit(f"{'>' if here else ' '} {choice.key} {choice.name}", width)
        return Strip([Segment(text, Style(bold=here))], width).apply_style(self.rich_style)

    def action_tick(self) -> None:
        """What a click does, too."""
        self.action_open()

    def action_open(self) -> None:
        self.post_message(self.Opened(self.number))
