"""`civictui export` in clear, and the filters that it shares with `list`."""

import asyncio
import csv
import json
import os
import stat
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from civictui.commands import export_readable, export_shift, parse
from civictui.commands import list as list_command
from civictui.commands.export_shift import began
from civictui.commands.open_file import OpenFile
from civictui.domain.errors import CivicError, StoreError, StoreFull, UsageError
from civictui.domain.model import Deed, GeoPoint, Query, Report, RowState, Shift, Sort, Unsent
from tests.disputes import clash
from tests.fakes import FakeService

NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """Three reports, one of them of the user, one with a place."""
    service = FakeService(user="demo")
    service.reader.add(
        Report(id="a", description="=1+1", reported_by="demo", reported_at="2026-11-23T10:00:00Z"),
        Report(id="b", description="Hole", status="closed", point=GeoPoint(-33.8, 151.2)),
    )
    service.reader.add(Report(id="c", description="Tree"), state=RowState.QUEUED)

    def with_service(_: object, work: Callable[[Any], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            return await work(SimpleNamespace(service=service))

        return asyncio.run(whole())

    for command in (list_command, export_readable, export_shift):
        monkeypatch.setattr(command, "with_store", with_service)
    return service


def run(*words: str) -> int:
    options = parse([*words, "--user", "demo"])
    return int(options.run(options))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


# --- filters ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["list"], ["export", "--csv", "-"]])
def test_the_filters_of_the_list_choose(service: FakeService, command: list[str]) -> None:
    chosen = [
        "--status",
        "Closed",
        "--status",
        "in progress",
        "--category",
        "lamp",
        "--search",
        "x",
    ]
    assert run(*command, *chosen, "--mine", "--assigned", "--new", "--limit", "3") == 0
    assert service.reader.queries == [
        Query(
            text="x",
            statuses=frozenset({"closed", "in progress"}),
            category="lamp",
            reporter="demo",
            assigned="demo",
            news=True,
            limit=3,
        )
    ]
    assert run(*command, "--near", "-33.8,151.2", "--within", "500") == 0
    last = service.reader.queries[-1]
    assert (last.near, last.within, last.sort) == (GeoPoint(-33.8, 151.2), 500.0, Sort.NEAREST)


def test_what_is_unsent_or_in_conflict(
    service: FakeService, capsys: pytest.CaptureFixture[str]
) -> None:
    service.reader.disputes["b"] = clash()
    assert run("export", "--csv", "-", "--unsent") == 0
    assert [row["id"] for row in rows(capsys.readouterr().out)] == ["c"]
    assert run("list", "--conflicts", "--status", "closed") == 0
    assert capsys.readouterr().out.startswith("b\t")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "--within", "500"], "--near"),
        (["list", "--within", "0", "--near", "1,2"], "no number of metres"),
        (["list", "--gone", "--mine"], "Leave the other filters out"),
        (["list", "--limit", "many"], "no number of reports"),
        (["export"], "--sealed FILE, --csv FILE"),
        (["export", "--shift", "--csv", "x.csv"], "one at a time"),
        (["export", "--shift", "--mine"], "Filters go with"),
        (["export", "--sealed", "x", "--limit", "0"], "Filters go with"),
        (["export", "--csv", "x.csv", "--hours", "3"], "go with --shift"),
        (["export", "--csv", "-", "--geojson", "-"], "one place"),
        (["export", "--csv", "x", "--geojson", "./x"], "one place"),
        (["export", "--csv", "-", "--json"], "room for one"),
        (["export", "--shift", "--hours", "nan"], "no number of hours"),
        (["export", "--shift", "--hours", "-1"], "no number of hours"),
    ],
)
def test_what_does_not_go_together_is_said(
    service: FakeService, words: list[str], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        run(*words)
    assert said in caught.value.sentence
    assert service.reader.queries == []


# --- readable files --------------------------------------------------------------------------


def test_both_forms_in_files_of_nobody_else(
    service: FakeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, places = tmp_path / "a.csv", tmp_path / "a.geojson"
    assert run("export", "--csv", str(table), "--geojson", str(places), "--json") == 0
    assert [row["id"] for row in rows(table.read_bytes().decode())] == ["a", "c", "b"]
    assert rows(table.read_bytes().decode())[0]["description"] == "'=1+1"
    features = json.loads(places.read_bytes())["features"]
    assert [feature["geometry"] is None for feature in features] == [True, True, False]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (table, places)} == {0o600}
    said = capsys.readouterr()
    assert json.loads(said.out) == {"csv": str(table), "geojson": str(places), "reports": 3}
    assert "3 reports, not sealed" in said.err


def test_no_file_is_replaced_and_none_is_followed(service: FakeService, tmp_path: Path) -> None:
    there, link = tmp_path / "a.csv", tmp_path / "b.csv"
    there.write_text("mine")
    link.symlink_to(tmp_path / "nowhere")
    for path in (there, link):
        with pytest.raises(UsageError, match="is there already"):
            run("export", "--csv", str(path))
    assert there.read_text() == "mine"
    with pytest.raises(UsageError, match="cannot be made"):
        run("export", "--csv", str(tmp_path / "no folder" / "a.csv"))


@pytest.fixture(params=["unnamed", "named"])
def _file_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has files without a name, and one that has none."""
    if request.param == "named":
        monkeypatch.setattr("civictui.commands.open_file.os.O_TMPFILE", os.O_DIRECTORY)


@pytest.mark.usefixtures("_file_system")
def test_a_file_is_whole_when_it_has_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with OpenFile(str(path)) as file:
        file.write("half")
        file.write(" and half")
    assert path.read_text() == "half and half"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="cannot be made"), OpenFile(str(path)) as file:
        file.write("other")
    assert path.read_text() == "half and half"


def test_until_it_is_whole_it_has_no_name(tmp_path: Path) -> None:
    """Whatever kills the program leaves nothing."""
    try:
        os.close(os.open(tmp_path, os.O_TMPFILE | os.O_WRONLY))
    except OSError:
        pytest.skip("this file system has no files without a name")
    with pytest.raises(KeyboardInterrupt), OpenFile(str(tmp_path / "a.csv")) as file:
        file.write("half")
        assert list(tmp_path.iterdir()) == []
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_file_system")
def test_a_file_that_is_not_whole_is_taken_away(
    service: FakeService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise StoreError("the disk is gone")

    monkeypatch.setattr(service.reader, "rows", broken)
    with pytest.raises(StoreError):
        run("export", "--csv", str(tmp_path / "a.csv"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_file_system")
def test_a_full_disk_is_said_and_leaves_nothing(
    service: FakeService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    for call in ("write", "fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(f"civictui.commands.open_file.os.{call}", full)
            with pytest.raises(StoreFull, match="No space left"):
                run("export", "--csv", str(tmp_path / "a.csv"))
        assert list(tmp_path.iterdir()) == []


def test_many_reports_are_written_in_pieces(
    service: FakeService, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(export_readable, "AT_A_TIME", 2)
    assert run("export", "--geojson", "-") == 0
    said = capsys.readouterr()
    assert [feature["id"] for feature in json.loads(said.out)["features"]] == ["a", "c", "b"]
    assert said.err.startswith("civictui: stdout has 3 reports, not sealed")


# --- the summary -----------------------------------------------------------------------------

SHIFT = Shift(
    user="demo",
    since=NOW,
    until=NOW,
    reported=(
        Deed(
            id="a",
            report="a",
            at="2026-11-23T10:00:00Z",
            title="Lamp\x1b[31m out",
            address="Mill Road",
            photos=("x", "y"),
            state=RowState.QUEUED,
        ),
    ),
    said=(
        Deed(id="u", report="b", at="", title="Hole", status="closed", assignee="", text="Done"),
    ),
    unsent=Unsent(1, 2, 410_000),
)


def test_the_summary_is_printed_for_a_person(
    service: FakeService, capsys: pytest.CaptureFixture[str]
) -> None:
    service.summary = SHIFT
    assert run("export", "--shift", "--hours", "2.5") == 0
    (_, since) = service.calls[-1]
    assert isinstance(since, datetime)
    assert timedelta(hours=2.4) < datetime.now(UTC) - since < timedelta(hours=2.6)
    said = capsys.readouterr().out.splitlines()
    assert "Reported: 1, 1 not sent yet" in said
    assert said[3].endswith("  2 photos: Lamp out, Mill Road; not sent yet")
    assert "Said about reports: 1, 1 report closed" in said
    assert "  no date  closed, assigned to nobody: Hole “Done”; sent" in said
    assert "Not sent: 1 report, 2 photos 410 kB" in said
    assert said[-1] == "Nothing needs you."


def test_the_summary_for_a_program(
    service: FakeService, capsys: pytest.CaptureFixture[str]
) -> None:
    service.summary = SHIFT
    assert run("export", "--shift", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["user"] == "demo"
    assert (told["photos"], told["not_sent"], told["closed"]) == (2, 1, ["b"])
    assert told["unsent"] == {"reports": 1, "photos": 2, "bytes": 410_000}
    assert told["said"][0]["assignee"] == ""
    assert "assignee" not in told["reported"][0]
    assert told["reported"][0]["state"] == "queued"


@pytest.mark.parametrize(
    ("since", "hours_ago"),
    [("2026-11-23T12:30+00:00", 4.0), ("2026-11-23T16:30:00Z", 0.0), ("20260101T00Z", None)],
)
def test_a_time_is_read(since: str, hours_ago: float | None) -> None:
    if hours_ago is None:
        with pytest.raises(UsageError, match="is no time"):
            began(since, None, NOW)
    else:
        assert began(since, None, NOW) == NOW - timedelta(hours=hours_ago)


def test_a_time_of_day_is_the_last_one() -> None:
    local = NOW.astimezone()
    for minutes in (-1, 1):
        at = local + timedelta(minutes=minutes)
        ago = timedelta(minutes=-minutes) if minutes < 0 else timedelta(hours=24, minutes=-minutes)
        assert began(f"{at:%H:%M}", None, NOW) == NOW - ago
    assert began("7:30", None, NOW) == began("07:30", None, NOW)


@pytest.mark.parametrize("since", ["", "soon", "25:00", "07:30+02:00", "2026-13-01"])
def test_what_is_no_time_is_said(since: str) -> None:
    with pytest.raises(CivicError, match="is no time"):
        began(since, None, NOW)


def test_a_time_to_come_or_long_past_is_refused() -> None:
    with pytest.raises(UsageError, match="still to come"):
        began("2026-11-25", None, NOW)
    with pytest.raises(UsageError, match="more than a year ago"):
        began("2025-11-20", None, NOW)
