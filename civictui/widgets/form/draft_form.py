"""What the forms of drafts share: they say what was written, and where the cursor is."""

from dataclasses import replace
from typing import Final, TypeAlias

from textual.containers import ScrollableContainer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from civictui.domain.model import Draft
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.photo_fields import CAPTION, PhotoFields
from civictui.widgets.form.photo_list import PhotoList

Cursor: TypeAlias = tuple[str, int]
"""The id of a field, and how many characters, or lines, of it are before the cursor.

The field for captions is that of one photo: `caption-1` is the second one's.
"""
_CAPTION: Final = f"{CAPTION}-"


class DraftForm(ScrollableContainer, can_focus=False, inherit_bindings=False):
    """Scrolls to the field in focus where the terminal is too low for all."""

    def fill(self, draft: Draft) -> Draft:
        """`draft` with what the fields say."""
        raise NotImplementedError

    @property
    def cursor(self) -> Cursor | None:
        """Where it is; None while it is in none of the fields."""
        field = self.screen.focused
        if field is None or self not in field.ancestors:
            return None
        name, offset = cursor_in(field)
        return (f"{_CAPTION}{self.query_one(PhotoList).at}" if name == CAPTION else name), offset

    def put_cursor(self, cursor: Cursor) -> bool:
        """Go on there; whether the field is there to be written in."""
        name, offset = cursor
        if name.startswith(_CAPTION):
            place = name.removeprefix(_CAPTION)
            photos = self.query_one(PhotoFields)
            return place.isdecimal() and photos.put_into_caption(int(place), offset)
        fields = (widget for widget in self.query("*") if widget.id == name and _is_shown(widget))
        field = next((widget for widget in fields if widget.focusable), None)
        if field is None:
            return False
        put_cursor(field, offset)
        field.focus()
        return True


def _is_shown(widget: Widget) -> bool:
    """Whether neither it nor what it is in is left away."""
    return all(node.display for node in widget.ancestors_with_self)


def with_cursor(draft: Draft, cursor: Cursor | None) -> Draft:
    """`draft` with the cursor there; where that is not known, it is where it was."""
    return replace(draft, at_field=cursor[0], at_offset=cursor[1]) if cursor else draft


def cursor_in(field: Widget) -> Cursor:
    """Of a field that has the focus."""
    match field:
        case TextArea(document=document, cursor_location=(line, column)):
            offset = column + sum(len(text) + 1 for text in document.lines[:line])
        case Input(cursor_position=offset):
            pass
        case ChoiceList(cursor=offset) | PhotoList(at=offset):
            pass
        case _:
            offset = 0
    return field.id or "", offset


def put_cursor(field: Widget, offset: int) -> None:
    """Behind so many characters, or on that line; at the end where there are not so many."""
    match field:
        case TextArea(document=document):
            before = "\n".join(document.lines)[:offset]
            line = before.count("\n")
            field.move_cursor((line, len(before) - before.rfind("\n") - 1))
        case Input(value=text):
            field.cursor_position = min(offset, len(text))
        case ChoiceList() | PhotoList():
            field.point_at(offset)
