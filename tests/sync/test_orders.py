"""Policies as they come: signed by the gateway that this store trusts, for us, or of no account."""

import json
from typing import Any

import pytest

from civictui.domain.errors import AnswerTooLarge
from civictui.domain.model import NO_POLICY, Policy
from civictui.signed_policy import MOST_BYTES, message_of, policy_in
from civictui.storage.envelope import DeviceSigner
from civictui.sync.orders import Orders
from tests.sync.fake_store import FakeStore
from tests.sync.scripted import Scripted

SIGNER = DeviceSigner()
PRIVATE, PUBLIC = SIGNER.new_key()
WHOSE = {"gateway": "g", "user": "asha", "device": "d"}
US = {"gateway": "g", "gateway key": PUBLIC}


def signed(said: dict[str, Any] | str, private: str = PRIVATE) -> dict[str, Any]:
    text = said if isinstance(said, str) else json.dumps(WHOSE | said)
    return {"text": text, "signature": SIGNER.sign(private, message_of(text))}


class Terminal:
    def __init__(self, **secrets: Any) -> None:
        self.store = FakeStore(**US | secrets)
        self.heard: list[Policy] = []
        self.orders = Orders(self.store.opened, SIGNER, "d", self.heard.append)


KEPT = signed({"message": "Kept", "minimum_version": "99.0"})


async def keeping() -> Terminal:
    """One that has a policy, which bars it."""
    terminal = Terminal(policy=KEPT)
    await terminal.orders.recall()
    assert terminal.orders.barred
    return terminal


FORGED: list[Any] = [
    signed({}, SIGNER.new_key()[0]),
    signed({"gateway": "another"}),
    signed({"user": "demo"}),
    signed({"device": "another"}),
    signed({"device": ""}),
    signed(json.dumps({"message": "Everybody's"})),
    signed({}) | {"text": signed({"message": "x"})["text"]},
    signed({}) | {"signature": ""},
    signed({}) | {"signature": "é" * 86},
    signed({}) | {"signature": None},
    signed({}) | {"text": {"gateway": "g"}},
    signed("[]"),
    signed("{" * 10_000),
    signed({"message": "x" * MOST_BYTES}),
    {"photo_bytes": 1},
    None,
    [],
    "x",
]


@pytest.mark.parametrize("said", FORGED, ids=range(len(FORGED)))
async def test_one_that_is_not_for_us_leaves_things_as_they_are(said: Any) -> None:
    terminal = await keeping()
    assert not await terminal.orders.take(said)
    assert terminal.store.writes == []
    assert terminal.orders.barred
    assert terminal.heard == []


async def test_a_store_that_trusts_no_key_yet_takes_none() -> None:
    terminal = Terminal(**{"gateway key": None})
    assert not await terminal.orders.take(signed({}))
    assert terminal.orders.policy == NO_POLICY


async def test_what_a_newer_gateway_says_besides_is_passed_over() -> None:
    terminal = await keeping()
    news = {"message": "New", "features": {"teleport": False, "map": False}, "curfew": {"at": 22}}
    assert await terminal.orders.take(signed(news))
    assert terminal.orders.barred is None
    assert terminal.heard == [Policy(message="New", off=frozenset({"map"}))]
    assert terminal.orders.policy == terminal.heard[0]
    assert policy_in(terminal.store.values["policy"]) == terminal.orders.policy
    assert await terminal.orders.take(signed(news))
    assert len(terminal.heard) == len(terminal.store.writes) == 1, "the same is no news"


async def test_values_of_other_shapes_bar_nobody() -> None:
    terminal = await keeping()
    odd = {
        "message": 5,
        "minimum_version": ["99"],
        "disabled_versions": "0.1.0",
        "disabled": "yes",
        "features": ["map"],
        "offline_days": -1,
        "client_logs": 1,
        "photo_bytes": "many",
    }
    assert await terminal.orders.take(signed(odd))
    assert terminal.orders.policy == Policy()


async def test_a_store_from_before_policies_were_signed_has_its_numbers() -> None:
    terminal = Terminal(policy={"photo_bytes": 300_000, "area": None})
    await terminal.orders.recall()
    assert terminal.orders.policy.numbers == {"photo_bytes": 300_000}
    assert terminal.orders.barred is None


@pytest.mark.parametrize(
    "answer",
    [(500, {}), (404, {}), (304, None), (200, {}), (200, []), (200, {"text": 1}), (204, None)],
)
async def test_a_gateway_that_says_none_leaves_things_as_they_are(answer: tuple[int, Any]) -> None:
    terminal = await keeping()
    await terminal.orders.ask(Scripted([answer]))
    assert terminal.orders.barred
    assert terminal.store.writes == []


async def test_an_answer_too_large_to_be_a_policy_leaves_things_as_they_are() -> None:
    """It is no trouble of the link: what is queued goes up after it."""
    terminal = await keeping()
    await terminal.orders.ask(Scripted([AnswerTooLarge("The server's answer is too large")]))
    assert terminal.orders.barred
    assert terminal.store.writes == []
