"""One sealed store for all tests at a pseudo-terminal: made once, copied for each."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from civictui.domain.model import GeoPoint, Photo, Report, Update
from civictui.domain.ports import Account
from civictui.geo import distance
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from tests.city import WORDS, picture
from tests.e2e.processes import PASSWORD
from tests.e2e.screen import AppScreen
from tests.pty.stored import ORIGIN, USER, StartApp, app_command

PHOTO = Photo("a.jpg", "a-small.jpg", 30_000, 160, 90)
_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it, private


@pytest.fixture(scope="session")
def sealed_store() -> Iterator[Path]:
    """A data folder with 30 reports of asha's, one of them with a photo and a remark."""
    where = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="civictui-pty-", dir=where))
    asyncio.run(_fill(folder / "data"))
    yield folder / "data"
    shutil.rmtree(folder)


async def _fill(folder: Path) -> None:
    vault = DeviceVault(folder, distance, COSTS[-1:])
    store = await vault.create(Account(ORIGIN, "gateway", USER), PASSWORD)
    for key, width in ((PHOTO.large, 160), (PHOTO.thumbnail, 80)):
        await store.blobs.put(key, picture(2, width, width * 9 // 16))
    for number in range(30):
        report = Report(
            id=f"report-{number:02}",
            reported_by=USER,
            reported_at=f"2026-05-{number + 1:02}T10:00:00Z",
            description=f"Report {number}: {WORDS[number % len(WORDS)]} – Müller straße 漢字",
            category="lamp",
            address=f"{number} George St",
            point=GeoPoint(-33.86 + number / 1000, 151.2),
            photos=(PHOTO,) if number == 29 else (),
        )
        await store.writer.submit(report)
    remark = Update(
        id="remark",
        report="report-29",
        reported_by=USER,
        reported_at="2026-06-01T10:00:00Z",
        text="looked at it",
    )
    await store.writer.submit_updates([remark])
    await store.close()


@pytest.fixture
def store(sealed_store: Path, tmp_path: Path) -> Path:
    """The same for one test alone."""
    folder = tmp_path / "data"
    shutil.copytree(sealed_store, folder)
    return folder


@pytest.fixture
def start_app(store: Path) -> Iterator[StartApp]:
    """`start_app(**environment)`: the program on a terminal of 80x24; it ends with the test."""
    started: list[AppScreen] = []

    def start(*arguments: str, **environment: str) -> AppScreen:
        started.append(AppScreen.run(app_command(store, *arguments), **environment))
        return started[-1]

    yield start
    for screen in started:
        if screen.status is None:
            screen.kill()
