"""A change of the password: whatever answers in between, the one that holds opens the store."""

from typing import Any

import pytest

from civictui.domain.errors import (
    CivicError,
    Refused,
    SignInBlocked,
    SignInRefused,
    Unreachable,
    WrongPassword,
)
from tests.faults.hostile import Answer, Between
from tests.site import PASSWORD, Site, Terminal

NEW = "another pass of words"
AWAY = (503, b"<html>")


async def opens(one: Terminal, between: Between, password: str) -> bool:
    """Whether this password opens the store without a link."""
    await one.service.lock()
    between.rule = lambda method, path: AWAY
    try:
        await one.service.sign_in("demo", password)
    except WrongPassword:
        return False
    finally:
        between.rule = lambda method, path: None
    return True


def answer_changes_with(between: Between, answer: Answer) -> None:
    between.rule = lambda method, path: answer if path == "/v1/password" else None


async def test_what_was_carried_out_behind_an_error_page_holds(
    one: Terminal, between: Between, site: Site
) -> None:
    await one.service.sign_in("demo", PASSWORD)

    def carried_out(method: str, path: str) -> Answer | None:
        if path != "/v1/password":
            return None
        site.change_password("demo", NEW)
        return 502, b"<html>Bad gateway"

    between.rule = carried_out
    assert await one.service.change_password(PASSWORD, NEW) == ""
    assert await opens(one, between, NEW)
    assert not await opens(one, between, PASSWORD)


NO_ANSWERS: list[tuple[int, Any]] = [
    (200, b"<html>Under maintenance"),
    (200, {}),
    (204, b""),
    (302, b""),
    (400, {"error": "bad_request"}),
    (401, b"<html>Sign in to this network"),
    (403, {"error": "forbidden"}),
    (404, b""),
    (413, {}),
    (429, b"slow down"),
    (500, {"error": "internal"}),
    (504, b""),
]


@pytest.mark.parametrize("answer", NO_ANSWERS)
async def test_an_answer_that_is_none_leaves_both_and_the_change_may_still_arrive(
    one: Terminal, between: Between, site: Site, answer: Answer
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    answer_changes_with(between, answer)
    with pytest.raises(Unreachable, match="not known"):
        await one.service.change_password(PASSWORD, NEW)
    site.change_password("demo", NEW)  # what was under way arrives
    assert await opens(one, between, NEW)
    assert await opens(one, between, PASSWORD)
    await one.service.lock()
    assert (await one.service.sign_in("demo", NEW)).online
    assert not await opens(one, between, PASSWORD)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((401, {"error": "wrong_credentials", "remaining_attempts": 2}), SignInRefused),
        ((429, {"error": "blocked"}), SignInBlocked),
        ((400, {"error": "weak_password", "reason": "It is the name"}), Refused),
        ((403, {"error": "managed_elsewhere", "reason": "Kept elsewhere"}), Refused),
        ((503, {"error": "backend_unavailable", "reason": "Down"}), Refused),
    ],
)
async def test_the_gateways_own_no_leaves_the_earlier_one_alone(
    one: Terminal, between: Between, answer: Answer, error: type[CivicError]
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    answer_changes_with(between, answer)
    with pytest.raises(error):
        await one.service.change_password(PASSWORD, NEW)
    assert not await opens(one, between, NEW)
    assert await opens(one, between, PASSWORD)


async def test_a_yes_that_cannot_be_tried_keeps_both_and_says_so(
    one: Terminal, between: Between
) -> None:
    await one.service.sign_in("demo", PASSWORD)

    def gone_afterwards(method: str, path: str) -> Answer | None:
        if path == "/v1/session" and "POST /v1/password" in between.seen:
            return AWAY
        return None

    between.rule = gone_afterwards
    assert "both the old and the new" in await one.service.change_password(PASSWORD, NEW)
    for password in (NEW, PASSWORD):
        assert await opens(one, between, password)


async def test_without_a_link_it_says_which_password_holds_and_that_a_short_one_will_not_do(
    one: Terminal, between: Between
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    between.rule = lambda method, path: AWAY
    with pytest.raises(CivicError, match="at least 12 characters"):
        await one.service.change_password(PASSWORD, "short")
    with pytest.raises(Unreachable) as caught:
        await one.service.change_password(PASSWORD, NEW)
    assert "Your password is still the earlier one." in caught.value.sentence


async def test_a_new_password_without_a_link_is_told_from_a_wrong_one(
    one: Terminal, between: Between, site: Site
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock()
    site.change_password("demo", NEW)
    between.rule = lambda method, path: AWAY
    with pytest.raises(WrongPassword) as caught:
        await one.service.sign_in("demo", NEW)
    assert "There is no link" in caught.value.sentence
    assert "the password that this terminal last had" in caught.value.sentence
