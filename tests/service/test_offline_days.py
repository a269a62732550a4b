"""Days without the gateway: counted in its time, by a rule that a clock cannot get around."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from civictui.domain.errors import OfflineTooLong, StoreError
from civictui.domain.model import now_text
from civictui.service import new_draft
from tests.played import PASSWORD, Played


async def signed_in_once(played: Played, days: int = 7) -> None:
    """With so many days allowed; a report waits; locked, and the link is gone."""
    played.asks(offline_days=days)
    await played.service.sign_in("asha", PASSWORD)
    await played.service.submit(new_draft(played.clock, description="Lamp out"))
    await played.service.lock()
    played.session.linked = False


async def opened(played: Played) -> str:
    """What is said to whoever signs in without a link."""
    signed = await played.service.sign_in("asha", PASSWORD)
    assert not signed.online
    await played.service.lock()
    return signed.notice


async def refused(played: Played) -> OfflineTooLong:
    with pytest.raises(OfflineTooLong) as error:
        await played.service.sign_in("asha", PASSWORD)
    assert played.service.user == ""
    return error.value


async def test_after_the_last_day_it_opens_with_a_link_alone(played: Played) -> None:
    await signed_in_once(played)
    played.pass_days(7.9)
    assert "less than a day more" in await opened(played)
    played.pass_days(0.2)
    error = await refused(played)
    assert (error.days, error.waiting) == (8, 1)
    assert "8 days" in str(error)
    with pytest.raises(OfflineTooLong):
        await played.service.unlock("asha", PASSWORD)
    played.session.linked = True
    assert (await played.service.sign_in("asha", PASSWORD)).online
    await played.service.lock()
    played.session.linked = False
    assert await opened(played) == ""


async def test_a_wrong_password_says_nothing_of_it(played: Played) -> None:
    await signed_in_once(played)
    played.pass_days(30)
    with pytest.raises(StoreError) as error:
        await played.service.sign_in("asha", "another pass of words")
    assert not isinstance(error.value, OfflineTooLong)


@pytest.mark.parametrize(
    ("days", "said"),
    [(3.5, ""), (4.5, "3 days more"), (5.5, "2 days more"), (6.5, "1 day more")],
)
async def test_from_three_days_before_the_end_on_it_is_said(
    played: Played, days: float, said: str
) -> None:
    await signed_in_once(played)
    played.pass_days(days)
    notice = await opened(played)
    assert said in notice
    assert bool(notice) == bool(said)


@pytest.mark.parametrize("days", [0, -1, 4000, None, "7"])
async def test_without_a_limit_it_opens_for_ever(played: Played, days: object) -> None:
    played.asks(offline_days=days)
    await played.service.sign_in("asha", PASSWORD)
    await played.service.lock()
    played.session.linked = False
    played.pass_days(4_000)
    assert await opened(played) == ""


async def test_a_clock_that_is_set_back_gains_nothing(played: Played) -> None:
    await signed_in_once(played)
    played.pass_days(6)
    await opened(played)
    played.pass_days(-6)
    assert "1 day more" in await opened(played)
    played.pass_days(7.5)
    assert "less than a day more" in await opened(played)
    played.pass_days(0.6)
    await refused(played)
    played.pass_days(-20)
    await refused(played)


async def test_the_time_that_passes_while_it_is_open_counts_too(played: Played) -> None:
    await signed_in_once(played)
    await played.service.sign_in("asha", PASSWORD)
    played.pass_days(9)
    await played.service.lock()
    played.pass_days(-9)
    assert (await refused(played)).days == 9


async def test_it_counts_while_a_locked_store_goes_on_sending(played: Played) -> None:
    await signed_in_once(played)
    await played.service.sign_in("asha", PASSWORD)
    played.pass_days(9)
    await played.service.lock(linger=True)
    await played.service.lock()
    played.pass_days(-9)
    await refused(played)


async def test_a_clock_far_ahead_once_is_mended_by_a_link(played: Played) -> None:
    await signed_in_once(played)
    played.pass_days(14 * 365)  # a board without a battery that dreams of 2040
    await refused(played)
    played.pass_days(-14 * 365)
    await refused(played)
    played.session.linked = True
    await played.service.sign_in("asha", PASSWORD)
    await played.service.lock()
    played.session.linked = False
    played.pass_days(2)
    assert await opened(played) == ""


@pytest.mark.parametrize("days", [-14 * 365, -3, 3, 56 * 365])
async def test_a_clock_that_is_wrong_all_the_time_counts_as_the_gateways(
    played: Played, days: int
) -> None:
    played.session.ahead = days * 86_400
    await signed_in_once(played)
    gateway = now_text(played.clock.now() + timedelta(days=days))
    await played.service.unlock("asha", PASSWORD)
    assert await played.secret("heard at") == gateway
    await played.service.lock()
    played.pass_days(6)
    assert "1 day more" in await opened(played)
    played.pass_days(2)
    await refused(played)


async def test_a_gateway_that_tells_no_time_is_heard_by_this_clock(played: Played) -> None:
    played.session.tells_time = False
    await signed_in_once(played)
    played.pass_days(5)
    assert "2 days more" in await opened(played)


async def test_a_session_begun_anew_counts_as_a_sign_in(played: Played) -> None:
    await signed_in_once(played)
    await played.service.sign_in("asha", PASSWORD)
    played.pass_days(7)
    played.session.linked = True
    await played.service.sign_in_again(PASSWORD)
    await played.service.lock()
    played.session.linked = False
    played.pass_days(3)
    assert await opened(played) == ""


async def test_what_waits_can_be_rescued_and_nothing_else_be_read(played: Played) -> None:
    await signed_in_once(played)
    played.pass_days(30)
    assert await played.service.unlock("asha", PASSWORD, to_rescue=True) == ""
    assert await played.service.waiting_to_go() == 1
    assert (await played.service.outgoing.state.unsent()).reports == 1
    with pytest.raises(OfflineTooLong):
        await played.service.waiting()
    with pytest.raises(OfflineTooLong):
        played.service.check_open()


@pytest.mark.parametrize(
    "end",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 58, tzinfo=UTC),
    ],
)
async def test_a_clock_at_the_end_of_all_time_is_mended_by_a_link(
    played: Played, end: datetime
) -> None:
    await signed_in_once(played)
    days = (end - played.clock.now()) / timedelta(days=1)
    for far in (days, -days, days, -days):
        played.pass_days(far)
        with suppress(OfflineTooLong):
            await opened(played)
    played.session.linked = True
    assert (await played.service.sign_in("asha", PASSWORD)).online
    assert await played.service.waiting_to_go() == 1
    await played.service.lock()
    played.session.linked = False
    assert await opened(played) == ""
