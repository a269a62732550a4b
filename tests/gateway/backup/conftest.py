"""A folder that is backed up and put back in this process, and terminals that work before it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from civictui.clock import SystemClock
from civictui.gateway.backup.putting import Restored, restore
from civictui.gateway.backup.taking import Taken, take
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import load
from tests.faults.conftest import quick_keys
from tests.faults.device import Device
from tests.gateway.peer import picture, report
from tests.site import Site, site

__all__ = ["quick_keys", "site"]

PICTURES = {f"picture{number}.jpg": picture(number, 160) for number in range(3)}


@pytest.fixture
def filled(folder: GatewayFolder) -> GatewayFolder:
    """Something of each kind in it."""
    docs = [report(f"r{number}", problemDescription=f"words {number}") for number in range(20)]
    assert load(folder, docs, PICTURES) == []
    (folder.path / "maps").mkdir(mode=0o700)
    (folder.path / "maps" / "town.pmtiles").write_bytes(b"a map")
    return folder


def backed_up(folder: GatewayFolder, file: Path, *, maps: bool = True) -> Taken:
    with file.open("xb", buffering=0) as out:
        return take(folder, out.fileno(), SystemClock(), maps=maps)


def put_back(folder: GatewayFolder, file: Path, target: Path) -> Restored:
    return restore(file, folder.path / "gateway.key", target, SystemClock())


class Backup:
    """A back-up of a site, to be put in its place."""

    def __init__(self, site: Site, place: Path) -> None:
        self._site = site
        self._place = place
        self._file = place / "backup"
        backed_up(_opened(site), self._file)

    def put_back(self) -> None:
        """The site goes on at its address with the folder as it was."""
        self._site.stop()
        new = self._place / "restored"
        put_back(_opened(self._site), self._file, new)
        self._site.folder = new
        self._site.start()


def _opened(site: Site) -> GatewayFolder:
    return GatewayFolder.open(site.folder, 0)


NewDevice = Callable[[str, str], Device]


@pytest.fixture
async def new_device(quick_keys: None, tmp_path: Path, site: Site) -> AsyncIterator[NewDevice]:
    """`new_device(name, user)`: a terminal, not yet signed in."""
    devices: list[Device] = []

    def make(name: str, user: str) -> Device:
        devices.append(Device(tmp_path / name, user, site.origin, SystemClock()))
        return devices[-1]

    yield make
    for device in devices:
        await device.leave()
