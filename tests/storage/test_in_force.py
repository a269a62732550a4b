"""The latest word on a report's status and on its assignment counts, each by itself (ADR 0044)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from civictui.domain.model import Doc, GeoPoint, Query, Report, Sort, Update
from civictui.storage.store import StoreTables
from tests.city_services import defined
from tests.storage.stores import Flat, acknowledge_all, new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreTables]:
    opened = new_store(tmp_path / "store")
    opened.submit(Report(id="r", description="Lamp", reported_by="asha", assignee="asha"), "")
    yield opened
    opened.close()


def said(
    store: StoreTables,
    key: str,
    at: str = "2026-05-04T12:00:00Z",
    status: str = "",
    assignee: str | None = None,
) -> None:
    update = Update(id=key, report="r", reported_by="demo", reported_at=at, text="said")
    store.submit(replace(update, status=status, assignee=assignee), "")


def in_force(store: StoreTables) -> tuple[str, str]:
    report = store.report("r").report
    found = store.find(Query(statuses=frozenset({report.status}), assigned=report.assignee))
    assert found == ["r"]
    return report.status, report.assignee


def test_the_document_counts_until_an_update_says_something_else(store: StoreTables) -> None:
    said(store, "a")
    assert in_force(store) == ("open", "asha")
    said(store, "b", status="closed")
    assert in_force(store) == ("closed", "asha")
    assert store.find(Query(statuses=frozenset({"open"}))) == []
    assert store.document("r").get("status", "open") == "open"


def test_status_and_assignment_are_each_by_the_latest_of_their_own(store: StoreTables) -> None:
    said(store, "a", at="2026-05-06T00:00:00Z", status="closed")
    said(store, "b", at="2026-05-05T00:00:00Z", status="open", assignee="demo")
    assert in_force(store) == ("closed", "demo")
    said(store, "c", at="2026-05-07T00:00:00Z", assignee="")
    assert in_force(store) == ("closed", "")
    assert store.find(Query(assigned="demo")) == store.find(Query(assigned="asha")) == []


def test_of_equal_times_the_higher_id_counts_however_the_time_is_written(
    store: StoreTables,
) -> None:
    said(store, "b", at="2026-05-04T12:00:00Z", status="closed")
    said(store, "a", at="2026-05-04T14:00:00+02:00", status="in progress")
    assert in_force(store)[0] == "closed"
    said(store, "c", at="soon", status="open")
    assert in_force(store)[0] == "closed"


def test_a_time_that_cannot_be_read_is_before_all_others(store: StoreTables) -> None:
    said(store, "b", at="soon", status="in progress", assignee="zoe")
    assert in_force(store) == ("in progress", "zoe")
    said(store, "a", at="1960-01-01T00:00:00Z", status="closed")
    assert in_force(store) == ("closed", "zoe")
    assert [update.id for update in store.updates("r")] == ["b", "a"]
    act(store, "c", "1970-01-01T00:00:00.000Z", assignee="asha")
    assert in_force(store) == ("closed", "asha")


def test_what_is_taken_back_is_in_force_no_more(store: StoreTables) -> None:
    said(store, "a", status="in progress")
    said(store, "b", status="closed", assignee="demo")
    store.discard_unsent("b", "demo")
    assert in_force(store) == ("in progress", "asha")
    store.discard_unsent("a", "demo")
    assert in_force(store) == ("open", "asha")


def test_an_edit_of_the_report_does_not_reopen_it(store: StoreTables) -> None:
    said(store, "a", status="closed")
    doc = store.document("r")
    store.edit(Report.from_doc({**doc, "problemDescription": "x"}), doc["_rev"], "", "asha")
    assert in_force(store) == ("closed", "asha")


def test_updates_that_come_before_their_report_count_too(tmp_path: Path) -> None:
    store = new_store(tmp_path / "early")
    body: Doc = {"type": "update", "report": "r", "status": "closed", "reportedDateTime": "2026"}
    store.take_in([{"_id": "u", "_rev": "1-a", **body}])
    store.take_in([{"_id": "r", "_rev": "1-a", "type": "report"}])
    assert in_force(store) == ("closed", "")
    store.close()


def test_a_category_is_found_by_its_code_and_its_name(store: StoreTables) -> None:
    for key, word in {"p": "hole", "q": "Pot Hole ", "s": "pot hole"}.items():
        store.submit(Report(id=key, description="x", category=word), "")
    assert store.find(Query(category="POT hole")) == ["s", "q"]
    store.take_in([{**defined("hole", service_name="Pot hole"), "_rev": "1-a"}])
    assert store.find(Query(category="pot hole")) == store.find(Query(category="hole"))
    assert store.find(Query(category="hole")) == store.find(Query(text="pot")) == ["s", "q", "p"]
    assert store.tally().categories == {"hole": 3, "": 1}
    renamed = {**defined("hole", service_name="Crater"), "_rev": "2-b"}
    store.take_in([{**renamed, "_revisions": {"start": 2, "ids": ["b", "a"]}}])
    assert store.find(Query(category="pot hole")) == ["s", "q"]
    assert store.find(Query(text="crater")) == ["p"]


def test_the_nearest_are_those_to_where_one_stands_now(tmp_path: Path) -> None:
    store = new_store(tmp_path / "near")
    for number in range(4):
        point = GeoPoint(0, number) if number else None
        store.submit(Report(id=f"{number}", description="x", point=point), "")
    near, far = GeoPoint(0, 0), GeoPoint(0, 3)
    for here, order in (near, "1230"), (far, "3210"), (near, "1230"):
        assert store.find(Query(near=here, sort=Sort.NEAREST)) == [*order]
    store.submit(Report(id="9", description="x", point=near), "")
    assert store.find(Query(near=near, sort=Sort.NEAREST)) == [*"91230"]
    assert store.find(Query(near=near, within=120_000)) == [*"91"]
    store.close()


def test_it_is_the_same_when_the_store_is_opened_again(tmp_path: Path) -> None:
    key, folder = bytearray(range(32)), tmp_path / "again"
    store = new_store(folder, bytearray(key))
    store.submit(Report(id="r", description="Lamp"), "")
    said(store, "a", status="closed", assignee="demo")
    acknowledge_all(store)
    store.close()
    again = StoreTables(folder, key, b"again".ljust(16), Flat())
    assert in_force(again) == ("closed", "demo")
    again.close()


def act(store: StoreTables, key: str, at: str, **changes: Any) -> None:
    """As a person at this terminal does it, whose clock shows `at`."""
    update = Update(id=key, report="r", reported_by="asha", reported_at=at)
    store.submit_updates([replace(update, **changes)], "")


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00.000Z", "2026-05-04T12:00:00.000Z"])
@pytest.mark.parametrize("before", ["2026-05-04T12:00:00Z", "2090-01-01T00:00:00.0009999Z"])
def test_what_a_person_says_here_overrules_what_is_in_force_whatever_the_clocks_show(
    store: StoreTables, at: str, before: str
) -> None:
    said(store, "z", at=before, status="in progress", assignee="demo")
    act(store, "b", at, status="closed")
    assert in_force(store) == ("closed", "demo")
    act(store, "a", at, assignee="")
    assert in_force(store) == ("closed", "")


def test_a_time_that_is_later_stays_and_the_last_one_there_is_too(store: StoreTables) -> None:
    said(store, "a", at="2026-05-04T12:00:00Z", status="in progress")
    act(store, "b", "2026-05-04T12:00:00.001Z", status="closed")
    act(store, "c", "2026-05-04T11:00:00.000Z", text="words alone")
    assert [one.reported_at[11:] for one in store.updates("r")] == [
        "11:00:00.000Z",
        "12:00:00Z",
        "12:00:00.001Z",
    ]
    said(store, "d", at="9999-12-31T23:59:59.999999Z", status="stuck")
    act(store, "e", "2026-05-04T13:00:00.000Z", status="open")
    assert store.updates("r")[-1].id == "d"


def test_a_blank_status_changes_nothing_and_a_page_counts_as_its_beginning(
    store: StoreTables,
) -> None:
    said(store, "a", status="closed")
    said(store, "b", status=" \n", assignee=" ")
    assert in_force(store) == ("closed", "")
    said(store, "c", status="x" * 100_000, assignee="y" * 100_000)
    assert in_force(store) == ("x" * 500, "y" * 500)
