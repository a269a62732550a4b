"""The questions of the category that a form names, in their order, with what was answered."""

import asyncio
from collections.abc import Mapping

from textual.widget import Widget
from textual.widgets import Label

from civictui.domain.model import NO_SERVICES, Answer, Question, Service, Services
from civictui.domain.model.answers import is_empty, is_wanting, said
from civictui.widgets.form.draft_form import cursor_in, put_cursor
from civictui.widgets.form.field_row import Growing
from civictui.widgets.form.question_row import QuestionRow


class Questions(Growing):
    """What was typed stays while it is not asked for: the category may be changed back."""

    def __init__(self, answers: Mapping[str, Answer], category: str, *, edit: bool) -> None:
        """`answers` and `category` are what the draft began with."""
        super().__init__()
        self._began = answers
        self._typed = dict(answers)
        self._category = category
        self._edit = edit
        self._services = NO_SERVICES
        self._shown: Service | None = None
        self.rows: list[QuestionRow] = []
        self._changing = asyncio.Lock()

    @property
    def answers(self) -> dict[str, Answer]:
        """All that was typed, by code; of the empty ones those that were there at the beginning."""
        typed = {**self._typed, **{row.question.code: row.answer for row in self.rows}}
        return {
            code: answer
            for code, answer in typed.items()
            if code in self._began or not is_empty(answer)
        }

    async def show(self, service: Service | None, services: Services) -> None:
        """Ask what this category asks, unless that is being asked already."""
        async with self._changing:
            self._services = services
            if service != self._shown:
                await self._ask(service)

    async def _ask(self, service: Service | None) -> None:
        self._typed, self._shown = self.answers, service
        focused = next((row for row in self.rows if row.field.has_focus), None)
        offset = cursor_in(focused.field)[1] if focused else 0
        self.rows = [
            QuestionRow(question, self._typed.get(question.code, ""), place)
            for place, question in enumerate(service.questions if service else ())
            if question.asked
        ]
        await self.remove_children()
        await self.mount_all(self._widgets(service))
        for row in self.rows:
            if focused and row.question.code == focused.question.code:
                put_cursor(row.field, offset)
                row.field.focus()

    def _widgets(self, service: Service | None) -> list[Widget]:
        """The rows, and the words that only want to be read, in the order of the definition."""
        rows = {row.question.code: row for row in self.rows}
        questions = service.questions if service else ()
        made: list[Widget] = [rows.get(q.code) or _words(q.text) for q in questions]
        left = [f"{code}: {said(None, answer)}" for code, answer in self._left(service)]
        return [*made, *([_words(f"Kept, though not asked: {'; '.join(left)}")] if left else [])]

    def _left(self, service: Service | None) -> list[tuple[str, object]]:
        """Answers that no category asks for any more."""
        asked = {question.code for known in self._services for question in known.questions}
        asked |= {question.code for question in service.questions} if service else set()
        return [
            (code, list(answer) if isinstance(answer, tuple) else answer)
            for code, answer in self._typed.items()
            if code not in asked and not is_empty(answer)
        ]

    def check(self) -> bool:
        """Say in each row what is wrong there; whether nothing is."""
        right = [self._check(row) for row in self.rows]
        return all(right)

    def _check(self, row: QuestionRow) -> bool:
        if self._edit and not row.is_touched and not is_empty(row.answer):
            return True  # it came so with the report; else it is asked again when it is saved
        return row.check(needed=self._needs(row.question))

    def _needs(self, question: Question) -> bool:
        same = self._edit and self._shown == self._services.called(self._category)
        answered = {code: answer for code, answer in self.answers.items() if not is_empty(answer)}
        return is_wanting(question, answered, self._began if same else None)


def _words(text: str) -> Label:
    return Label(text, markup=False, classes="words")
