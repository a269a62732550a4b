"""The fields of a remark: what it is about, its words, its photos."""

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.widgets import Label

from civictui.domain.model import Draft
from civictui.domain.text import clean, one_line
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import TextField
from civictui.widgets.form.photo_fields import PhotoFields


class RemarkForm(ScrollableContainer, can_focus=False, inherit_bindings=False):
    """Scrolls to the field in focus where the terminal is too low for all."""

    def __init__(self, draft: Draft, about: str) -> None:
        super().__init__()
        self._about = one_line(about) or "(no description)"
        self._text = TextField(draft.description, id="description")
        self.row = FieldRow("Remark", self._text)
        self.photos = PhotoFields(draft)

    def compose(self) -> ComposeResult:
        yield Label(f"On: {self._about}", markup=False, classes="words")
        yield self.row
        yield self.photos

    def fill(self, draft: Draft) -> Draft:
        """`draft` with what the fields say."""
        return replace(
            draft,
            description=clean(self._text.text),
            photos=self.photos.list.photos,
            origins=self.photos.list.origins,
            photo_path=self.photos.path,
        )
