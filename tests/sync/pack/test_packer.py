"""Packing in a running loop: begun by a person, told as it gets on, stopped."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.errors import GatewayError
from civictui.domain.events import PackMoved
from civictui.domain.model import GeoPoint, Pack, PackOrder, PackStep, Query, SyncPhase, SyncState
from civictui.gateway.maps import ROOM
from civictui.geo.maps import map_folder
from civictui.geo.maps.base_map import BaseMap
from civictui.geo.maps.view import View
from civictui.service import new_draft
from civictui.sync.pack.pack_tally import Told
from civictui.sync.pack.packer import Packer
from civictui.sync.pack.packing import BY_HAND, Packing
from tests.geo.maps.tiles.maps import WEST_VILLAGE
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent
from tests.sync.test_loop import PHOTO

HERE = GeoPoint(40.7363, -74.0066)
ORDER = PackOrder(near=HERE, meters=500)


# --- with a real gateway -------------------------------------------------------------------------


async def wrote(terminal: Terminal) -> str:
    """A report with a photo is on the server."""
    watch = Watch(terminal)
    await terminal.service.sign_in("asha", PASSWORD)
    photo = (await terminal.service.take_photo(str(PHOTO))).photo
    draft = new_draft(terminal.clock, (photo,), description="Leak", place=str(HERE))
    key = await terminal.service.submit(draft)
    await watch.until(lambda: all_sent(terminal))
    return key


def ended(watch: Watch) -> Pack | None:
    packs = [event.pack for event in watch.events if isinstance(event, PackMoved)]
    return packs[-1] if packs and packs[-1].ended else None


async def test_a_day_is_packed_and_open_without_a_link(
    site: Site, one: Terminal, two: Terminal, tmp_path: Path
) -> None:
    map_folder.add(site.folder / ROOM, WEST_VILLAGE)
    await wrote(two)
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    base, view = BaseMap(tmp_path, packed=one.service.packed_map), View.of(HERE, 60, 20, 800.0)
    assert not (await asyncio.to_thread(base.sheet, view)).laid
    one.service.pack(ORDER)
    await watch.until(lambda: ended(watch) is not None)
    pack = await one.service.packed()
    assert pack is not None
    assert (pack.step, pack.reports, pack.pictures, pack.lacking) == (
        PackStep.DONE, 1, (1, 1), (),
    )  # fmt: skip
    assert pack.tiles.here == pack.tiles.wanted > 4
    sheet = await asyncio.to_thread(base.sheet, view)
    assert sheet.attribution == "© OpenStreetMap contributors"

    await one.service.lock()
    assert not (await asyncio.to_thread(base.sheet, view)).laid, "it is shut with the store"
    await asyncio.to_thread(site.stop)
    await one.service.unlock("demo", PASSWORD)
    assert await one.service.packed() == pack
    assert (await asyncio.to_thread(base.sheet, view)).laid
    row = (await one.service.reader.rows(await one.service.reader.find(Query())))[0]
    assert await one.service.picture(row.report.photos[0].large)
    files = [path for path in (tmp_path / "one").rglob("tile/??/*") if path.is_file()]
    assert len(files) == pack.tiles.here + 1


async def test_without_a_link_it_says_so_and_what_was_packed_stays(
    site: Site, one: Terminal, two: Terminal
) -> None:
    await wrote(two)
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    one.service.pack(ORDER)
    await watch.until(lambda: ended(watch) is not None)
    before = await one.service.packed()
    await asyncio.to_thread(site.stop)
    await watch.until_phase(one, SyncPhase.OFFLINE)
    watch.events.clear()
    one.service.pack(ORDER)
    await watch.until(lambda: ended(watch) is not None)
    after = await one.service.packed()
    assert before is not None
    assert after is not None
    assert after.reason
    assert replace(after, reason="") == before


async def test_a_loop_that_is_paused_packs_nothing(one: Terminal) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    one.service.pause_sync()
    await watch.until_phase(one, SyncPhase.PAUSED)
    one.service.pack(ORDER)
    await watch.until(lambda: ended(watch) is not None)
    pack = await one.service.packed()
    assert pack is not None
    assert pack.reason == "The sync is paused"


async def test_locking_ends_it_between_two_steps(one: Terminal) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    one.service.pack(ORDER)
    await one.service.lock()
    packs = [event.pack for event in watch.events if isinstance(event, PackMoved)]
    assert not packs or packs[-1].ended
    assert one.service.packed_map().stamp is None
    one.service.pack(ORDER)
    one.service.stop_packing()


# --- by itself -----------------------------------------------------------------------------------


class Waking:
    """A packer without a loop: what it told, and how often it began a round."""

    def __init__(self) -> None:
        self.told: list[Pack] = []
        self.woken = 0
        self.packer = Packer(self._none, self._wake, self.told.append)

    def _wake(self) -> None:
        self.woken += 1

    async def _none(self, told: Told) -> Packing:
        raise GatewayError("so far, so good")

    async def hears(self, *phases: SyncPhase, reason: str = "") -> str:
        """Why it ended once it had heard these; "" if it goes on."""
        for phase in phases:
            self.packer.heard(SyncState(phase=phase, reason=reason))
        for _ in range(10):
            await asyncio.sleep(0)
        return self.told[-1].reason


async def begun() -> Waking:
    waking = Waking()
    waking.packer.begin(ORDER)
    assert await waking.hears() == ""
    assert waking.woken == 1
    return waking


async def test_a_round_that_was_going_on_is_not_the_one_before_packing() -> None:
    waking = await begun()
    assert await waking.hears(SyncPhase.PULLING, SyncPhase.IDLE) == ""
    assert await waking.hears(SyncPhase.CONNECTING, SyncPhase.PULLING) == ""
    assert await waking.hears(SyncPhase.IDLE) == "so far, so good"
    assert waking.told[-1].step is PackStep.STOPPED


@pytest.mark.parametrize("phase", [SyncPhase.WAITING, SyncPhase.HELD])
async def test_text_that_waits_for_something_else_keeps_packing_from_nothing(
    phase: SyncPhase,
) -> None:
    waking = await begun()
    assert await waking.hears(SyncPhase.CONNECTING, phase) == "so far, so good"


@pytest.mark.parametrize(
    "phases",
    [
        (SyncPhase.CONNECTING, SyncPhase.OFFLINE),
        (SyncPhase.CONNECTING, SyncPhase.NEEDS_SIGN_IN),
        (SyncPhase.NEEDS_SIGN_IN,),
        (SyncPhase.PAUSED,),
    ],
)
async def test_a_round_that_does_not_come_ends_it(phases: tuple[SyncPhase, ...]) -> None:
    waking = await begun()
    assert await waking.hears(*phases, reason="no answer") == "no answer"


async def test_one_at_a_time_and_it_can_be_stopped() -> None:
    waking = await begun()
    waking.packer.begin(ORDER)
    assert waking.woken == 1
    waking.packer.stop()
    assert await waking.hears() == BY_HAND
    waking.packer.begin(ORDER)
    assert await waking.hears() == ""
    await waking.packer.close()
    assert waking.told[-1].reason == BY_HAND
    assert waking.woken == 2
