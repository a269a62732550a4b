"""A line that knows what may be meant by what is typed into it."""

from textual.suggester import Suggester

from civictui.domain.text import folded
from civictui.widgets.form.line_field import LineField


class ProposingField(LineField, inherit_bindings=False):
    """Right takes what is shown behind the cursor; Down and Up go through all that fits."""

    def __init__(self, value: str, *, id: str) -> None:  # noqa: A002
        super().__init__(value, id=id)
        self._stem = self._proposed = ""
        """What was typed, and what was last put in its place."""
        self.suggester = _FirstFitting(self)

    def fitting(self, stem: str) -> list[str]:
        """What may be meant by `stem`, the likeliest first."""
        raise NotImplementedError

    @property
    def is_chosen(self) -> bool:
        """Whether what stands here is one of them, and nothing that was typed."""
        raise NotImplementedError

    def show(self, text: str) -> None:
        if self.value != text:
            self.value = text
            self.cursor_position = len(text)

    def action_complete(self) -> None:
        """Take the proposal, wherever the cursor is."""
        if self._suggestion:
            self.show(self._suggestion)

    def action_propose(self, step: int) -> None:
        """Write the next one that fits what was typed, or the one before."""
        if self.value != self._proposed:
            self._stem = "" if self.is_chosen else self.value
        texts = self.fitting(self._stem)
        if texts:
            here = texts.index(self.value) + step if self.value in texts else min(step, 0)
            self._proposed = texts[here % len(texts)]
            self.show(self._proposed)


class _FirstFitting(Suggester):
    """The first that begins with what is typed."""

    def __init__(self, field: ProposingField) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._field = field

    async def get_suggestion(self, value: str) -> str | None:
        start = folded(value)
        fitting = self._field.fitting(value)
        return next((text for text in fitting if folded(text).startswith(start)), None)
