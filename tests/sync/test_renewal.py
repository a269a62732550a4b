"""What a renewal brings besides tokens: the policy, the time, and the version in use."""

from datetime import timedelta
from typing import Any

import pytest

import civictui
from civictui.codec import encode
from civictui.domain.events import PolicyChanged
from civictui.domain.model import Policy, SyncPhase, days_unheard, now_text, read_time
from civictui.domain.ports import OpenStore
from civictui.gateway.policy.rules import Rules
from civictui.signed_policy import message_of, policy_in
from civictui.storage.envelope import DeviceSigner
from civictui.sync.orders import Orders
from civictui.sync.renewal import keep_word, note_time
from tests.site import PASSWORD, Terminal, Watch
from tests.sync.fake_store import FakeStore
from tests.sync.operator import FAR, Operator
from tests.sync.scripted import Scripted
from tests.sync.test_client_logs import Calendar

SIGNER = DeviceSigner()
PRIVATE, PUBLIC = SIGNER.new_key()
US = {"gateway": "g1", "user": "asha", "device": "d1"}
PINNED = {"gateway key": PUBLIC, "gateway": "g1"}


def signed(private: str = PRIVATE, **said: Any) -> dict[str, str]:
    text = encode({**US, **said}).decode()
    return {"text": text, "signature": SIGNER.sign(private, message_of(text))}


class Heard:
    """The orders of a store in memory, and what was announced of them."""

    def __init__(self, **secrets: Any) -> None:
        self.store = FakeStore(**secrets)
        self.changes: list[Policy] = []
        self.orders = Orders(self.store.opened, SIGNER, "d1", self._changed)

    def _changed(self, policy: Policy) -> None:
        assert policy_in(self.store.values["policy"]) == policy, "sealed before it is told"
        self.changes.append(policy)


async def test_a_policy_is_sealed_and_told_when_it_is_another_one() -> None:
    heard = Heard(**PINNED)
    await heard.orders.recall()
    for message in ("One", "One", "Two", "Two"):
        assert await heard.orders.take(signed(message=message))
    assert [policy.message for policy in heard.changes] == ["One", "Two"]
    assert heard.store.writes == ["policy", "policy"]
    assert heard.store.values["policy"] == signed(message="Two")
    again = Orders(heard.store.opened, SIGNER, "d1", lambda _: None)
    await again.recall()
    assert again.policy.message == "Two"


@pytest.mark.parametrize(
    "said",
    [
        signed(SIGNER.new_key()[0]),
        signed(device="d2"),
        signed(user="bala"),
        signed(gateway="g2"),
        {**signed(), "text": signed()["text"].replace("asha", "asha ")},
        {"photo_bytes": 1},
        [],
        None,
        "text",
    ],
)
async def test_no_other_is_taken_and_what_was_sealed_stays(said: Any) -> None:
    heard = Heard(policy=signed(message="Before"), **PINNED)
    await heard.orders.recall()
    assert not await heard.orders.take(said)
    assert heard.orders.policy.message == "Before"
    assert heard.store.writes == []


async def test_without_a_pinned_key_nothing_is_taken() -> None:
    heard = Heard(gateway="g1")
    assert not await heard.orders.take(signed())
    assert heard.store.writes == []


async def test_what_an_earlier_program_kept_is_a_policy_of_numbers() -> None:
    heard = Heard(policy={"photo_bytes": 300_000}, **PINNED)
    await heard.orders.recall()
    assert heard.orders.policy.numbers == {"photo_bytes": 300_000}
    assert heard.orders.barred is None


async def test_it_is_asked_for_with_its_tag_once_it_was_taken() -> None:
    heard = Heard(**PINNED)
    link = Scripted(
        [(200, signed(device="d2")), (200, signed()), (404, {}), (500, {}), (304, None)]
    )
    for _ in range(5):
        await heard.orders.ask(link)
    assert [asked.path for asked in link.asked] == ["/v1/policy"] * 5
    assert len(heard.changes) == 1


# --- the time ----------------------------------------------------------------------------------


async def test_hearing_the_gateway_ends_the_days_unheard_and_mends_a_clock_that_was_ahead() -> None:
    store, clock = FakeStore(), Calendar()
    secrets = store.opened.secrets
    await keep_word(secrets, {"time": "2026-11-23T08:00:00Z"}, clock.now())
    assert store.values["heard at"] == "2026-11-23T08:00:00.000Z"

    async def days() -> int:
        get = secrets.get
        offset = await get("clock offset")
        return days_unheard(await get("heard at"), await get("latest clock"), clock.now(), offset)

    clock.time += timedelta(days=9)
    await note_time(secrets, clock.now())
    clock.time -= timedelta(days=20)
    assert await days() == 9, "a clock that is set back gains nothing"
    await keep_word(secrets, {"time": "2026-11-24T08:00:00Z"}, clock.now())
    assert await days() == 0
    assert store.values["latest clock"] == "2026-11-24T08:00:00.000Z"


async def test_the_time_is_written_down_in_steps_and_forward_alone() -> None:
    store, clock = FakeStore(), Calendar()
    for minutes in (0, 10, 20, 61, -300, 0, 62, 122):
        await note_time(store.opened.secrets, clock.now() + timedelta(minutes=minutes))
    assert store.writes == ["latest clock"] * 3
    assert store.values["latest clock"] == now_text(clock.now() + timedelta(minutes=122))


async def test_an_answer_without_a_time_says_nothing_of_it() -> None:
    store = FakeStore(roles=[])
    await keep_word(store.opened.secrets, {}, Calendar().now())
    assert store.writes == []


# --- against the gateway -------------------------------------------------------------------------


async def renewed(terminal: Terminal) -> OpenStore:
    """A program that starts again with the session that is sealed."""
    await terminal.service.lock()
    await terminal.service.unlock("demo", PASSWORD)
    await terminal.service._work.start(None)
    return terminal.service.outgoing


async def test_a_renewal_brings_the_policy_and_the_time(
    near: tuple[Terminal, Watch], operator: Operator
) -> None:
    terminal, watch = near
    kept = await terminal.store.secrets.get("heard at")
    operator.put(Rules(message="New words", offline_days=9))
    store = await renewed(terminal)
    await watch.until(lambda: terminal.service.policy.message == "New words")
    assert [e.policy.offline_days for e in watch.events if isinstance(e, PolicyChanged)] == [9]
    await watch.until_phase(terminal, SyncPhase.IDLE)
    heard = read_time(await store.secrets.get("heard at"))
    before = read_time(kept)
    assert heard
    assert before
    assert heard > before


async def test_a_terminal_that_was_brought_up_to_date_works_again_without_a_sign_in(
    near: tuple[Terminal, Watch], operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, watch = near
    operator.put(FAR)
    terminal.service.sync_now()
    await watch.until_phase(terminal, SyncPhase.DISABLED)
    await terminal.service.lock()
    monkeypatch.setattr(civictui, "__version__", "99.1")
    await renewed_after_lock(terminal)
    await watch.until_phase(terminal, SyncPhase.IDLE)
    assert terminal.service.barred == ""


async def renewed_after_lock(terminal: Terminal) -> None:
    await terminal.service.unlock("demo", PASSWORD)
    await terminal.service._work.start(None)
