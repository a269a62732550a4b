"""What a terminal still holds: told where it is news, and silent otherwise."""

import pytest

from civictui.domain.errors import SealedOtherwise, Unreachable
from civictui.domain.model import SyncPhase, Unsent
from civictui.gateway.devices.entries import Holdings as GatewayHoldings
from civictui.gateway.devices.states import DISABLED as DEVICE_DISABLED
from civictui.gateway.devices.states import SAFE
from civictui.service import new_draft
from civictui.sync.holdings import MOST, Holdings
from civictui.sync.orders import QUIET_SECONDS
from tests.faults.hostile import Between
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent
from tests.sync.fake_store import FakeStore
from tests.sync.operator import Operator
from tests.sync.scripted import Scripted
from tests.sync.test_loop import submitted

COUNTS = ("unsent_reports", "unsent_photos", "needs_attention", "drafts")
NONE = {**dict.fromkeys(COUNTS, 0), "disabled": False}
DISABLED = {"text": '{"disabled": true}', "signature": "s"}
"""A policy as it is sealed."""


async def test_it_is_told_when_it_changes_and_at_no_other_time() -> None:
    store, link = FakeStore(), Scripted([(204, None)] * 2)
    holdings = Holdings(store.opened, link)
    for _ in range(3):
        await holdings.tell()
    store.unsent, store.drafts = Unsent(reports=2, photos=3, needs_you=1), 4
    for _ in range(3):
        await holdings.tell()
    await Holdings(store.opened, link).tell()  # a later session knows what was told
    held = dict(zip(COUNTS, (2, 3, 1, 4), strict=True)) | {"disabled": False}
    assert [asked.json for asked in link.asked] == [NONE, held]
    assert {(asked.method, asked.path) for asked in link.asked} == {("PUT", "/v1/device")}
    assert store.values["told standing"] == held


async def test_a_device_that_is_disabled_says_that_it_knows_and_says_it_each_time() -> None:
    store, link = FakeStore(**{"told standing": NONE}), Scripted([(204, None)] * 3)
    holdings = Holdings(store.opened, link)
    await holdings.tell()
    store.values["policy"] = DISABLED
    for _ in range(2):
        await holdings.tell()
    del store.values["policy"]
    for _ in range(2):
        await holdings.tell()
    knowing = NONE | {"disabled": True}
    assert [asked.json for asked in link.asked] == [knowing, knowing, NONE]


async def test_what_nobody_can_look_into_is_to_be_seen_to() -> None:
    """Earlier stores of this user, and what waits in them for an earlier gateway."""
    store, link = FakeStore(elsewhere=3), Scripted([(204, None)])
    store.unsent, store.set_aside = Unsent(needs_you=1), 2
    await Holdings(store.opened, link).tell()
    assert link.asked[0].json == NONE | {"needs_attention": 6}


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


async def test_a_store_that_was_set_aside_keeps_its_device_from_being_safe(
    one: Terminal, site: Site, operator: Operator
) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock()
    site.stop()
    await one.service.sign_in("demo", PASSWORD)
    await submitted(one, "Sealed with the old password")
    await one.service.lock()
    site.start()
    site.change_password("demo", "another pass of words")
    operator.disable(one.vault.device_id())
    with pytest.raises(SealedOtherwise):
        await one.service.sign_in("demo", "another pass of words")
    assert (await one.service.set_aside()).aside == 1
    await watch.until_phase(one, SyncPhase.DISABLED)
    assert operator.states(one.vault.device_id()) == [DEVICE_DISABLED]


async def test_a_draft_of_another_person_keeps_a_device_from_being_safe(
    one: Terminal, operator: Operator
) -> None:
    watch, device = Watch(one), one.vault.device_id()
    await one.service.sign_in("asha", PASSWORD)
    await one.service.save_draft(new_draft(one.clock, description="Nobody else has these words"))
    await watch.until_phase(one, SyncPhase.IDLE)
    await one.service.lock()
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    operator.disable(device)
    for user in ("demo", "asha", "demo"):
        await one.service.lock()
        await one.service.sign_in(user, PASSWORD)
        await watch.until_phase(one, SyncPhase.DISABLED)
        assert operator.states(device) == [DEVICE_DISABLED, DEVICE_DISABLED]


async def test_a_gateway_that_takes_nothing_knows_what_waits(
    near: tuple[Terminal, Watch], between: Between, operator: Operator
) -> None:
    terminal, watch = near
    between.rule = lambda _, path: (500, {"error": "x"}) if "_bulk_docs" in path else None
    await submitted(terminal, "Stays here")
    device = terminal.vault.device_id()
    await watch.until(lambda: operator.held(device) == [GatewayHoldings(unsent_reports=1)])
    assert (await terminal.store.state.unsent()).reports == 1


async def test_words_that_are_kept_when_nothing_was_left_take_the_safe_word_back(
    near: tuple[Terminal, Watch], operator: Operator
) -> None:
    """Typed when the device was disabled: the page keeps them as a draft a moment later."""
    terminal, watch = near
    device = terminal.vault.device_id()
    operator.disable(device)
    terminal.service.sync_now()
    await watch.until_phase(terminal, SyncPhase.DISABLED)
    assert operator.states(device) == [SAFE]
    await terminal.service.save_draft(new_draft(terminal.clock, description="Half a sent"))
    await watch.until(lambda: operator.states(device) == [DEVICE_DISABLED])


async def test_a_no_that_is_not_sealed_is_nothing_that_it_knows(
    near: tuple[Terminal, Watch], between: Between, operator: Operator
) -> None:
    """It may be written on at its next start: the operator must not take it for empty."""
    terminal, watch = near
    operator.disable(terminal.vault.device_id())
    between.rule = lambda _, path: (500, {"error": "internal"}) if path == "/v1/policy" else None
    terminal.service.sync_now()
    await watch.until_phase(terminal, SyncPhase.DISABLED)
    assert operator.states(terminal.vault.device_id()) == [DEVICE_DISABLED]
    between.rule = lambda *_: None
    terminal.service.sync_now()
    await watch.until(lambda: terminal.service.barred == "device")
    await watch.until_phase(terminal, SyncPhase.DISABLED)
    assert operator.states(terminal.vault.device_id()) == [SAFE]


async def test_a_gateway_that_is_silent_when_told_keeps_what_is_new_back_for_seconds() -> None:
    """The next round waits for it, on a line that may have said all it has to say."""
    store, link = FakeStore(), Scripted([Unreachable("no answer in time")])
    await Holdings(store.opened, link).tell()
    assert [asked.silence for asked in link.asked] == [QUIET_SECONDS]
