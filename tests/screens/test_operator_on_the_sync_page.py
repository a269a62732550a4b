"""The page of the sync, for a person on the phone with whoever runs the gateway."""

from civictui.domain.model import Policy
from civictui.screens.sync_page import SyncPage
from tests.fakes import FakeService
from tests.stage import stage

LONG = " ".join(f"Word{number}" for number in range(140))


async def test_it_tells_all_that_the_operator_asks() -> None:
    policy = Policy(message=LONG, off=frozenset({"photos"}), offline_days=14)
    async with stage(FakeService(asked=policy), size=(80, 60)) as on:
        await on.press("S")
        await on.shows(SyncPage)
        await on.reads("This terminal and its gateway")
        await on.reads("Word139")
        await on.reads("Off       adding photos")
        await on.reads("opens for 14 days without the gateway: until 2026-12-05")
        await on.reads("civictui 1.2, device 3f9a2c41")


async def test_it_tells_what_is_asked_from_now_on() -> None:
    async with stage(size=(80, 60)) as on:
        await on.press("S")
        await on.shows(SyncPage)
        await on.reads("device 3f9a2c41")
        on.service.asks(Policy(off=frozenset({"map"})))
        await on.reads("Off       the map")
