"""What is gone, what it said before, and its way back, on the command line."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from civictui.commands import list as list_command
from civictui.commands import parse, restore, show
from civictui.domain.errors import NotFound, UsageError
from civictui.domain.model import EarlierVersion, Report, RowState
from tests.disputes import BEFORE, clash, disputed, earlier, of_others
from tests.fakes import FakeService


def gone(key: str, said: str) -> EarlierVersion:
    version = earlier("2-b", "withdrawn", problemDescription=said)
    return replace(version, id=key, body={**version.body, "_id": key})


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """A store with one report that is there and two that are gone."""
    service = FakeService(user="demo")
    service.reader.add(Report.from_doc(BEFORE), state=RowState.SENT)
    service.reader.lost = [gone("r2", "Hole\tin the road"), gone("r3", "Tree")]
    service.reader.put_away = {
        "r1": [replace(earlier("1-a"), id="r1")],
        "r3": [gone("r3", "Tree"), replace(gone("r3", "Bush"), rev="1-a", why="edited")],
    }
    over(monkeypatch, service)
    return service


def over(monkeypatch: pytest.MonkeyPatch, service: FakeService) -> None:
    """Have the commands work on `service` in the place of a store."""

    def with_service(_: object, work: Callable[[Any], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            return await work(SimpleNamespace(service=service))

        return asyncio.run(whole())

    for command in (list_command, restore, show):
        monkeypatch.setattr(command, "with_store", with_service)


def run(*words: str) -> int:
    options = parse([*words, "--user", "demo"])
    return int(options.run(options))


def test_what_is_gone_is_listed_a_line_each(
    service: FakeService, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("list", "--gone") == 0
    first, second = capsys.readouterr().out.splitlines()
    at = service.reader.lost[0].at
    assert first.split("\t") == ["r2", "withdrawn", at, "Hole in the road", "1 Main St"]
    assert second.startswith("r3\t")


@pytest.mark.parametrize(
    ("words", "ids"),
    [((), ["r2", "r3"]), (("--search", "TREE"), ["r3"]), (("--limit", "1"), ["r2"])],
)
def test_what_is_gone_is_found_and_limited(
    service: FakeService,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    ids: list[str],
) -> None:
    assert run("list", "--gone", "--json", *words) == 0
    found = json.loads(capsys.readouterr().out)
    assert [doc["_id"] for doc in found] == ids
    assert {(doc["_rev"], doc["_gone"]) for doc in found} == {("2-b", "withdrawn")}


@pytest.mark.usefixtures("service")
def test_what_is_gone_is_nowhere_near() -> None:
    with pytest.raises(UsageError):
        run("list", "--gone", "--near", "1,2")
    with pytest.raises(UsageError):
        run("list", "--gone", "--conflicts")


@pytest.mark.parametrize(
    ("words", "restored"),
    [
        (("r2",), ("r2", "2-b")),
        (("r3",), ("r3", "2-b")),
        (("r3", "--rev", "1-a"), ("r3", "1-a")),
        (("r1", "--rev", "1-a"), ("r1", "1-a")),
    ],
)
def test_a_version_is_brought_back(
    service: FakeService,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    restored: tuple[str, str],
) -> None:
    assert run("restore", *words) == 0
    assert service.called("restore") == [restored]
    assert json.loads(capsys.readouterr().out) == {"id": restored[0], "rev": restored[1]}


def test_what_is_not_gone_needs_a_revision_and_what_is_unknown_is_said(
    service: FakeService,
) -> None:
    with pytest.raises(UsageError, match="not gone"):
        run("restore", "r1")
    with pytest.raises(NotFound):
        run("restore", "nowhere")
    assert not service.called("restore")


@pytest.mark.usefixtures("service")
def test_the_versions_of_a_report_are_shown_also_where_it_is_gone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("show", "r3", "--versions") == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [(line[0], line[1], line[3]) for line in lines] == [
        ("2-b", "withdrawn", "Tree"),
        ("1-a", "edited", "Bush"),
    ]
    assert run("show", "r3", "--versions", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [version["rev"] for version in found] == ["2-b", "1-a"]
    with pytest.raises(NotFound):
        run("show", "nowhere", "--versions")


# --- conflicts for a person ---


def test_a_conflict_is_shown_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    over(monkeypatch, disputed(clash()))
    assert run("show", "r1") == 0
    said = capsys.readouterr().out
    assert "category: lamp" in said
    assert "problemDescription: The lamp blinks" in said
    assert "{" not in said
    assert "neither is yours" not in said


def test_nothing_is_called_mine_without_a_word_where_it_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    over(monkeypatch, disputed(of_others()))
    assert run("show", "r1") == 0
    said = capsys.readouterr().out
    assert "neither is yours: mine is the one shown above, theirs the other one" in said
    assert said.index("neither is yours") < said.index("changed by asha")
