"""Draw each screen in two themes into docs/screens, and four of them for the README into docs.

    python tools/make_screenshots.py [DIR]

The app walks by its keys in front of the demo's gateway. Run it after a change of the looks. The
pictures name no font of another site.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sized
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from civictui.terminal.capability import Capability, prepare_environment

prepare_environment()  # the display's switches are read when it is imported

from textual.pilot import Pilot  # noqa: E402

from civictui.app import CivicApp  # noqa: E402
from civictui.bootstrap import Client, build  # noqa: E402
from civictui.demo.base_map import shipped_map  # noqa: E402
from civictui.demo.gateway import HINT, PASSWORD, USERS, GatewayProcess  # noqa: E402
from civictui.domain.model import Fix, GeoPoint, Query, SyncPhase, now_text  # noqa: E402
from civictui.geo.maps.base_map import BaseMap  # noqa: E402
from civictui.preferences import Preferences  # noqa: E402
from civictui.screens.map_page import MapPage  # noqa: E402
from civictui.service import CivicService  # noqa: E402
from civictui.settings import Settings  # noqa: E402

THEMES = ("dark", "light")
FOR_README = {"list", "detail", "map", "conflict"}
_README_THEME = "ansi"
_FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_PATIENCE = 60
UNION_SQUARE, CORNER = GeoPoint(37.7879, -122.4075), GeoPoint(37.7873, -122.4058)


@dataclass(frozen=True)
class Shot:
    """Keys to press, the screen on which one is then, and its picture's name, "" for none."""

    keys: tuple[str, ...]
    screen: str
    name: str = ""


def away(screen: str, name: str, *keys: str, back: tuple[str, ...] = ("escape",)) -> list[Shot]:
    """To another screen, from the list or a report, and back."""
    home = "ReportDetail" if name.startswith("detail-") else "ReportList"
    return [Shot(keys, screen, name.removeprefix("detail-")), Shot(back, home)]


_LIST = Shot((), "ReportList", "list")
_DETAIL = Shot(("g", "j", "j", "j", "enter"), "ReportDetail", "detail")
_BACK = Shot(("escape",), "ReportList")
README_WALK = [_LIST, _DETAIL, _BACK]
WALK = [
    _LIST,
    *away("Help", "help", "question_mark"),
    *away("Palette", "palette", "ctrl+p", *"sy"),
    *away("ReportList", "search", "slash", *"lamp"),
    *away("FilterPage", "filter", "f"),
    *away("SyncPage", "sync", "S"),
    *away("ShiftPage", "shift", "e"),
    *away("PackPage", "pack", "P"),
    *away("SettingsPage", "settings", "comma"),
    *away("ChangePasswordPage", "password", "f9"),
    *away(
        "ReportNew", "new-report", "n", *"Lamp dark", "tab", *"light", back=("f8", "left", "enter")
    ),
    _DETAIL,
    *away("PicturePage", "detail-picture", "p"),
    *away("UpdatePage", "detail-update", "u"),
    *away("CopyPage", "detail-copy", "y"),
    *away("EarlierVersions", "detail-versions", "h"),
    _BACK,
]


class Walker:
    """One running app, whose screens are written into a folder."""

    def __init__(self, app: CivicApp, pilot: Pilot[None], target: Path, theme: str) -> None:
        self.app = app
        self._pilot = pilot
        self._target = target
        self._theme = theme

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(_PATIENCE):
            while not holds():
                await self._pilot.pause(0.1)
        await self._pilot.pause(1.0)

    async def take(self, shot: Shot) -> None:
        for key in shot.keys:
            await self._pilot.press("space" if key == " " else key)
        try:
            await self.until(lambda: type(self.app.screen).__name__ == shot.screen)
        except TimeoutError:
            here = type(self.app.screen).__name__
            raise SystemExit(f"{shot.keys} lead to {here}, not to {shot.screen}") from None
        if shot.name:
            self.save(shot.name)

    def save(self, name: str) -> None:
        """Write the screen as it is now."""
        drawing = _FONT_FACE.sub("", self.app.export_screenshot(title="civictui"))
        if self._theme != _README_THEME:
            name = f"screens/{self._theme}/{name}"
        elif name not in FOR_README:
            return
        _write(self._target / f"{name}.svg", drawing)


def _write(path: Path, drawing: str) -> None:
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    path.write_text(drawing, encoding="utf-8")
    path.chmod(0o644)  # the program itself lets nobody else read what it writes


def app_of(client: Client, folder: Path, theme: str, *, first_run: bool = False) -> CivicApp:
    """The app over a client that is built already, in a theme."""
    path = Path("~/.config/civictui/config.toml")  # shown, and never written here
    settings = Settings(server="" if first_run else "https://reports.example.org", theme=theme)
    preferences = Preferences(settings, path)
    return CivicApp(
        client.service,
        server=settings.server,
        hint="" if first_run else HINT,
        capability=Capability(colours=1 << 24),
        maps=BaseMap(folder / "maps", shipped_map()),
        preferences=preferences,
        first_run=first_run,
    )


async def draw(folder: Path, server: str, target: Path, theme: str) -> None:
    """Walk through the app in one theme."""
    settings = Settings(
        server=server, data_dir=folder / f"terminal-{theme}", position="13.0765,77.7890"
    )
    client = build(settings)
    other = build(replace(settings, data_dir=folder / f"another-{theme}")).service
    app = app_of(client, folder, theme)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            walker = Walker(app, pilot, target, theme)
            await walker.take(Shot((), "Login", "sign-in"))
            await pilot.press(*USERS[0], "tab", *PASSWORD, "enter")
            service = client.service
            for key in ("home", "r"):
                await walker.until(lambda: service.sync_state().phase is SyncPhase.IDLE)
                await pilot.press(key)
            await walker.until(lambda: service.sync_state().phase is SyncPhase.IDLE)
            for shot in WALK if theme != _README_THEME else README_WALK:
                await walker.take(shot)
            await draw_map(walker)
            await draw_conflict(walker, service, other)
    finally:
        await client.service.lock()
        await other.lock()


async def draw_map(walker: Walker) -> None:
    app = walker.app
    page = MapPage(app.desk, UNION_SQUARE)
    app.push_screen(page)
    await walker.until(lambda: page.frame is not None and page.frame.count > 0)
    now = now_text(datetime.now(UTC))
    page.fix = Fix(point=CORNER, accuracy=6.0, at=now)  # as a receiver gives it
    page.redraw()
    await walker.take(Shot(("n",), "MapPage", "map"))
    await walker.take(Shot(("escape",), "ReportList"))


async def draw_conflict(walker: Walker, mine: CivicService, theirs: CivicService) -> None:
    if not await mine.reader.conflicts():
        await disagree(mine, theirs)
    await walker.take(Shot(("g", "enter"), "ReportDetail"))
    await walker.take(Shot(("c",), "ConflictPage", "conflict"))


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


async def draw_first_run(folder: Path, target: Path, theme: str) -> None:
    """The page that asks for the server, on a terminal that has none."""
    app = app_of(build(Settings(data_dir=folder / f"new-{theme}")), folder, theme, first_run=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await Walker(app, pilot, target, theme).take(Shot((), "FirstRun", "first-run"))


async def draw_all(folder: Path, target: Path) -> None:
    gateway = await asyncio.to_thread(GatewayProcess.start, folder)
    try:
        for theme in (*THEMES, _README_THEME):
            await draw_first_run(folder, target, theme)
            await draw(folder, gateway.server, target, theme)
    finally:
        await asyncio.to_thread(gateway.stop)


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "docs"
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(draw_all(Path(folder), target))


if __name__ == "__main__":
    main()
