"""Answers to the questions of a category: as they are written in a field, stored, and shown.

A report has them as `attributes: {code: value}`. A value is a text, a number, or for several
choices a list of their keys; a date is `2026-11-20` or RFC 3339 in UTC. Whatever else comes from
elsewhere is shown as it is, cannot be written in a field, and goes back as it came.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from civictui.domain.errors import UsageError
from civictui.domain.model.services import Kind, Question, Service
from civictui.domain.model.values import is_number, now_text, read_time
from civictui.domain.text import clean, one_line

Answer: TypeAlias = str | tuple[str, ...]
"""As it is typed, or the keys of what is ticked."""

ANSWER_CHARACTERS: Final = 5_000
SHOWN_CHARACTERS: Final = 2_000
_NUMBER = re.compile(r"[+-]?(\d{1,15}([.,]\d{0,15})?|[.,]\d{1,15})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def written(value: object) -> Answer | None:
    """A stored value as a field has it; None for one that no field can have."""
    if isinstance(value, str):
        return value
    if is_number(value):
        return str(value)
    if isinstance(value, list | tuple) and value and all(isinstance(key, str) for key in value):
        return tuple(value)
    return None


def answers_of(attributes: Mapping[str, Any]) -> dict[str, Answer]:
    """Those of a report that a field can have."""
    found = {code: written(value) for code, value in attributes.items()}
    return {code: answer for code, answer in found.items() if answer}


def answers_from(value: object) -> dict[str, Answer]:
    """Read those of a draft: an empty one is one that was taken away."""
    listed = value if isinstance(value, Mapping) else {}
    found = {code: written(answer) for code, answer in listed.items()}
    return {code: answer for code, answer in found.items() if answer is not None}


def is_empty(answer: Answer | None) -> bool:
    return not (answer.strip() if isinstance(answer, str) else answer)


def value_of(question: Question, answer: Answer) -> Any:
    """What is stored for a typed answer that is not empty. Raises UsageError."""
    match question.kind:
        case Kind.MANY:
            keys = (answer,) if isinstance(answer, str) else answer
            return [_chosen(question, key) for key in keys]
        case Kind.ONE:
            return _chosen(question, _single(question, answer))
        case Kind.NUMBER:
            return _number(question, _single(question, answer))
        case Kind.DATE:
            return _date(question, _single(question, answer))
        case Kind.TEXT:
            return _short(question, clean(_single(question, answer)).strip())
    return _short(question, one_line(_single(question, answer)))


def is_wanting(
    question: Question, answers: Mapping[str, Any], before: Mapping[str, Any] | None
) -> bool:
    """Whether a required answer is not there.

    `before` is what an edit of the same category began with, else None: who changes an address need
    not answer a question that was not asked when the report was written.
    """
    has = question.code in answers
    return question.required and not has and (before is None or question.code in before)


def missing(question: Question) -> UsageError:
    """What to say where a required answer is not there."""
    return UsageError(f"“{question.text}” needs an answer", _HOW[question.kind])


def said(question: Question | None, value: object) -> str:
    """A stored value for a person, by the names of the choices where these are known."""
    if isinstance(value, list):
        return ", ".join(said(question, item) for item in value[:SHOWN_CHARACTERS])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        shown = question.name_of(value) if question else value
        if question and question.kind is Kind.DATE and "T" in value:
            shown = _moment(value)
    else:
        shown = "" if value is None else json.dumps(value, ensure_ascii=False)
    return one_line(shown[: 2 * SHOWN_CHARACTERS])[:SHOWN_CHARACTERS]


def answered(attributes: Mapping[str, Any], service: Service | None) -> list[tuple[str, str]]:
    """(question, answer) in words: those that the category asks, in its order, then all others."""
    questions = {question.code: question for question in service.questions} if service else {}
    codes = [*(code for code in questions if code in attributes)]
    codes += [code for code in attributes if code not in questions]
    return [
        (
            questions[code].text if code in questions else one_line(code[:SHOWN_CHARACTERS]),
            said(questions.get(code), attributes[code]),
        )
        for code in codes
    ]


_HOW: Final = {
    Kind.STRING: "Write what is asked for.",
    Kind.TEXT: "Write what is asked for.",
    Kind.NUMBER: "Write a number, such as 12 or 3.5.",
    Kind.DATE: "Write a date, such as 2026-11-20 or 2026-11-20 14:30.",
    Kind.ONE: "Choose one of the answers.",
    Kind.MANY: "Choose one of the answers, or several.",
}


def _single(question: Question, answer: Answer) -> str:
    if isinstance(answer, str):
        return answer
    if len(answer) != 1:
        raise UsageError(f"“{question.text}” has one answer", _HOW[question.kind])
    return answer[0]


def _chosen(question: Question, text: str) -> str:
    """The key of a choice that is named by its key or its name."""
    for choice in question.choices:
        if text in (choice.key, choice.name):
            return choice.key
    names = ", ".join(choice.key for choice in question.choices)
    raise UsageError(
        f"“{question.text}” has no answer “{one_line(text)[:60]}”", f"Choose of: {names[:200]}."
    )


def _number(question: Question, text: str) -> int | float:
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        raise UsageError(f"“{question.text}” needs a number", _HOW[Kind.NUMBER])
    plain = plain.replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def _date(question: Question, text: str) -> str:
    """A day as it is written; a time of day on the clock of this place unless it says its own."""
    plain = one_line(text)
    try:
        if _DAY.fullmatch(plain):
            return date.fromisoformat(plain).isoformat()
        if _DAY.match(plain):
            return now_text(datetime.fromisoformat(plain).astimezone())
    except (ValueError, OverflowError, OSError):
        pass
    raise UsageError(f"“{question.text}” needs a date", _HOW[Kind.DATE])


def _moment(text: str) -> str:
    time = read_time(text)
    try:
        return time.astimezone().strftime("%Y-%m-%d %H:%M") if time else text
    except (OverflowError, OSError):
        return text


def _short(question: Question, text: str) -> str:
    if len(text) > ANSWER_CHARACTERS:
        limit = f"The answer to “{question.text}” is longer than {ANSWER_CHARACTERS} characters"
        raise UsageError(limit, "Shorten it.")
    return text
