"""The policy in force: sealed at a sign-in, read at each unlocking, replaced by the loop's word."""

import json
from pathlib import Path

import pytest

from civictui.domain.errors import StoreError, StoreFull
from civictui.domain.events import PolicyChanged
from civictui.domain.model import NO_POLICY, Policy
from tests.conftest import MovableClock
from tests.played import KEY, PASSWORD, Played


async def test_a_sign_in_brings_it_and_an_unlocking_without_a_link_has_it_still(
    played: Played,
) -> None:
    assert played.service.policy is NO_POLICY
    played.asks(message="Take the yellow vests", features={"edit": False})
    await played.service.sign_in("asha", PASSWORD)
    policy = played.service.policy
    assert (policy.message, policy.off) == ("Take the yellow vests", frozenset({"edit"}))
    await played.service.lock()
    assert played.service.policy is NO_POLICY
    played.session.linked = False
    signed = await played.service.sign_in("asha", PASSWORD)
    assert not signed.online
    assert played.service.policy == policy


async def test_another_sign_in_replaces_it_and_one_that_says_none_does_not(played: Played) -> None:
    played.asks(message="first")
    await played.service.sign_in("asha", PASSWORD)
    played.session.policy = None
    await played.service.sign_in("asha", PASSWORD)
    assert played.service.policy.message == "first"
    played.asks(message="second")
    await played.service.sign_in("asha", PASSWORD)
    assert played.service.policy.message == "second"


async def test_a_gateway_with_another_key_orders_nothing(played: Played) -> None:
    played.asks(message="first")
    await played.service.sign_in("asha", PASSWORD)
    played.session.key = "B" * 43
    played.asks(disabled=True)
    for _ in range(2):
        signed = await played.service.sign_in("asha", PASSWORD)
        assert "another key" in signed.notice
        assert not signed.barred
        assert played.service.policy.message == "first"
    await played.service.sign_in_again(PASSWORD)
    assert not played.service.barred
    played.session.key = KEY
    assert (await played.service.sign_in("asha", PASSWORD)).barred == "device"


async def test_what_the_loop_hears_is_in_force_before_anybody_is_told(played: Played) -> None:
    await played.service.sign_in("asha", PASSWORD)
    known: list[Policy] = []
    played.service.listen(lambda _: known.append(played.service.policy))
    played.renews(message="new")
    assert [policy.message for policy in known] == ["new"]
    assert isinstance(played.heard[-1], PolicyChanged)
    assert played.service.policy.message == "new"


async def test_a_new_session_of_an_open_store_brings_it_and_says_so(played: Played) -> None:
    await played.service.sign_in("asha", PASSWORD)
    played.asks(message="new")
    await played.service.sign_in_again(PASSWORD)
    assert played.service.policy.message == "new"
    assert [event for event in played.heard if isinstance(event, PolicyChanged)] == [
        PolicyChanged(played.service.policy)
    ]
    await played.service.sign_in_again(PASSWORD)
    assert len([event for event in played.heard if isinstance(event, PolicyChanged)]) == 1


async def test_of_two_users_each_has_their_own(played: Played) -> None:
    played.asks(message="for asha")
    await played.service.sign_in("asha", PASSWORD)
    played.session.policy = None
    await played.service.sign_in("demo", PASSWORD)
    assert played.service.policy == NO_POLICY


async def test_the_loop_of_a_store_that_was_given_up_orders_nothing(played: Played) -> None:
    await played.service.sign_in("asha", PASSWORD)
    before = played.loop
    await played.service.sign_in("demo", PASSWORD)
    before.emit(PolicyChanged(Policy(disabled=True)))
    assert not played.service.barred


async def test_a_store_from_before_signed_policies_has_its_numbers(played: Played) -> None:
    await played.service.sign_in("asha", PASSWORD)
    await played.service.store.secrets.put("policy", {"accuracy_meters": 80})
    await played.service.lock()
    await played.service.unlock("asha", PASSWORD)
    assert await played.service.accuracy_limit() == 80.0
    assert not played.service.barred


async def test_what_cannot_be_sealed_is_obeyed_in_this_session(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    await played.service.sign_in("asha", PASSWORD)
    store = type(played.service.store.secrets)

    async def full(*_: object) -> None:
        raise StoreFull("No room on the disk")

    monkeypatch.setattr(store, "put", full)
    played.asks(disabled=True)
    assert (await played.service.sign_in_again(PASSWORD)).barred == "device"


async def test_it_lies_in_the_store_as_it_was_signed(played: Played) -> None:
    played.asks(offline_days=3)
    await played.service.sign_in("asha", PASSWORD)
    kept = await played.secret("policy")
    assert json.loads(kept["text"]) == {"offline_days": 3}
    assert kept["signature"] == "signature"


# --- the notice for whoever is about to sign in ---


async def test_the_notice_is_kept_for_the_time_without_a_link(played: Played) -> None:
    played.session.words = "Closed on Friday"
    assert await played.service.notice() == "Closed on Friday"
    played.session.linked = False
    assert await played.service.notice() == "Closed on Friday"
    played.session.linked, played.session.words = True, ""
    assert await played.service.notice() == ""
    played.session.linked = False
    assert await played.service.notice() == ""


async def test_the_notice_of_a_policy_is_the_last_word_without_a_link(played: Played) -> None:
    played.session.words = "Closed on Friday"
    await played.service.notice()
    played.asks(message="Closed on Friday")
    await played.service.sign_in("asha", PASSWORD)
    for message in ("Closed on Sunday", ""):
        played.renews(message=message)
        played.session.linked = False
        await played.service.lock()
        assert await played.service.notice() == message
        await played.service.unlock("asha", PASSWORD)


async def test_what_a_store_says_unheard_is_no_news(played: Played) -> None:
    played.asks(message="Closed on Friday")
    await played.service.sign_in("asha", PASSWORD)
    await played.service.lock()
    played.session.words = "Closed on Sunday"
    await played.service.notice()
    played.session.linked = False
    await played.service.sign_in("asha", PASSWORD)
    await played.service.lock()
    assert await played.service.notice() == "Closed on Sunday"


async def test_without_a_server_there_is_no_notice(played: Played) -> None:
    played.session.words = "Closed on Friday"
    played.service.use_server("")
    assert await played.service.notice() == ""


async def test_a_notice_that_was_kept_is_there_after_a_start(
    tmp_path: Path, clock: MovableClock
) -> None:
    first, second = Played(tmp_path / "t", clock), Played(tmp_path / "t", clock)
    first.session.words = "Closed on Friday"
    await first.service.notice()
    second.session.linked = False
    assert await second.service.notice() == "Closed on Friday"


async def test_while_locked_nobody_is_asked_how_much_waits(played: Played) -> None:
    with pytest.raises(StoreError):
        await played.service.waiting_to_go()
