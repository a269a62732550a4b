"""The answer to a sign-in: each part of it has its shape and its length, or it is none."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from civictui.domain.errors import GatewayError
from civictui.domain.ports import Grant
from civictui.signed_policy import message_of
from civictui.storage.envelope import DeviceSigner
from civictui.sync.welcome import read_clock, read_grant, read_offset, read_roles, read_tokens

DEVICE = "1f" * 16
SIGNER = DeviceSigner()
PRIVATE, PUBLIC = SIGNER.new_key()
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANSWER: dict[str, Any] = {
    "access_token": "access",
    "expires_in": 900,
    "refresh_token": "refresh",
    "gateway": {"id": "0123456789abcdef", "public_key": PUBLIC},
    "user": {"name": "jos\u00e9", "display_name": "Jos\u00e9 of the north"},
    "database": "civic",
    "policy": {"photo_bytes": 400_000, "more": "x" * 1000},  # as an older gateway gave it
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


def granted(answer: Any, asked: str = "jos\u00e9") -> Grant:
    return read_grant(answer, asked, "private", NOW, device=DEVICE, signer=SIGNER)


def test_what_it_grants_is_read() -> None:
    grant = granted(ANSWER, " jose\u0301 ")
    assert (grant.gateway, grant.user, grant.database) == ("0123456789abcdef", "jos\u00e9", "civic")
    assert (grant.tokens.access, grant.tokens.expires_in, grant.tokens.key) == (
        "access",
        900.0,
        "private",
    )
    assert grant.policy is None, "nobody has signed it"
    assert (grant.offset, grant.time) == (5.0, "2026-11-23T12:00:05Z")
    assert grant.recovery_key is not None


def test_roles_are_read_and_what_is_none_is_passed_over() -> None:
    said = ["technician", "supervisor", 5, None, "Two Words", "", "x" * 33, "road-crew"]
    grant = granted(changed("user.roles", said))
    assert grant.roles == ("technician", "supervisor", "road-crew")
    assert len(read_roles(changed("user.roles", ["admin"] * 1000))) <= 16
    for none in (None, "admin", {"admin": True}, 5):
        assert read_roles(changed("user.roles", none)) == ()
    assert read_roles(None) == read_roles({"user": []}) == granted(ANSWER).roles == ()


def test_what_may_be_absent_is() -> None:
    bare = {k: v for k, v in ANSWER.items() if k not in {"policy", "time", "recovery_key"}}
    grant = granted({**bare, "gateway": {"id": "g"}, "user": {"name": "a"}}, "a")
    assert (grant.policy, grant.offset, grant.time, grant.gateway_key) == (None, 0.0, "", "")
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
        granted(changed(path, value))


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"gateway": {}}])
def test_what_is_no_answer_at_all_is_said(answer: Any) -> None:
    with pytest.raises(GatewayError):
        granted(answer, "a")
    with pytest.raises(GatewayError):
        read_tokens(answer, "private")


# --- the policy --------------------------------------------------------------------------------


def signed(**changes: Any) -> dict[str, str]:
    said = {"gateway": "0123456789abcdef", "user": "jos\u00e9", "device": DEVICE, **changes}
    text = json.dumps({**said, "message": "Closed on Monday"})
    return {"text": text, "signature": SIGNER.sign(PRIVATE, message_of(text))}


def test_a_policy_counts_where_this_gateway_has_signed_it_for_us() -> None:
    said = signed()
    policy = granted(changed("policy", said)).policy
    assert policy is not None
    assert (policy.text, policy.signature) == (said["text"], said["signature"])


@pytest.mark.parametrize(
    "said",
    [
        signed(gateway="another"),
        signed(user="asha"),
        signed(device=""),
        {**signed(), "text": signed()["text"] + " "},
        {**signed(), "signature": "A" * 86},
        {**signed(), "signature": "not base64 at all"},
        {"text": "[]", "signature": SIGNER.sign(PRIVATE, message_of("[]"))},
        {"text": 5, "signature": []},
        [1],
        None,
    ],
)
def test_any_other_policy_is_none_and_keeps_nobody_from_signing_in(said: Any) -> None:
    assert granted(changed("policy", said)).policy is None


def test_a_policy_of_a_gateway_without_a_key_is_none() -> None:
    answer = changed("policy", signed())
    del answer["gateway"]["public_key"]
    assert granted(answer).policy is None


def test_the_time_is_read_where_it_is_one() -> None:
    assert read_offset({"time": "2026-11-23T12:00:05Z"}, NOW) == 5.0
    assert read_clock({"time": "2026-11-23T12:00:05Z"}) == NOW + timedelta(seconds=5)
    nothing: tuple[Any, ...] = ({}, [], None, {"time": 5}, {"time": "noon"}, {"time": "2" * 99})
    for none in nothing:
        assert read_offset(none, NOW) is None
        assert read_clock(none) is None
    assert granted(changed("time", "noon")).time == ""
