"""The line in which a search is typed."""

from textual.message import Message

from civictui.keys import LINE_EDIT, SEARCH
from civictui.widgets.bindings import bindings
from civictui.widgets.form.line_field import LineField


class SearchField(LineField, inherit_bindings=False):
    """Enter keeps the search, Esc ends it."""

    BINDINGS = bindings(LINE_EDIT, SEARCH)

    class Left(Message):
        """The person is done typing; `keep` is whether the search stays in force."""

        def __init__(self, *, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, placeholder="any words of a report")

    def action_keep(self) -> None:
        self.post_message(self.Left(keep=True))

    def action_clear(self) -> None:
        self.value = ""
        self.post_message(self.Left(keep=False))
