"""The service that is built after the first page is painted."""

import asyncio
from threading import Event
from typing import cast

import pytest

from civictui.domain.errors import UsageError
from civictui.domain.events import ReportsChanged
from civictui.domain.model import NO_POLICY, Policy
from civictui.domain.ports import Service
from civictui.starting import LateService
from tests.fakes import FakeService


def test_nothing_is_built_for_what_is_known_without() -> None:
    asked: list[str] = []
    late = LateService(lambda: cast(Service, asked.append("built")))
    late.listen(lambda _: None)
    assert (late.user, late.lingering(), late.built(), asked) == ("", 0, None, [])
    late.give_up()


async def test_locking_what_was_never_built_is_nothing() -> None:
    late = LateService(FakeService)
    await late.lock(linger=True)
    assert late.built() is None


def test_nothing_is_asked_of_whom_nobody_knows_yet() -> None:
    late = LateService(FakeService)
    assert (late.policy, late.barred, late.built()) == (NO_POLICY, "", None)


async def test_a_notice_waits_for_the_whole_and_holds_nobody_up() -> None:
    go_on = Event()

    def build() -> FakeService:
        assert go_on.wait(20)
        return FakeService(public="Closed on Monday.", user="demo", asked=Policy(disabled=True))

    late = LateService(build)
    asking = asyncio.create_task(late.notice())
    await asyncio.sleep(0)  # the loop goes on while it is built
    assert not asking.done()
    go_on.set()
    assert await asking == "Closed on Monday."
    assert (late.policy.disabled, late.barred) == (True, "device")


async def test_what_cannot_be_built_has_no_notice() -> None:
    def build() -> Service:
        raise UsageError("no such folder")

    assert await LateService(build).notice() == ""


def test_it_is_built_once_and_by_another_thread_than_the_one_that_asks() -> None:
    go_on, made = Event(), list[FakeService]()

    def build() -> FakeService:
        assert go_on.wait(20)
        made.append(FakeService())
        return made[-1]

    late = LateService(build)
    begun = late.begin()
    assert not begun.done()
    go_on.set()
    assert late.sync_state() == made[0].sync_state()
    assert late.begin() is begun
    assert late.built() is made[0]
    assert late.user == made[0].user


@pytest.mark.parametrize("before", [True, False])
def test_who_listens_hears_whether_it_was_built_before_or_after(*, before: bool) -> None:
    heard: list[object] = []
    service = FakeService()
    late = LateService(lambda: service)
    if not before:
        late.begin().result()
    late.listen(heard.append)
    late.begin().result()
    service.emit(ReportsChanged())
    assert heard == [ReportsChanged()]


def test_what_the_building_raises_comes_to_whoever_uses_it() -> None:
    def build() -> Service:
        raise UsageError("no such folder")

    late = LateService(build)
    with pytest.raises(UsageError):
        late.sync_now()
    with pytest.raises(UsageError):
        late.built()
    assert (late.user, late.lingering()) == ("", 0)
