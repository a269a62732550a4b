"""Errors of the program that end nothing are on record."""

from civictui.domain.crash import Crash
from civictui.domain.events import OwnFault
from tests.stage import stage, until


async def test_what_the_sync_met_is_kept_while_somebody_works() -> None:
    crash = Crash.of(ValueError("secret"), "1", "sync")
    async with stage() as on:
        on.service.emit(OwnFault(crash))
        await until(lambda: on.service.kept_crashes == [crash])
        await on.press("f12")
        await until(lambda: not on.service.user)
        on.service.emit(OwnFault(crash))
        await on.settle()
        assert on.service.kept_crashes == [crash]
