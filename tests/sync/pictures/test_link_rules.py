"""Rules of a link that is paid for: what waits, what is counted, and what is never called wrong."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from civictui.domain.errors import NotConfirmed
from civictui.domain.events import LockedSending
from civictui.domain.model import JobKind, SyncPhase, TransferJob
from civictui.sync.loop import SyncLoop
from civictui.sync.pictures.link_rules import (
    FOR_THE_DEPOT,
    FOR_TOMORROW,
    NO_RULES,
    LinkRules,
    Meter,
    Rest,
)
from civictui.sync.pictures.transfers import Transfers
from tests.conftest import MovableClock
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent
from tests.sync.pictures.test_transfers import Objects, nothing, terminal, transfers
from tests.sync.test_loop import submitted

__all__ = ["terminal"]

DEPOT = LinkRules(at_depot=True)


class Kept:
    """`Secrets` in memory."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    async def get(self, name: str) -> Any:
        return self.values.get(name)

    async def put(self, name: str, value: Any) -> None:
        self.values[name] = value


def job(key: str, kind: JobKind = JobKind.LARGE, size: int = 400, photo: str = "") -> TransferJob:
    return TransferJob(
        key=key, kind=kind, reports=("r",), photo=photo or key, bytes=size, sha256="0" * 64
    )


def meter(rules: LinkRules, clock: MovableClock, secrets: Kept | None = None) -> Meter:
    return Meter(rules, secrets or Kept(), clock)


# --- the rules -----------------------------------------------------------------------------------


def test_without_rules_everything_goes(clock: MovableClock) -> None:
    free = meter(NO_RULES, clock)
    free.moved(10**12)
    assert not free.holds(job("a", size=10**9))
    assert free.may_fetch


def test_at_the_depot_large_pictures_wait_and_thumbnails_go(clock: MovableClock) -> None:
    rules = meter(DEPOT, clock)
    thumbnail, large = job("t", JobKind.THUMBNAIL, photo="a"), job("a")
    assert (rules.holds(thumbnail), rules.holds(large)) == ("", FOR_THE_DEPOT)
    assert rules.rest([thumbnail, large]) == Rest(), "its thumbnail does not wait by a rule"
    assert rules.rest([large, job("b")]) == Rest(2, FOR_THE_DEPOT)
    assert rules.rest([large, replace(job("b"), error="too large")]) == Rest(1, FOR_THE_DEPOT)


async def test_what_was_released_goes_and_what_comes_later_waits(clock: MovableClock) -> None:
    rules = meter(DEPOT, clock)
    await rules.release([job("a")])
    assert (rules.holds(job("a")), rules.holds(job("b"))) == ("", FOR_THE_DEPOT)


async def test_a_days_bytes_are_counted_both_ways_and_begin_anew_at_midnight(
    clock: MovableClock,
) -> None:
    rules = meter(LinkRules(daily_bytes=1000), clock)
    await rules.begin()
    assert not rules.holds(job("larger than a day", size=5000)), "the first one of a day goes"
    rules.moved(700)
    rules.sent(job("larger than a day"))
    assert (rules.holds(job("a", size=300)), rules.holds(job("b", size=301))) == ("", FOR_TOMORROW)
    assert rules.may_fetch
    rules.moved(300)
    with pytest.raises(NotConfirmed, match="used up"):
        rules.refuse_fetch()
    clock.move(timedelta(days=1).total_seconds())
    rules.refuse_fetch()
    assert not rules.holds(job("b", size=301))


async def test_the_count_outlives_the_program_and_is_only_this_days(clock: MovableClock) -> None:
    kept, day = Kept(), LinkRules(daily_bytes=1000)
    first = meter(day, clock, kept)
    await first.begin()
    first.moved(1000)
    await first.keep()
    second = meter(day, clock, kept)
    await second.begin()
    assert not second.may_fetch
    clock.move(timedelta(days=1).total_seconds())
    third = meter(day, clock, kept)
    await third.begin()
    assert third.may_fetch


@pytest.mark.parametrize("kept", [7, {"day": 3}, {"2026-05-04": {"bytes": "x"}}, None, []])
async def test_a_count_that_cannot_be_read_is_none(clock: MovableClock, kept: Any) -> None:
    secrets = Kept()
    secrets.values["picture bytes"] = kept
    rules = meter(LinkRules(daily_bytes=1000), clock, secrets)
    await rules.begin()
    assert rules.may_fetch


async def test_a_clock_that_is_set_back_buys_no_second_day(clock: MovableClock) -> None:
    """A board without a clock of its own begins each day in an earlier one."""
    kept, day = Kept(), LinkRules(daily_bytes=1000)
    rules = meter(day, clock, kept)
    await rules.begin()
    for back in (0, -86400.0, 86400.0):
        clock.move(back)
        rules.moved(500)
        await rules.keep()
        rules = meter(day, clock, kept)
        await rules.begin()
    assert not rules.may_fetch
    for _ in range(20):
        clock.move(86400.0)
        rules.moved(1)
        await rules.keep()
    assert len(kept.values["picture bytes"]) <= 9, "old days are forgotten"


@pytest.fixture
def zone() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


async def test_a_day_is_one_of_the_place_where_the_terminal_is(
    clock: MovableClock, zone: None
) -> None:
    rules = meter(LinkRules(daily_bytes=1000), clock)
    for name in ("UTC", "Etc/GMT-14", "Etc/GMT+12", "UTC"):
        os.environ["TZ"] = name
        time.tzset()
        rules.moved(1000)
    assert not rules.may_fetch


async def test_thumbnails_go_and_one_large_picture_on_the_smallest_share(
    clock: MovableClock,
) -> None:
    """Thumbnails that use a day up each morning would keep the photos here for ever."""
    rules = meter(LinkRules(daily_bytes=1), clock)
    thumbnail = job("t", JobKind.THUMBNAIL)
    for _ in range(3):
        rules.moved(10**9)
        assert not rules.holds(thumbnail)
        assert not rules.holds(job("a", size=10**7))
        rules.sent(thumbnail)
        rules.sent(job("a"))
        assert rules.holds(job("b", size=1)) == FOR_TOMORROW
        assert not rules.holds(thumbnail)
        clock.move(86400.0)


async def test_what_was_wanted_now_outlives_the_program(clock: MovableClock) -> None:
    kept = Kept()
    first = meter(DEPOT, clock, kept)
    await first.begin()
    await first.release([job("a"), job("b"), job("t", JobKind.THUMBNAIL)])
    second = meter(DEPOT, clock, kept)
    await second.begin()
    assert not second.holds(job("a"))
    await second.forget_sent([job("b"), job("c")])
    third = meter(DEPOT, clock, kept)
    await third.begin()
    assert third.holds(job("a")) == FOR_THE_DEPOT, "the same photo, another time, waits again"
    assert not third.holds(job("b"))


async def test_what_the_server_has_lost_goes_again_by_and_by(clock: MovableClock) -> None:
    """A server that says that all is missing gets no gigabytes unless a person says so."""
    kept = Kept()
    rules = meter(NO_RULES, clock, kept)
    lost = [replace(job(str(n), size=30_000_000), again=True) for n in range(10)]
    new = job("new", size=10**9)
    for one in lost[:3]:
        assert not rules.holds(one)
        rules.begins(one)
    await rules.keep()
    rules = meter(NO_RULES, clock, kept)
    await rules.begin()
    assert rules.rest([*lost[3:], new]) == Rest(7, FOR_TOMORROW)
    assert not rules.holds(new)
    await rules.release(lost[3:])
    assert rules.rest(lost[3:]) == Rest()


# --- at work -------------------------------------------------------------------------------------


async def test_thumbnails_go_and_large_pictures_stay_queued(terminal: Terminal) -> None:
    await submitted(terminal, "With a photo", photo=True)
    both = transfers(terminal, Objects(), rules=DEPOT)
    assert await both.send_all() == 1
    (left,) = await terminal.store.outbox.jobs()
    assert (left.kind, left.error) == (JobKind.LARGE, "")
    assert await both.going() == []
    await both.release()
    assert await both.send_all() == 1
    assert await terminal.store.outbox.jobs() == []


async def test_a_used_up_day_fetches_nothing_and_misses_nothing(terminal: Terminal) -> None:
    objects = Objects()
    objects.has = {"a.jpg": b"a", "b.jpg": b"b"}
    both = transfers(terminal, objects, rules=LinkRules(daily_bytes=1))
    both._meter.moved(1)
    assert await both.fetch(["a.jpg", "b.jpg"]) == 0
    assert objects.asked == []
    assert not both.absent, "it was never asked for: it is not missing"
    with pytest.raises(NotConfirmed, match="used up"):
        await both.fetch_one("a.jpg")


def ruled(site: Site, folder: Path, rules: LinkRules) -> Terminal:
    """A terminal whose loop has rules."""
    made = Terminal(folder, site.origin)

    def new_sync(emit: Any) -> SyncLoop:
        return SyncLoop(emit, made.clock, made.signer, longest_pause=0.2, rules=rules)

    made.service._new_sync = new_sync
    return made


async def test_what_waits_for_the_depot_is_said_and_is_no_trouble(
    site: Site, tmp_path: Path
) -> None:
    one = ruled(site, tmp_path / "ruled", DEPOT)
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await submitted(one, "With a photo", photo=True)

    def rests() -> bool:
        state = one.service.sync_state()
        return state.phase is SyncPhase.IDLE and state.resting == 1

    await watch.until(rests)
    state = one.service.sync_state()
    assert (state.unsent.reports, state.unsent.photos, state.rest) == (0, 1, FOR_THE_DEPOT)
    assert not any(state.reason for state in watch.states)
    troubles = [note.words for note in await one.service.notes()]
    assert not any(troubles)
    await submitted(one, "Text goes all the same")
    await watch.until(lambda: rests() and one.service.sync_state().unsent.reports == 0)
    one.service.send_photos()
    await watch.until(lambda: all_sent(one))
    await watch.until(lambda: one.service.sync_state().resting == 0)
    await one.service.lock()


async def test_a_locked_store_does_not_stay_open_for_what_waits_by_a_rule(
    site: Site, tmp_path: Path
) -> None:
    one = ruled(site, tmp_path / "ruled", DEPOT)
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await submitted(one, "With a photo", photo=True)
    await watch.until(lambda: one.service.sync_state().resting == 1)
    await one.service.lock(linger=True)
    assert one.service.lingering() == 0
    await watch.until(lambda: LockedSending(0, given_up=1) in watch.events)


async def test_the_wish_to_send_photos_is_kept_without_a_link_and_over_a_restart(
    site: Site, tmp_path: Path
) -> None:
    one = ruled(site, tmp_path / "ruled", DEPOT)
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await submitted(one, "With a photo", photo=True)
    await watch.until(lambda: one.service.sync_state().resting == 1)
    site.stop()
    await watch.until_phase(one, SyncPhase.OFFLINE)
    assert one.service.sync_state().resting == 1, "it can still be said"
    one.service.send_photos()
    await one.service.lock()  # at once, before the loop could do anything
    site.start()
    again = ruled(site, tmp_path / "ruled", DEPOT)
    heard = Watch(again)
    await again.service.sign_in("demo", PASSWORD)
    await heard.until(lambda: all_sent(again))

    async def is_forgotten() -> bool:
        return not await again.store.secrets.get("photos now")

    await heard.until(is_forgotten)
    await again.service.lock()


async def test_a_wish_in_a_pause_holds_when_the_sync_goes_on(site: Site, tmp_path: Path) -> None:
    one = ruled(site, tmp_path / "ruled", DEPOT)
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await submitted(one, "With a photo", photo=True)
    await watch.until(lambda: one.service.sync_state().resting == 1)
    one.service.pause_sync()
    await watch.until_phase(one, SyncPhase.PAUSED)
    one.service.send_photos()
    await watch.until(lambda: one.service.sync_state().resting == 0)
    state = one.service.sync_state()
    assert (state.phase, state.unsent.photos) == (SyncPhase.PAUSED, 1)
    one.service.resume_sync()
    await watch.until(lambda: all_sent(one))
    await one.service.lock()


async def test_what_a_day_had_no_room_for_comes_the_next_day(
    terminal: Terminal, clock: MovableClock
) -> None:
    objects = Objects()
    objects.has = {"a.jpg": b"a", "b.jpg": b"b"}
    day = Meter(LinkRules(daily_bytes=1), terminal.store.secrets, clock)
    both = Transfers(terminal.store, objects, nothing, nothing, meter=day)
    await both.fetch([])
    found = [both.may_go_on]
    day.moved(1)
    assert await both.fetch(["a.jpg", "b.jpg"]) == 0
    found.append(both.may_go_on)
    clock.move(timedelta(days=1).total_seconds())
    found.append(both.may_go_on)
    assert await both.fetch(["a.jpg", "b.jpg"]) == 2
    assert [*found, both.may_go_on] == [False, False, True, False]
