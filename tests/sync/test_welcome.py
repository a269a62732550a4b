"""The answer to a sign-in: each part of it has its shape and its length, or it is none."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from civictui.domain.errors import GatewayError
from civictui.sync.welcome import read_grant, read_roles, read_tokens

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANSWER: dict[str, Any] = {
    "access_token": "access",
    "expires_in": 900,
    "refresh_token": "refresh",
    "gateway": {"id": "0123456789abcdef", "public_key": "A" * 43},
    "user": {"name": "jos\u00e9", "display_name": "Jos\u00e9 of the north"},
    "database": "civic",
    "policy": {"photo_bytes": 400_000, "more": "x" * 1000},
    "time": "2026-11-23T12:00:05Z",
    "recovery_key": {"kid": "k", "public_key": "B" * 43, "signature": "C" * 86},
}


def changed(path: str, value: Any) -> Any:
    answer = copy.deepcopy(ANSWER)
    *way, last = path.split(".")
    place = answer
    for name in way:
        place = place[name]
    place[last] = value
    return answer


def test_what_it_grants_is_read() -> None:
    grant = read_grant(ANSWER, " jose\u0301 ", "private", NOW)
    assert (grant.gateway, grant.user, grant.database) == ("0123456789abcdef", "jos\u00e9", "civic")
    assert (grant.tokens.access, grant.tokens.expires_in, grant.tokens.key) == (
        "access",
        900.0,
        "private",
    )
    assert grant.policy == {"photo_bytes": 400_000}
    assert grant.offset == 5.0
    assert grant.recovery_key is not None


def test_roles_are_read_and_what_is_none_is_passed_over() -> None:
    said = ["technician", "supervisor", 5, None, "Two Words", "", "x" * 33, "road-crew"]
    grant = read_grant(changed("user.roles", said), "jos\u00e9", "private", NOW)
    assert grant.roles == ("technician", "supervisor", "road-crew")
    assert len(read_roles(changed("user.roles", ["admin"] * 1000))) <= 16
    for none in (None, "admin", {"admin": True}, 5):
        assert read_roles(changed("user.roles", none)) == ()
    assert (
        read_roles(None)
        == read_roles({"user": []})
        == read_grant(ANSWER, "jos\u00e9", "private", NOW).roles
        == ()
    )


def test_what_may_be_absent_is() -> None:
    bare = {k: v for k, v in ANSWER.items() if k not in {"policy", "time", "recovery_key"}}
    grant = read_grant({**bare, "gateway": {"id": "g"}, "user": {"name": "a"}}, "a", "private", NOW)
    assert (grant.policy, grant.offset, grant.gateway_key) == ({}, 0.0, "")
    assert grant.display_name == ""


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("gateway", "text"),
        ("gateway.id", ""),
        ("gateway.id", None),
        ("gateway.id", "g" * 65),
        ("gateway.id", "two words"),
        ("gateway.id", "g\u00e9"),
        ("gateway.public_key", 5),
        ("gateway.public_key", "A" * 257),
        ("user", []),
        ("user.name", None),
        ("user.name", "bala"),
        ("user.name", "jose"),
        ("user.display_name", "n" * 257),
        ("user.display_name", {}),
        ("database", "civic/../other"),
        ("database", "c" * 65),
        ("database", ""),
        ("policy", [1]),
        ("time", 5),
        ("time", "2" * 65),
        ("recovery_key", "text"),
        ("recovery_key.kid", "k" * 257),
        ("access_token", "\u00e9"),
        ("access_token", "a b"),
        ("access_token", "a\r\nX: y"),
        ("access_token", "a" * 4097),
        ("access_token", None),
        ("refresh_token", ""),
        ("refresh_token", 7),
        ("expires_in", "900"),
        ("expires_in", True),
        ("expires_in", -1),
        ("expires_in", 1e308 * 10),
    ],
)
def test_what_has_another_shape_makes_it_no_answer(path: str, value: Any) -> None:
    with pytest.raises(GatewayError):
        read_grant(changed(path, value), "jos\u00e9", "private", NOW)


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"gateway": {}}])
def test_what_is_no_answer_at_all_is_said(answer: Any) -> None:
    with pytest.raises(GatewayError):
        read_grant(answer, "a", "private", NOW)
    with pytest.raises(GatewayError):
        read_tokens(answer, "private")
