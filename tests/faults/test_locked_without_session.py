"""A locked store that needs its person does not say that it is sending."""

from civictui.domain.events import LockedSending
from civictui.domain.model import SyncPhase
from tests.faults.hostile import Between
from tests.site import PASSWORD, Terminal, Watch, all_sent
from tests.sync.test_loop import submitted

ENDED = (401, {"error": "session_expired"})


def told(watch: Watch) -> list[LockedSending]:
    return [event for event in watch.events if isinstance(event, LockedSending)]


async def test_a_store_whose_session_has_ended_does_not_linger(
    one: Terminal, between: Between
) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    between.rule = lambda method, path: ENDED
    await submitted(one, "Waits", photo=True)
    await watch.until_phase(one, SyncPhase.NEEDS_SIGN_IN)
    await one.service.lock(linger=True)
    await watch.until(lambda: told(watch) == [LockedSending(0, given_up=2)])
    assert one.service.lingering() == 0
    between.rule = lambda method, path: None
    await one.service.sign_in("demo", PASSWORD)
    await watch.until(lambda: all_sent(one))


async def test_a_session_that_ends_behind_the_lock_gives_up_and_says_what_is_left(
    one: Terminal, between: Between
) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    between.rule = lambda method, path: (503, b"")
    await submitted(one, "Waits")
    await one.service.lock(linger=True)
    assert one.service.lingering() == 1
    between.rule = lambda method, path: ENDED
    await watch.until(lambda: LockedSending(0, given_up=1) in watch.events)
    assert one.service.lingering() == 0


async def test_what_somebody_comes_back_for_is_not_given_up(
    one: Terminal, between: Between
) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    between.rule = lambda method, path: (503, b"")
    await submitted(one, "Waits")
    await one.service.lock(linger=True)
    await one.service.sign_in("demo", PASSWORD)
    assert told(watch) == [LockedSending(0)]
