"""Two terminals that changed the same report: merged where they can be, else asked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from civictui.domain.errors import NotFound, UsageError
from civictui.domain.merge import Side
from civictui.domain.model import Report, RowState
from civictui.storage.store import StoreTables
from tests.storage.replicas import meet, state, tell
from tests.storage.stores import new_store, submit

KEY = "r1"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[StoreTables, StoreTables]]:
    """Asha's and Bo's stores, both with Asha's report."""
    one, other = new_store(tmp_path / "one"), new_store(tmp_path / "other")
    submit(one, photo=False)
    meet(one, other)
    yield one, other
    one.close()
    other.close()


def edit(store: StoreTables, user: str, **changes: Any) -> None:
    """What a person does to the report as it is seen there now."""
    doc = store.document(KEY)
    store.edit(replace(Report.from_doc(doc), **changes), doc["_rev"], "", user)


def shown(store: StoreTables) -> Report:
    return store.report(KEY).report


def test_different_fields_are_merged_alike_on_both_sides(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, other = pair
    edit(one, "asha", status="closed")
    edit(other, "bo", address="2 Main St")
    meet(one, other)
    assert (one.merge(), other.merge()) == (1, 1)
    assert state(one) == state(other)
    assert (shown(one).status, shown(one).address) == ("closed", "2 Main St")
    assert one.conflicts() == other.conflicts() == []
    assert one.unsent().reports == 1


def test_the_same_change_is_one_version(pair: tuple[StoreTables, StoreTables]) -> None:
    one, other = pair
    edit(one, "asha", status="closed")
    edit(other, "bo", status="closed")
    meet(one, other)
    one.merge()
    meet(one, other)
    assert other.merge() == 0
    assert state(one) == state(other)
    assert shown(other).status == "closed"


def test_a_clash_stays_until_somebody_settles_it(pair: tuple[StoreTables, StoreTables]) -> None:
    one, other = pair
    edit(one, "asha", status="closed", address="1 A St")
    edit(other, "bo", status="fixed")
    meet(one, other)
    assert (one.merge(), other.merge()) == (0, 0)
    assert one.report(KEY).state is RowState.CONFLICT
    asked = one.conflict(KEY, "asha")
    assert asked is not None
    assert (asked.mine.by, asked.theirs.by) == ("asha", "bo")
    assert asked.before is not None
    assert asked.before["status"] == "open"

    one.settle(asked, asked.settled({"status": Side.THEIRS}), "asha")
    meet(one, other)
    assert state(one) == state(other)
    assert other.conflicts() == []
    assert (shown(other).status, shown(other).address) == ("fixed", "1 A St")
    lost = {version.body["status"] for version in one.versions(KEY)}
    assert lost == {"open", "closed", "fixed"}


def test_what_changed_since_is_not_settled_unseen(pair: tuple[StoreTables, StoreTables]) -> None:
    one, other = pair
    edit(one, "asha", status="closed")
    edit(other, "bo", status="fixed")
    meet(one, other)
    asked = one.conflict(KEY, "asha")
    assert asked is not None
    one.settle(asked, asked.mine.body, "asha")
    before = state(one)
    with pytest.raises(UsageError):
        one.settle(asked, asked.theirs.body, "asha")
    assert state(one) == before


def test_an_edit_against_a_withdrawal_is_asked_and_kept(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, other = pair
    one.withdraw(KEY, "asha")
    edit(other, "bo", status="fixed")
    assert one.count() == 0
    meet(one, other)
    assert (one.merge(), other.merge()) == (0, 0)
    for store, user in ((one, "asha"), (other, "bo")):
        asked = store.conflict(KEY, user)
        assert asked is not None
        assert asked.withdrawn
        assert (asked.mine.body is None) is (user == "asha")
    asked = other.conflict(KEY, "bo")
    assert asked is not None
    assert asked.theirs.by == "asha"
    other.settle(asked, asked.mine.body, "bo")
    meet(one, other)
    assert one.conflicts() == other.conflicts() == []
    assert shown(one).status == "fixed"


def test_an_edit_against_a_withdrawal_can_go(pair: tuple[StoreTables, StoreTables]) -> None:
    one, other = pair
    one.withdraw(KEY, "asha")
    edit(other, "bo", status="fixed")
    meet(one, other)
    asked = other.conflict(KEY, "bo")
    assert asked is not None
    other.settle(asked, None, "bo")
    meet(one, other)
    assert (one.count(), other.count()) == (0, 0)
    assert state(one) == state(other)
    assert "fixed" in {version.body["status"] for version in other.versions(KEY)}


def test_three_versions_are_merged_one_by_one(tmp_path: Path) -> None:
    stores = [new_store(tmp_path / name) for name in ("a", "b", "c")]
    submit(stores[0], photo=False)
    for other in stores[1:]:
        meet(stores[0], other)
    for store, change in zip(stores, ("status", "address", "category"), strict=True):
        edit(store, change, **{change: f"by {change}"})
    for one in stores:
        for other in stores:
            if one is not other:
                meet(one, other)
                one.merge()
                other.merge()
    for other in stores[1:]:
        meet(stores[0], other)
    for store in stores:
        assert state(store) == state(stores[0])
        assert store.conflicts() == []
        report = shown(store)
        assert (report.status, report.address, report.category) == (
            "by status", "by address", "by category",
        )  # fmt: skip
    for store in stores:
        store.close()


def test_a_tombstone_of_a_program_that_says_nothing(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, _ = pair
    base = one.document(KEY)["_rev"]
    edit(one, "asha", status="closed")
    tombstone = {"_id": KEY, "_rev": "2-0", "_deleted": True}
    history = {"start": 2, "ids": ["0", base.partition("-")[2]]}
    assert one.documents.bulk_docs([{**tombstone, "_revisions": history}]) == []
    asked = one.conflict(KEY, "asha")
    assert asked is not None
    assert asked.theirs.body is None
    merged = {"_id": KEY, "_rev": "3-0", "_deleted": True, "mergedInto": asked.mine.rev}
    history = {"start": 3, "ids": ["0", "0", base.partition("-")[2]]}
    assert one.documents.bulk_docs([{**merged, "_revisions": history}]) == []
    assert one.conflict(KEY, "asha") is None
    assert one.conflicts() == []


def test_what_others_delete_is_kept_for_a_while(pair: tuple[StoreTables, StoreTables]) -> None:
    one, other = pair
    one.withdraw(KEY, "asha")
    meet(one, other)
    (kept,) = other.versions(KEY)
    assert (kept.why, kept.body["problemDescription"]) == ("withdrawn", "Lamp out")
    one.restore(KEY, one.versions(KEY)[0].rev, "asha")
    meet(one, other)
    assert shown(other).description == "Lamp out"
    with pytest.raises(NotFound):
        one.restore(KEY, "7-x", "asha")


def test_one_withdraws_only_what_is_there(pair: tuple[StoreTables, StoreTables]) -> None:
    one, _ = pair
    one.withdraw(KEY, "asha")
    with pytest.raises(NotFound):
        one.withdraw(KEY, "asha")
    with pytest.raises(NotFound):
        one.withdraw("nothing", "asha")


def test_an_edit_of_what_was_merged_away_meanwhile_does_not_clash_with_itself(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, other = pair
    edit(one, "asha", category="lamp")
    edit(other, "bo", description="Lamp out, and dark")
    edit_of_it = one.document(KEY)
    tell(one, other)
    other.merge()
    report = replace(Report.from_doc(edit_of_it), category="lamp, double")
    one.edit(report, edit_of_it["_rev"], "", "asha")
    meet(one, other)
    one.merge()
    meet(one, other)
    assert one.conflicts() == other.conflicts() == []
    assert (shown(other).category, shown(other).description) == (
        "lamp, double", "Lamp out, and dark",
    )  # fmt: skip


def test_what_nobody_should_merge_stays_a_conflict(pair: tuple[StoreTables, StoreTables]) -> None:
    one, _ = pair
    base = one.document(KEY)
    edit(one, "asha", status="closed")
    docs = []
    for number in range(20):
        history = {"start": 2, "ids": [f"{number:032x}", base["_rev"].partition("-")[2]]}
        docs.append(
            {**base, f"note{number}": "x", "_rev": f"2-{number:032x}", "_revisions": history}
        )
    assert one.documents.bulk_docs(docs) == []
    before = state(one)
    assert one.merge() == 0
    assert state(one) == before
    assert one.conflict(KEY, "asha") is not None


def test_a_generation_beyond_reason_is_refused(pair: tuple[StoreTables, StoreTables]) -> None:
    one, _ = pair
    doc = {**one.document(KEY), "_rev": "999999999-a"}
    (failure,) = one.documents.bulk_docs([doc])
    assert failure.error == "bad_request"


@pytest.mark.parametrize("keep", [True, False])
def test_a_settlement_that_is_taken_back_is_asked_again(
    pair: tuple[StoreTables, StoreTables], keep: bool
) -> None:
    one, other = pair
    if keep:
        one.withdraw(KEY, "asha")
    else:
        edit(one, "asha", status="closed")
    edit(other, "bo", status="fixed")
    meet(one, other)
    before = state(other)
    asked = other.conflict(KEY, "bo")
    assert asked is not None
    other.settle(asked, asked.mine.body, "bo")
    other.discard_unsent(KEY, "asha")
    assert state(other) == before
    assert other.conflict(KEY, "bo") == asked
    assert other.unsent().nothing


def test_a_report_that_becomes_something_else_is_kept(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, _ = pair
    base = one.document(KEY)
    gone = {"_id": KEY, "_rev": "2-a", "type": "gone"}
    history = {"start": 2, "ids": ["a", base["_rev"].partition("-")[2]]}
    assert one.documents.bulk_docs([{**gone, "_revisions": history}]) == []
    assert one.count() == 0
    assert [version.body["problemDescription"] for version in one.versions(KEY)] == ["Lamp out"]


def test_who_brings_a_withdrawn_report_back_is_not_asked(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, other = pair
    one.withdraw(KEY, "asha")
    edit(other, "bo", status="fixed")
    meet(one, other)
    asked = one.conflict(KEY, "asha")
    assert asked is not None
    one.settle(asked, None, "asha")
    meet(one, other)
    assert [version.id for version in one.gone()] == [KEY]
    assert other.gone()[0].body["status"] == "fixed"
    one.restore(KEY, one.gone()[0].rev, "asha")
    meet(one, other)
    assert one.conflicts() == other.conflicts() == []
    assert one.gone() == other.gone() == []
    assert shown(other).status == "fixed"


def test_my_version_that_another_settled_away_is_in_my_history(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, other = pair
    edit(one, "asha", status="closed")
    edit(other, "bo", status="fixed")
    meet(one, other)
    for store, user in ((one, "asha"), (other, "bo")):
        asked = store.conflict(KEY, user)
        assert asked is not None
        store.settle(asked, asked.mine.body, user)
    meet(one, other)
    for store in (one, other):
        store.merge()
        said = {version.body["status"] for version in store.versions(KEY)}
        said.add(shown(store).status)
        asked = store.conflict(KEY, "x")
        if asked is not None and asked.theirs.body is not None:
            said.add(asked.theirs.body["status"])
        assert said >= {"closed", "fixed"}


@pytest.mark.parametrize("body", [{"type": "report"}, {"reportedBy": "asha"}])
def test_a_report_that_is_emptied_is_kept(
    pair: tuple[StoreTables, StoreTables], body: dict[str, str]
) -> None:
    one, _ = pair
    base = one.document(KEY)
    history = {"start": 2, "ids": ["a", base["_rev"].partition("-")[2]]}
    emptied = {"_id": KEY, "_rev": "2-a", **body, "_revisions": history}
    assert one.documents.bulk_docs([emptied]) == []
    assert [version.body["problemDescription"] for version in one.versions(KEY)] == ["Lamp out"]
