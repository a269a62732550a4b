"""What a terminal still holds: told where it is news, and silent otherwise."""

import pytest

from civictui.domain.errors import Unreachable
from civictui.domain.model import SyncPhase, Unsent
from civictui.sync.holdings import MOST, Holdings
from tests.faults.hostile import Between
from tests.site import PASSWORD, Terminal, Watch, all_sent
from tests.sync.fake_store import FakeStore
from tests.sync.scripted import Scripted
from tests.sync.test_loop import submitted

NONE = {"unsent_reports": 0, "unsent_photos": 0, "needs_attention": 0, "drafts": 0}


async def test_it_is_told_when_it_changes_and_at_no_other_time() -> None:
    store, link = FakeStore(), Scripted([(204, None)] * 2)
    holdings = Holdings(store.opened, link)
    for _ in range(3):
        await holdings.tell()
    store.unsent, store.drafts = Unsent(reports=2, photos=3, needs_you=1), 4
    for _ in range(3):
        await holdings.tell()
    await Holdings(store.opened, link).tell()  # a later session knows what was told
    held = {"unsent_reports": 2, "unsent_photos": 3, "needs_attention": 1, "drafts": 4}
    assert [asked.json for asked in link.asked] == [NONE, held]
    assert {(asked.method, asked.path) for asked in link.asked} == {("PUT", "/v1/device")}
    assert store.values["told standing"] == held


async def test_whoever_is_barred_says_it_once_more() -> None:
    store, link = FakeStore(**{"told standing": NONE}), Scripted([(204, None)] * 2)
    holdings = Holdings(store.opened, link)
    for barred in ("", "device", "device", "", "device"):
        await holdings.tell(barred)
    assert [asked.json for asked in link.asked] == [NONE, NONE]
    assert store.writes == []


async def test_a_count_beyond_reason_is_told_as_the_most() -> None:
    store, link = FakeStore(), Scripted([(204, None)])
    store.unsent = Unsent(reports=5 * MOST)
    await Holdings(store.opened, link).tell()
    assert link.asked[0].json["unsent_reports"] == MOST


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409])
async def test_a_gateway_that_does_not_take_it_is_not_asked_again(status: int) -> None:
    store, link = FakeStore(), Scripted([(status, {"error": "not_found"})])
    holdings = Holdings(store.opened, link)
    for _ in range(3):
        await holdings.tell()
    assert len(link.asked) == 1
    assert store.values == {}


async def test_what_was_not_heard_is_told_another_time() -> None:
    answers: list[tuple[int, object] | Exception] = [
        Unreachable("no link"),
        (503, {"error": "busy"}),
        (429, {}),
        (204, None),
    ]
    store, link = FakeStore(), Scripted(answers)
    holdings = Holdings(store.opened, link)
    for _ in range(5):
        await holdings.tell()
    assert len(link.asked) == 4
    assert store.values["told standing"] == NONE


async def test_a_report_that_goes_up_at_once_costs_no_word_and_one_that_stays_does(
    between: Between, near: tuple[Terminal, Watch]
) -> None:
    terminal, watch = near
    between.seen.clear()
    await submitted(terminal, "Goes at once")
    await watch.until(lambda: all_sent(terminal))
    await watch.until_phase(terminal, SyncPhase.IDLE)
    terminal.service.sync_now()
    await watch.until(lambda: sum("_changes" in request for request in between.seen) >= 2)
    assert "PUT /v1/device" not in between.seen


async def test_an_old_gateway_costs_one_question_in_a_session(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    between.rule = lambda _, path: (404, {"error": "not_found"}) if path == "/v1/device" else None
    between.seen.clear()
    await terminal.service.lock()
    await terminal.service.unlock("demo", PASSWORD)
    await terminal.store.secrets.put("told standing", {})
    await terminal.service.lock()
    await terminal.service.sign_in("demo", PASSWORD)
    for _ in range(3):
        await submitted(terminal, "One more")
        await watch.until(lambda: all_sent(terminal))
        await watch.until_phase(terminal, SyncPhase.IDLE)
    assert between.seen.count("PUT /v1/device") == 1
