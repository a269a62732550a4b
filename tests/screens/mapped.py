"""The map page on a stage, among the reports of a small city."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from civictui.domain.model import GeoPoint, Report
from civictui.geo.maps.base_map import BaseMap
from civictui.screens.map_page import MapPage
from civictui.terminal.capability import Capability
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

HERE = GeoPoint(37.77, -122.41)
UNION_SQUARE = GeoPoint(37.7879, -122.4075)
PLACES = {
    "near": GeoPoint(37.7702, -122.41),
    "middle": GeoPoint(37.7708, -122.411),
    "far": GeoPoint(37.769, -122.412),
    "city": GeoPoint(37.80, -122.45),
}


def city(where: GeoPoint | None = HERE) -> FakeService:
    service = FakeService(where=where)
    for day, (name, point) in enumerate(PLACES.items(), 10):
        report = Report(
            id=name,
            description=f"A hole, {name}",
            category="pothole",
            reported_at=f"2026-11-{day}T10:00:00Z",
            point=point,
        )
        service.reader.add(report)
    return service


@asynccontextmanager
async def on_map(
    service: FakeService,
    focus: GeoPoint | None = None,
    select: str = "",
    *,
    size: tuple[int, int] = (80, 24),
    capability: Capability | None = None,
    maps: BaseMap | None = None,
) -> AsyncIterator[tuple[Stage, MapPage]]:
    """The page, when its first frame with the reports around has come."""
    async with stage(service, size=size, capability=capability, maps=maps) as on:
        page = MapPage(on.app.desk, focus, select)
        on.app.push_screen(page)
        await on.shows(MapPage)
        await on.reads(" in sight")
        await drawn(on, page)
        yield on, page


async def drawn(on: Stage, page: MapPage) -> None:
    """Wait until the view that is wanted is the one that is on the screen."""
    await until(lambda: page.frame and page.frame.view == page.view and not page.chart._drawing)
    await on.app.workers.wait_for_complete()
    await on.settle()


def chart(on: Stage) -> str:
    """The map itself."""
    return "\n".join(on.lines[1:-4])
