"""Draw docs/list.svg and docs/detail.svg: the app itself, in front of the demo's gateway.

    python tools/make_screenshots.py [DIR]

Run it after a change of the looks. The pictures name no font of another site.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from civictui.terminal.capability import Capability, prepare_environment

prepare_environment()  # the display's switches are read when it is imported

from civictui.app import CivicApp  # noqa: E402
from civictui.bootstrap import build  # noqa: E402
from civictui.demo.gateway import HINT, PASSWORD, USERS, GatewayProcess  # noqa: E402
from civictui.domain.model import SyncPhase  # noqa: E402
from civictui.settings import Settings  # noqa: E402

_FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_PATIENCE = 60


async def draw(folder: Path, target: Path) -> None:
    """Walk through the app and write its screens into `target`."""
    gateway = await asyncio.to_thread(GatewayProcess.start, folder)
    settings = Settings(
        server=gateway.server, data_dir=folder / "terminal", position="13.0765,77.7890"
    )
    service = build(settings).service
    capability = Capability(colours=1 << 24)
    app = CivicApp(service, server="https://reports.example.org", hint=HINT, capability=capability)
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
    finally:
        await service.lock()
        await asyncio.to_thread(gateway.stop)


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
