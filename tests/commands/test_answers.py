"""Answers on the command line: given, shown by name, and taken away."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from civictui.clock import SystemClock
from civictui.commands import answers, edit, new, parse, show
from civictui.domain.errors import UsageError
from civictui.domain.model import Draft, Report
from tests.city_services import services
from tests.fakes import FakeService

REPORT = Report(
    id="r1",
    reported_by="demo",
    description="Dark",
    category="street-light",
    attributes={"pole": 12, "fault": "out", "odd": {"a": "\x1b[31m"}},
)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    service = FakeService(user="demo")
    service.reader.city = services()
    service.reader.add(REPORT)
    client = SimpleNamespace(service=service, clock=SystemClock())

    def with_store(_: object, work: Callable[[Any], Any]) -> Any:
        return asyncio.run(work(client))

    for command in (new, edit, show):
        monkeypatch.setattr(command, "with_store", with_store)
    return service


def run(*words: str) -> int:
    options: Any = parse([*words, "--user", "demo"])
    return int(options.run(options))


def submitted(service: FakeService) -> Draft:
    (draft,) = service.called("submit")
    assert isinstance(draft, Draft)
    return draft


def test_several_of_the_same_code_are_several_choices() -> None:
    said = answers.answers_of(["a=1", "b=x=y", "a=2", "c=", "a=3"])
    assert said == {"a": ("1", "2", "3"), "b": "x=y", "c": ""}
    for word in ("a", "=1", ""):
        with pytest.raises(UsageError, match="is no answer"):
            answers.answers_of([word])


def test_a_new_report_has_them(service: FakeService, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--description", "Dark", "--category", "street-light")
    assert run("new", *words, "--answer", "fault=out", "--answer", "pole=12") == 0
    assert submitted(service).answers == {"fault": "out", "pole": "12"}


def test_an_edit_changes_those_that_are_named(
    service: FakeService, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("edit", "r1", "--answer", "pole=") == 0
    assert submitted(service).answers == {"fault": "out", "pole": ""}


def test_show_names_questions_and_answers(
    service: FakeService, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("show", "r1") == 0
    said = capsys.readouterr().out
    assert "category  Street Light (street-light)" in said
    assert "answer    What is wrong with it?: It is out\n" in said
    assert "answer    Number on the pole: 12\n" in said
    assert "\x1b" not in said
