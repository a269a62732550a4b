"""What maps look like, without a base map: the looks of streets are tested where they are drawn."""

from collections.abc import Callable
from typing import cast

import pytest
from textual.pilot import Pilot

from civictui.app import CivicApp
from civictui.screens.map_page import MapPage
from civictui.screens.pin_page import PinPage
from tests.snapshots.test_looks import LEAST, app, to_the_list
from tests.stage import until


async def to_the_map(pilot: Pilot[None]) -> None:
    """A report selected, on the map without a base map."""
    await to_the_list(pilot)
    app = cast(CivicApp, pilot.app)
    page = MapPage(app.desk)
    app.push_screen(page)
    await until(lambda: page.frame and page.frame.count)
    await pilot.press("n")
    await app.workers.wait_for_complete()
    await pilot.pause()


async def to_the_pin(pilot: Pilot[None]) -> None:
    """The pin, some steps from where it began."""
    await to_the_list(pilot)
    app = cast(CivicApp, pilot.app)
    page = PinPage(app.desk)
    app.push_screen(page)
    await until(lambda: page.frame and page.frame.count)
    await pilot.press("l", "L", "j")
    await app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), LEAST], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("way", [to_the_map, to_the_pin])
def test_look_of_maps(
    snap_compare: Callable[..., bool], way: object, size: tuple[int, int]
) -> None:
    assert snap_compare(app(), terminal_size=size, run_before=way)
