"""Definitions and answers as they are read: whatever comes, and never more than is shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.errors import UsageError
from civictui.domain.model import Draft, Kind, Question, Report, Service, Services
from civictui.domain.model.answers import answered, answers_of, said, value_of
from civictui.domain.model.services import (
    MOST_CHOICES,
    MOST_QUESTIONS,
    MOST_SERVICES,
    TEXT_CHARACTERS,
)
from civictui.domain.text import one_line
from tests.city_services import defined, documents, services

NAMES = (
    "_id", "service_code", "service_name", "description", "group", "keywords", "attributes",
    "retired", "code", "order", "datatype", "required", "datatype_description", "values", "key",
    "name", "variable",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["\x1b]52;c;AAAA\x07", "\u202eabc", "singlevaluelist", "number", "a\nb", "a"]),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | TEXTS, inner, max_size=6)
    ),
    max_leaves=25,
)
DOCS = st.dictionaries(st.sampled_from(NAMES), VALUES)


def texts_of(service: Service) -> list[str]:
    found = [service.code, service.name, service.description, service.group, *service.keywords]
    for question in service.questions:
        found += [question.code, question.text, question.hint]
        found += [text for choice in question.choices for text in (choice.key, choice.name)]
    return found


@given(DOCS)
def test_whatever_comes_is_read_or_is_none(doc: dict[str, Any]) -> None:
    service = Service.from_doc(doc)
    if service is None:
        return
    assert all(text == one_line(text) for text in texts_of(service))
    assert all(len(text) <= TEXT_CHARACTERS for text in texts_of(service))
    assert all(question.choices for question in service.questions if "list" in question.kind)
    assert len({question.code for question in service.questions}) == len(service.questions)
    known = Services.of([service])
    assert known.called(service.code) == service
    assert known.coded(service.code) == service


@given(DOCS, st.dictionaries(TEXTS, VALUES, max_size=5))
def test_any_answers_are_shown_and_go_back_as_they_came(
    doc: dict[str, Any], attributes: dict[str, Any]
) -> None:
    for question, answer in answered(attributes, Service.from_doc(doc)):
        assert one_line(f"{question}: {answer}") == f"{question}: {answer}".strip()
    report = Report.from_doc({"_id": "r", "type": "report", "attributes": attributes})
    assert report.to_doc().get("attributes", {}) == attributes
    answers = answers_of(attributes)
    draft = Draft.from_doc({"id": "d", "answers": answers})
    assert draft.answers == answers
    assert Draft.from_doc(draft.to_doc()) == draft


@pytest.mark.parametrize("value", [[1, 2], "text", None, 3, []])
def test_attributes_that_are_no_answers_stay_with_the_report(value: object) -> None:
    doc = {"_id": "r", "type": "report", "attributes": value, "status": "open"}
    assert Report.from_doc(doc).to_doc() == doc
    assert Report.from_doc(doc).attributes == {}


def test_a_definition_beyond_reason_is_cut() -> None:
    choices = [{"key": str(n), "name": "x" * 5000} for n in range(10_000)]
    question = {"description": "y" * 50_000, "datatype": "singlevaluelist", "values": choices}
    doc = defined("lamp", *({"code": f"q{n}", **question} for n in range(200)))
    service = Service.from_doc(doc)
    assert service
    assert len(service.questions) == MOST_QUESTIONS
    assert len(service.questions[0].choices) == MOST_CHOICES
    assert max(map(len, texts_of(service))) == TEXT_CHARACTERS
    many = Services.of(Service(code=str(n), name=str(n)) for n in range(5_000))
    assert len(many.all) == MOST_SERVICES


def test_questions_come_in_their_order_and_those_without_one_last() -> None:
    asked = ({"code": "c"}, {"code": "b", "order": 2}, {"code": "a", "order": 1.5})
    service = Service.from_doc(defined("lamp", *asked))
    assert service
    assert [question.code for question in service.questions] == ["a", "b", "c"]


def test_a_service_is_found_by_code_name_and_words() -> None:
    city = services()
    light = city.coded("street-light")
    assert light is not None
    assert city.called("street light") == city.called("STREET-LIGHT") == light
    assert city.called("streetlight") is None
    assert [found.name for found in city.fitting("lamp")] == ["Street Light"]
    assert city.fitting("street")[0] == light
    assert len(city.fitting("")) == len(documents())


def test_a_retired_one_is_known_and_not_offered() -> None:
    city = services(defined("lamp", retired=True), defined("lamp", _id="x"), defined("tree"))
    assert [service.code for service in city.offered] == ["lamp", "tree"]
    gone = services(defined("lamp", retired=True))
    assert gone.called("lamp")
    assert not gone.fitting("lamp")


# --- answers ---


def question(kind: Kind) -> Question:
    doc = {"code": "q", "description": "Why?", "datatype": kind.value}
    values = [{"key": "a", "name": "An a"}, {"key": "b", "name": "A b"}]
    made = Question.from_doc({**doc, "values": values})
    assert made
    return made


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        (Kind.STRING, " a\tb ", "a b"),
        (Kind.TEXT, "a\nb\n", "a\nb"),
        (Kind.NUMBER, "12", 12),
        (Kind.NUMBER, "-3,5", -3.5),
        (Kind.DATE, "2026-11-20", "2026-11-20"),
        (Kind.DATE, "2026-11-20T14:30:00+01:00", "2026-11-20T13:30:00.000Z"),
        (Kind.ONE, "a", "a"),
        (Kind.ONE, "A b", "b"),
        (Kind.MANY, ("a", "b"), ["a", "b"]),
        (Kind.MANY, "a", ["a"]),
    ],
)
def test_what_is_typed_becomes_a_value(kind: Kind, answer: Any, value: object) -> None:
    assert value_of(question(kind), answer) == value


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (Kind.NUMBER, "12x"),
        (Kind.NUMBER, "1e9"),
        (Kind.NUMBER, "nan"),
        (Kind.NUMBER, "1234567890123456"),
        (Kind.DATE, "yesterday"),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "20261120"),
        (Kind.ONE, "c"),
        (Kind.ONE, ("a", "b")),
        (Kind.MANY, ("a", "c")),
        (Kind.STRING, "x" * 5_001),
    ],
)
def test_what_will_not_do_is_refused_with_what_to_do(kind: Kind, answer: Any) -> None:
    with pytest.raises(UsageError) as refused:
        value_of(question(kind), answer)
    assert refused.value.advice


def test_answers_are_shown_by_the_names_of_the_choices() -> None:
    assert said(question(Kind.MANY), ["a", "b", "c"]) == "An a, A b, c"
    assert said(None, {"a": [1, None]}) == '{"a": [1, null]}'
    assert said(None, [True, 2.5, "\x1b[31mred"]) == "yes, 2.5, red"
