"""A field with its name before it and a remark below: an echo, a fact or an error."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Label

from civictui.domain.text import one_line


class Growing(Vertical):
    """A part of a form that may get more lines, or less."""

    class Grown(Message):
        """It has done so."""

    def on_resize(self) -> None:
        self.post_message(self.Grown())


class FieldRow(Growing):
    """One entry of a form. The remark takes no line while there is none."""

    def __init__(self, name: str, field: Widget) -> None:
        super().__init__(classes="field-row")
        self._label = name
        self.field = field
        self._remark = Label("", markup=False, classes="remark")

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label(self._label, classes="label")
            yield self.field
        yield self._remark

    @property
    def remark(self) -> str:
        return str(self._remark.content)

    @property
    def has_error(self) -> bool:
        return self._remark.has_class("wrong")

    def say(self, remark: str, *, error: bool = False, poor: bool = False) -> None:
        """`poor` marks what will do, but is to be looked at."""
        self._remark.set_class(error, "wrong")
        self._remark.set_class(poor, "poor")
        if one_line(remark) != self.remark:
            self._remark.update(one_line(remark))
            self._remark.display = bool(remark)
