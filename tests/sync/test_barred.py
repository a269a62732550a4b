"""A terminal that its operator has barred: it delivers, asks now and then, and goes on one day."""

import asyncio

import pytest

import civictui
from civictui.domain.errors import Barred
from civictui.domain.events import PackMoved, PictureFailed, PolicyChanged
from civictui.domain.model import PackOrder, PackStep, Query, SyncPhase
from civictui.gateway.policy.rules import Rules
from civictui.net import Reply
from civictui.signed_policy import policy_in
from civictui.sync import work
from civictui.sync.orders import raise_if_barred
from tests.faults.faults import Fault, Instead, LoseRequest
from tests.faults.hostile import Between
from tests.faults.messages import Request
from tests.site import PASSWORD, Terminal, Watch, all_sent
from tests.sync.operator import FAR, WORDS, Operator, not_delivering
from tests.sync.test_loop import submitted


async def barred(terminal: Terminal, watch: Watch) -> None:
    """It notices by itself: the request that it holds open ends, or the next one is refused."""
    terminal.service.sync_now()
    await watch.until_phase(terminal, SyncPhase.DISABLED)


async def test_a_disabled_version_delivers_what_waits_and_asks_for_nothing_else(
    near: tuple[Terminal, Watch], between: Between, operator: Operator
) -> None:
    terminal, watch = near
    between.rule = lambda method, path: (503, {"error": "busy"})  # nothing gets through
    for number in range(3):
        await submitted(terminal, f"Report {number}", photo=number == 1)
    terminal.service.sync_now()
    await watch.until(lambda: terminal.service.sync_state().unsent.reports == 3)
    operator.put(FAR)
    between.rule = lambda method, path: None
    terminal.service.sync_now()
    state = await watch.until_phase(terminal, SyncPhase.DISABLED)
    assert state.reason == WORDS
    assert state.unsent.nothing
    assert terminal.service.barred == "version"
    assert [event.policy.minimum_version for event in changes(watch)] == ["99.0"]
    between.seen.clear()
    terminal.service.want_picture("some.jpg")
    await watch.until(lambda: any(isinstance(event, PictureFailed) for event in watch.events))
    terminal.service.sync_now()
    await watch.until(lambda: "GET /v1/policy" in between.seen)
    await watch.until_phase(terminal, SyncPhase.DISABLED)
    assert not_delivering(between.seen) == []


def changes(watch: Watch) -> list[PolicyChanged]:
    return [event for event in watch.events if isinstance(event, PolicyChanged)]


async def test_what_is_sealed_bars_without_a_link_too(
    near: tuple[Terminal, Watch], between: Between, operator: Operator
) -> None:
    terminal, watch = near
    operator.put(FAR)
    await barred(terminal, watch)
    secrets = terminal.service.outgoing.secrets
    assert policy_in(await secrets.get("policy")).bars(civictui.__version__) == "version"
    between.seen.clear()
    await between.stop()
    await terminal.service.lock()
    signed = await terminal.service.sign_in("demo", PASSWORD)
    assert not signed.online
    await watch.until_phase(terminal, SyncPhase.OFFLINE)
    await between.start()
    terminal.service.sync_now()
    await watch.until_phase(terminal, SyncPhase.DISABLED)
    assert not_delivering(between.seen) == []


async def test_it_asks_now_and_then_with_one_small_request_and_goes_on_when_it_may(
    near: tuple[Terminal, Watch],
    between: Between,
    operator: Operator,
    one: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal, watch = near
    operator.put(FAR)
    await barred(terminal, watch)
    operator.put(Rules(minimum_version="98.0"))
    terminal.service.sync_now()
    await watch.until(lambda: changes(watch)[-1].policy.minimum_version == "98.0")
    await watch.until_phase(terminal, SyncPhase.DISABLED)
    between.seen.clear()
    monkeypatch.setattr(work, "LISTEN_SECONDS", 0.02)
    terminal.service.sync_now()
    await watch.until(lambda: len(between.seen) > 5)
    assert set(between.seen) == {"GET /v1/policy"}
    operator.put(Rules(message="Welcome back"))
    monkeypatch.undo()
    await watch.until_phase(terminal, SyncPhase.IDLE)
    assert terminal.service.policy.message == "Welcome back"
    other = Watch(one)
    await one.service.sign_in("asha", PASSWORD)
    report = await submitted(one, "From elsewhere")
    await other.until(lambda: all_sent(one))

    async def came() -> bool:
        return report in await terminal.service.reader.find(Query())

    await watch.until(came)


async def test_a_device_that_is_disabled_gets_nothing_and_later_misses_nothing(
    near: tuple[Terminal, Watch], between: Between, operator: Operator, one: Terminal
) -> None:
    terminal, watch = near
    device = terminal.vault.device_id()
    operator.disable(device)
    await barred(terminal, watch)
    assert terminal.service.barred == "device"
    between.seen.clear()
    other = Watch(one)
    await one.service.sign_in("asha", PASSWORD)
    made = [await submitted(one, f"Report {n}", photo=n == 0) for n in range(3)]
    await other.until(lambda: all_sent(one))
    terminal.service.sync_now()
    await watch.until(lambda: "GET /v1/policy" in between.seen)
    await watch.until_phase(terminal, SyncPhase.DISABLED)
    assert await terminal.service.outgoing.reader.count() == 0
    operator.enable(device)
    terminal.service.sync_now()
    await watch.until_phase(terminal, SyncPhase.IDLE)
    assert set(await terminal.service.reader.find(Query())) == set(made)
    photo = (await terminal.service.reader.report(made[0])).report.photos[0]
    assert await terminal.service.picture(photo.thumbnail) is not None


async def test_the_operator_is_told_what_is_left_when_the_device_knows_of_it(
    near: tuple[Terminal, Watch], between: Between, operator: Operator
) -> None:
    terminal, watch = near
    between.seen.clear()
    operator.disable(terminal.vault.device_id())
    await barred(terminal, watch)
    asked = [request for request in between.seen if request.endswith(("/policy", "/device"))]
    assert asked[-1] == "PUT /v1/device", "its last word"
    assert asked[0] == "GET /v1/policy"


async def test_a_gateway_that_cannot_say_its_policy_gets_what_waits_all_the_same(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    refused = {"_changes": 403, "/v1/policy": 500}

    def rule(_: str, path: str) -> tuple[int, object] | None:
        status = next((refused[part] for part in refused if part in path), 0)
        return (status, {"error": "version_disabled", "reason": ""}) if status else None

    between.rule = rule
    await submitted(terminal, "Goes up all the same", photo=True)
    await watch.until(lambda: all_sent(terminal))
    state = await watch.until_phase(terminal, SyncPhase.DISABLED)
    assert state.reason == "This version of civictui is disabled"


async def test_a_gateway_that_is_silent_when_asked_for_its_policy_gets_what_waits_all_the_same(
    near: tuple[Terminal, Watch], between: Between, operator: Operator
) -> None:
    """And the status does not say that the operator was heard."""
    terminal, watch = near
    between.rule = lambda _, path: (503, {"error": "busy"}) if "_bulk_docs" in path else None
    await submitted(terminal, "Goes up all the same", photo=True)
    operator.put(FAR)
    terminal.service.sync_now()
    await watch.until(lambda: terminal.service.barred == "version")
    ours, lost = between.judge, asyncio.Event()

    def silent(request: Request) -> Fault:
        if request.path != "/v1/policy":
            return ours(request)
        lost.set()
        return LoseRequest()

    between.judge = silent
    terminal.service.sync_now()
    await lost.wait()
    assert terminal.service.sync_state().unsent.reports == 1
    between.rule = lambda *_: None
    terminal.service.sync_now()
    await watch.until(lambda: terminal.service.sync_state().unsent.nothing)
    state = await watch.until_phase(terminal, SyncPhase.OFFLINE)
    assert "Lost the connection" in state.reason
    between.judge = ours
    terminal.service.sync_now()
    await watch.until_phase(terminal, SyncPhase.DISABLED)


async def test_a_packing_ends_and_says_why(
    near: tuple[Terminal, Watch], operator: Operator
) -> None:
    terminal, watch = near
    operator.put(FAR)
    await barred(terminal, watch)
    terminal.service._work.sync.pack(PackOrder(meters=1000.0, most=1_000_000))  # as if allowed
    await watch.until(lambda: bool(reasons(watch)))
    assert reasons(watch) == [WORDS]


def reasons(watch: Watch) -> list[str]:
    """Of packings that ended."""
    packs = [event.pack for event in watch.events if isinstance(event, PackMoved)]
    return [pack.reason for pack in packs if pack.step is PackStep.STOPPED]


async def test_a_gateway_that_says_one_thing_and_signs_another_is_obeyed_and_asked_again(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    """403 counts, whatever the policy says; it is no reason to try again at full speed."""
    terminal, watch = near
    no = Instead(403, b'{"error": "device_disabled", "reason": "Lost, they say.\\u001b[2J"}')
    ours = between.judge
    between.judge = lambda request: no if "_changes" in request.path else ours(request)
    await submitted(terminal, "Goes up all the same", photo=True)
    await watch.until(lambda: all_sent(terminal))
    state = await watch.until_phase(terminal, SyncPhase.DISABLED)
    assert state.reason == "Lost, they say."
    rounds = len([request for request in between.seen if "_changes" in request])
    assert rounds < 5
    between.judge = ours
    terminal.service.sync_now()
    await watch.until_phase(terminal, SyncPhase.IDLE)


async def test_one_that_takes_nothing_at_all_is_tried_again_with_patience(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    between.rule = lambda *_: (403, {"error": "device_disabled", "reason": "No."})
    await submitted(terminal, "Waits")
    await watch.until_phase(terminal, SyncPhase.WAITING)
    assert terminal.service.sync_state().unsent.reports == 1
    between.rule = lambda *_: None
    terminal.service.sync_now()
    await watch.until(lambda: all_sent(terminal))


def test_a_script_that_is_barred_is_told_so() -> None:
    """What is no loop hears it as an error of its own kind, which nothing takes for a fault."""
    said = b'{"error": "version_disabled", "reason": "Too old."}'
    with pytest.raises(Barred, match="Too old"):
        raise_if_barred(Reply(403, {}, said))
    raise_if_barred(Reply(403, {}, b'{"error": "forbidden"}'))
    raise_if_barred(Reply(404, {}, said))
