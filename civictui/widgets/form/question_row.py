"""One question of a category in a form: its words, a field for the answer, and a remark."""

from typing import Final, cast

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Label

from civictui.domain.errors import UsageError
from civictui.domain.model import Answer, Kind, Question
from civictui.domain.model.answers import is_empty, missing, value_of
from civictui.domain.text import clean, one_line
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.text_field import TextField

ANSWER: Final = "answer-"
"""The ids of the answers' fields begin with it; the place of the question follows."""
_PLACEHOLDERS = {
    Kind.NUMBER: "a number",
    Kind.DATE: "a date, such as 2026-11-20",
}


class QuestionRow(FieldRow):
    """The question takes lines of its own: it is a sentence, where other fields have a word."""

    def __init__(self, question: Question, answer: Answer, place: int) -> None:
        super().__init__(question.text, _field(question, answer, f"{ANSWER}{place}"))
        self.add_class("question")
        self.question = question
        self._began = answer

    def compose(self) -> ComposeResult:
        needed = " (needs an answer)" if self.question.required else ""
        yield Label(f"{self.question.text}{needed}", markup=False, classes="label")
        yield self.field
        yield self._remark

    def on_mount(self) -> None:
        self.say(self.question.hint)

    def on_descendant_focus(self) -> None:
        self.call_after_refresh(self._bring_into_sight)

    def _bring_into_sight(self) -> None:
        """The question with its answer; of a long list of answers, the one with the cursor."""
        self.scroll_visible(animate=False, force=True)
        if isinstance(self.field, ChoiceList):
            self.field.bring_into_sight()

    @property
    def answer(self) -> Answer:
        """What the field says; as it was, byte for byte, where nobody has changed it."""
        match self.field:
            case ChoiceList(ticked=ticked):
                several = self.question.kind is Kind.MANY
                said: Answer = ticked if several and ticked else "".join(ticked[:1])
                unchanged = set(ticked) == set(_keys(self._began))
            case TextField(text=text):
                said, unchanged = clean(text), clean(text) == clean(_text(self._began))
            case field:
                said = one_line(cast(LineField, field).value)
                unchanged = said == one_line(_text(self._began))
        return self._began if unchanged else said

    @property
    def is_touched(self) -> bool:
        return self.answer != self._began

    def check(self, *, needed: bool) -> bool:
        """Say what is wrong with the answer; whether nothing is."""
        answer = self.answer
        try:
            if not is_empty(answer):
                value_of(self.question, answer)
            elif needed:
                raise missing(self.question)
        except UsageError as error:
            self.say(error.advice, error=True)
            return False
        self.say(self.question.hint)
        return True


def _field(question: Question, answer: Answer, name: str) -> Widget:
    match question.kind:
        case Kind.ONE | Kind.MANY:
            several = question.kind is Kind.MANY
            return ChoiceList(question.choices, _keys(answer), several=several, id=name)
        case Kind.TEXT:
            return TextField(_text(answer), id=name)
    return LineField(_text(answer), id=name, placeholder=_PLACEHOLDERS.get(question.kind, ""))


def _text(answer: Answer) -> str:
    return answer if isinstance(answer, str) else ", ".join(answer)


def _keys(answer: Answer) -> tuple[str, ...]:
    keys = (answer,) if isinstance(answer, str) else answer
    return tuple(key for key in keys if key)
