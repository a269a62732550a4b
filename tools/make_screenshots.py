"""Draw docs/list.svg, detail.svg, map.svg and conflict.svg: the app in front of the demo's gateway.

    python tools/make_screenshots.py [DIR]

Run it after a change of the looks. The pictures name no font of another site.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sized
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from civictui.terminal.capability import Capability, prepare_environment

prepare_environment()  # the display's switches are read when it is imported

from civictui.app import CivicApp  # noqa: E402
from civictui.bootstrap import build  # noqa: E402
from civictui.demo.base_map import shipped_map  # noqa: E402
from civictui.demo.gateway import HINT, PASSWORD, USERS, GatewayProcess  # noqa: E402
from civictui.domain.model import Fix, GeoPoint, Query, SyncPhase, now_text  # noqa: E402
from civictui.geo.maps.base_map import BaseMap  # noqa: E402
from civictui.screens.map_page import MapPage  # noqa: E402
from civictui.service import CivicService  # noqa: E402
from civictui.settings import Settings  # noqa: E402

_FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_PATIENCE = 60
UNION_SQUARE, CORNER = GeoPoint(37.7879, -122.4075), GeoPoint(37.7873, -122.4058)


async def draw(folder: Path, target: Path) -> None:
    """Walk through the app and write its screens into `target`."""
    gateway = await asyncio.to_thread(GatewayProcess.start, folder)
    settings = Settings(
        server=gateway.server, data_dir=folder / "terminal", position="13.0765,77.7890"
    )
    service = build(settings).service
    other = build(replace(settings, data_dir=folder / "another")).service
    capability = Capability(colours=1 << 24)
    app = CivicApp(
        service,
        server="https://reports.example.org",
        hint=HINT,
        capability=capability,
        maps=BaseMap(folder / "maps", shipped_map()),
    )
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press(*USERS[0], "tab", *PASSWORD, "enter")

            async def until(holds: Callable[[], bool]) -> None:
                async with asyncio.timeout(_PATIENCE):
                    while not holds():
                        await pilot.pause(0.1)
                await pilot.pause(1.0)

            await until(lambda: service.sync_state().phase is SyncPhase.IDLE)
            await pilot.press("r")
            await until(lambda: service.sync_state().phase is SyncPhase.IDLE)
            save(app, target / "list.svg")
            await pilot.press("j", "j", "j", "enter")
            await until(lambda: type(app.screen).__name__ == "ReportDetail")
            await pilot.pause(1.5)
            save(app, target / "detail.svg")
            await pilot.press("escape")
            page = MapPage(app.desk, UNION_SQUARE)
            app.push_screen(page)
            await until(lambda: page.frame is not None and page.frame.count > 0)
            now = now_text(datetime.now(UTC))
            page.fix = Fix(point=CORNER, accuracy=6.0, at=now)  # as a receiver gives it
            page.redraw()
            await pilot.press("n")
            await pilot.pause(1.0)
            save(app, target / "map.svg")
            await pilot.press("escape")
            await until(lambda: type(app.screen).__name__ == "ReportList")
            await disagree(service, other)
            await until(lambda: type(app.screen).__name__ == "ReportList")
            await pilot.press("g", "enter")
            await until(lambda: type(app.screen).__name__ == "ReportDetail")
            await pilot.press("c")
            await until(lambda: type(app.screen).__name__ == "ConflictPage")
            save(app, target / "conflict.svg")
    finally:
        await service.lock()
        await other.lock()
        await asyncio.to_thread(gateway.stop)


async def disagree(mine: CivicService, theirs: CivicService) -> None:
    """Two people change the newest report while they are apart, and come together again."""
    await theirs.sign_in(USERS[1], PASSWORD)
    key = (await mine.reader.find(Query(limit=1)))[0]
    await _until(lambda: theirs.reader.rows([key]))
    mine.pause_sync()
    for service, words, category in (
        (mine, "Road dug up for the sewage pumps, open hole at the school gate", "road"),
        (theirs, "Road dug up for the sewage pumps, the barrier is gone", ""),
    ):
        draft = await service.begin_edit(key)
        changed = replace(draft, description=words, category=category or draft.category)
        await service.submit(changed)
    await _until(theirs.waiting, holds=False)
    mine.resume_sync()
    await _until(mine.reader.conflicts)


async def _until(ask: Callable[[], Awaitable[Sized]], *, holds: bool = True) -> None:
    """Until the answer holds something, or nothing any more."""
    async with asyncio.timeout(_PATIENCE):
        while bool(len(await ask())) is not holds:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.1)


def save(app: CivicApp, path: Path) -> None:
    """Write the screen as it is now."""
    drawing = _FONT_FACE.sub("", app.export_screenshot(title="civictui"))
    path.write_text(drawing, encoding="utf-8")
    path.chmod(0o644)  # the program itself lets nobody else read what it writes


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "docs"
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(draw(Path(folder), target))


if __name__ == "__main__":
    main()
