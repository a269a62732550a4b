"""The map on which a place is set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from civictui.demo.base_map import shipped_map
from civictui.domain.model import (
    AddressProposal,
    AddressSource,
    Fix,
    GeoPoint,
    Report,
    RowState,
    Spot,
)
from civictui.geo import notation
from civictui.geo.maps.base_map import BaseMap
from civictui.keys import BY_ID
from civictui.screens.pin_page import WAYS, PinPage
from civictui.screens.report_list import ReportList
from civictui.terminal.capability import Capability
from tests.fakes import FakeService
from tests.screens.every_page import assert_listed
from tests.screens.test_help import LETTERS
from tests.stage import Stage, stage, until

HERE = GeoPoint(37.77, -122.41)
THERE = GeoPoint(37.7712345, -122.4123456)


def city(where: GeoPoint | None = HERE) -> FakeService:
    service = FakeService(where=where)
    service.reader.add(Report(id="r1", description="A hole", point=GeoPoint(37.7705, -122.41)))
    return service


class Pinning:
    """The page on a stage, with what it gave."""

    def __init__(self, on: Stage, page: PinPage) -> None:
        self.on = on
        self.page = page
        self.given: list[GeoPoint | None] = []

    async def drawn(self) -> None:
        page = self.page
        await until(lambda: page.frame and page.frame.view == page.view)
        await until(lambda: not page.chart._drawing)
        await self.on.app.workers.wait_for_complete()
        await self.on.settle()

    async def press(self, *keys: str) -> None:
        await self.on.press(*keys)
        await self.drawn()

    @property
    def pin(self) -> GeoPoint:
        """Where the words say it is."""
        line = next(line for line in self.on.lines if "a step is" in line)
        return notation.parse(line.partition(" a step")[0].partition(" · ")[0])

    @property
    def cell(self) -> tuple[int, int]:
        """Where it is seen."""
        row = next(row for row, line in enumerate(self.on.lines[1:-6]) if "X" in line)
        return self.on.lines[row + 1].index("X"), row


@asynccontextmanager
async def pinning(
    service: FakeService,
    point: GeoPoint | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    capability: Capability | None = None,
    maps: BaseMap | None = None,
) -> AsyncIterator[Pinning]:
    async with stage(service, size=size, capability=capability, maps=maps) as on:
        pinned = Pinning(on, PinPage(on.app.desk, point))
        on.app.push_screen(pinned.page, pinned.given.append)
        await on.shows(PinPage)
        await on.reads("a step is")
        await pinned.drawn()
        yield pinned


async def test_the_pin_begins_where_the_person_is_and_is_taken() -> None:
    async with pinning(city()) as at:
        await at.on.reads("37.770000, -122.410000")
        await at.on.reads("✓ A hole")
        await at.on.reads("the nearest report, 56 m N")
        await at.on.reads("X the place")
        await at.on.press("enter")
        await at.on.shows(ReportList)
        assert at.given == [HERE]


async def test_a_place_that_was_there_is_kept_to_its_last_digit() -> None:
    async with pinning(city(), THERE) as at:
        await at.press("plus", "plus", "minus")
        await at.on.press("enter")
        assert at.given == [GeoPoint(37.771234, -122.412346)]


async def test_escape_gives_nothing() -> None:
    async with pinning(city(), THERE) as at:
        await at.press("l", "l")
        await at.on.press("escape")
        await at.on.shows(ReportList)
        assert at.given == [None]


async def test_arrows_move_it_cell_by_cell_over_a_map_that_stays() -> None:
    async with pinning(city()) as at:
        frame, (column, row) = at.page.frame, at.cell
        await at.press("l")
        assert at.cell == (column + 1, row)
        await at.press("down", "left", "left")
        assert at.cell == (column - 1, row + 1)
        await at.press("L", "K")
        assert at.cell == (column + 7, row - 3)
        assert at.page.frame is frame
        assert at.pin.longitude > HERE.longitude
        assert at.pin.latitude > HERE.latitude


async def test_that_the_arrows_move_it_is_said_however_narrow_the_terminal_is() -> None:
    async with pinning(city(), size=(60, 16)) as at:
        assert at.on.lines[0].startswith("Set the place · arrows move the pin")


async def test_other_keys_that_move_it_are_said() -> None:
    async with pinning(city()) as at:
        at.on.app.set_keymap({f"pin.{way}": key for way, key in zip(WAYS, "adwx", strict=True)})
        at.page.entitle()
        await at.on.reads("a d w x move the pin")


async def test_near_to_the_edge_it_brings_the_map_along() -> None:
    async with pinning(city()) as at:
        before = at.page.view
        for _ in range(12):
            await at.press("L")
        assert before
        assert at.page.view
        assert at.page.view.center.longitude > before.center.longitude
        column, row = at.cell
        assert 2 <= column < 78
        assert at.page.view.cell(at.pin) == (column, row)


async def test_closer_is_around_the_pin() -> None:
    async with pinning(city()) as at:
        await at.press("L", "J")
        pin = at.pin
        await at.press("plus")
        assert at.pin == pin
        assert at.page.view
        assert at.cell == at.page.view.cell(pin)
        column, row = at.cell
        assert (abs(column - 40) <= 1, abs(row - 8) <= 1) == (True, True)


async def test_what_is_near_has_a_name() -> None:
    service = city()
    service.proposals = [AddressProposal("12 Oak St", AddressSource.OFFLINE, 30.0)]
    async with pinning(service) as at:
        await at.on.reads("37.770000, -122.410000 · near 12 Oak St")
        for _ in range(12):
            await at.press("L")
        await at.on.reads("no report within 250 m")


async def test_the_street_comes_from_the_map(tmp_path: Path) -> None:
    maps = BaseMap(tmp_path, shipped_map())
    async with pinning(city(), GeoPoint(37.7843, -122.4077), maps=maps) as at:
        await at.on.reads("37.784300, -122.407700 · Market Street")


async def test_the_pin_goes_to_where_the_receiver_says() -> None:
    service = city()
    service.fix = Fix(point=GeoPoint(37.8, -122.4), accuracy=4, at="2026-11-23T10:00:00Z")
    async with pinning(service, THERE) as at:
        await at.press("c")
        await at.on.reads("37.800000, -122.400000")


async def test_without_any_place_it_begins_in_the_middle_of_the_world() -> None:
    async with pinning(FakeService()) as at:
        await at.on.reads("20.000000, 0.000000")
        await at.on.reads("a step is")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 60)])
async def test_every_size_has_the_map_and_its_words(size: tuple[int, int]) -> None:
    async with pinning(city(), size=size) as at:
        assert {len(line) for line in at.on.lines} == {size[0]}
        assert at.cell


async def test_in_ascii_the_map_is_ascii() -> None:
    async with pinning(city(), capability=Capability(utf8=False)) as at:
        assert "\n".join(at.on.lines[1:-5]).isascii()


async def test_its_help_lists_its_keys() -> None:
    keys = {key for key in BY_ID if key.startswith("pin.")}
    async with pinning(city(), size=(80, 40)) as at:
        await assert_listed(at.on, {*LETTERS, *keys, "map.in", "map.out", "map.style"})


async def test_what_the_store_finds_beyond_the_circle_is_not_near() -> None:
    """It answers with what lies in a box about it."""
    service = city()

    async def box(point: GeoPoint, meters: float) -> list[Spot]:
        return [Spot("r1", GeoPoint(37.7705, -122.41), RowState.SENT)]

    service.reader.spots = box  # type: ignore[method-assign]
    async with pinning(service, GeoPoint(37.7728, -122.41)) as at:  # 256 m to the north
        await at.on.reads("no report within 250 m")
