"""A gateway whose folder is put back from a backup while terminals go on: nobody loses anything.

Somebody else writes first, so that the database passes the sequence that the terminal had come to.
"""

import asyncio
import shutil
from pathlib import Path

import pytest

from civictui.domain.model import SyncPhase
from tests.faults.device import Device
from tests.faults.faults import PASS, LoseRequest
from tests.faults.proxy import FaultProxy
from tests.faults.test_rounds import descriptions, saved
from tests.site import Site, Terminal, Watch, all_sent
from tests.sync.test_loop import submitted

_MEANWHILE = [f"{number} meanwhile" for number in range(6)]


class Backup:
    """A copy of the gateway's folder."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site = site
        self._folder = folder
        shutil.copytree(site.folder, folder)

    async def put_back(self) -> None:
        await asyncio.to_thread(self._site.stop)
        shutil.rmtree(self._site.folder)
        self._folder.rename(self._site.folder)
        await asyncio.to_thread(self._site.start)


async def goes_on(other: Device) -> None:
    """Another terminal is the first that the gateway hears of."""
    await other.hang_up()
    for description in _MEANWHILE:
        await saved(other, description)
    await other.sync()


@pytest.mark.parametrize("paused", [True, False])
async def test_what_a_running_session_had_sent_is_sent_again(
    site: Site,
    proxy: FaultProxy,
    working: tuple[Terminal, Watch],
    witness: Device,
    tmp_path: Path,
    paused: bool,
) -> None:
    """Whether the terminal noticed the absence or rested meanwhile."""
    terminal, watch = working
    await submitted(terminal, "before")
    await watch.until(lambda: all_sent(terminal))
    await watch.until_phase(terminal, SyncPhase.IDLE)
    backup = Backup(site, tmp_path / "backup")
    await submitted(terminal, "after")
    await watch.until(lambda: all_sent(terminal))
    await watch.until_phase(terminal, SyncPhase.IDLE)

    if paused:
        terminal.service.pause_sync()
        await watch.until_phase(terminal, SyncPhase.PAUSED)
    proxy.judge = lambda _: LoseRequest()
    await backup.put_back()
    await goes_on(witness)
    assert "after" not in await descriptions(witness)
    proxy.judge = lambda _: PASS
    terminal.service.resume_sync()

    await watch.until(lambda: _count(terminal, 8))
    await watch.until(lambda: all_sent(terminal))
    await watch.until_phase(terminal, SyncPhase.IDLE)
    await witness.sync()
    assert await descriptions(witness) == sorted(["before", "after", *_MEANWHILE])


async def test_a_log_that_does_not_follow_the_last_one_shows_it(
    site: Site, device: Device, witness: Device, tmp_path: Path
) -> None:
    """Where no connection was seen to break: by the revision that the log gets."""
    await saved(device, "before")
    await device.sync()
    backup = Backup(site, tmp_path / "backup")
    for description in ("after", "and after that"):
        await saved(device, description)
        await device.sync()
    await backup.put_back()
    await goes_on(witness)
    await device.sync()
    await witness.sync()
    everything = sorted(["before", "after", "and after that", *_MEANWHILE])
    assert await descriptions(device) == await descriptions(witness) == everything


async def test_a_kill_after_that_log_was_written_hides_nothing(
    site: Site,
    device: Device,
    witness: Device,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await saved(device, "before")
    await device.sync()
    backup = Backup(site, tmp_path / "backup")
    for description in ("after", "and after that"):
        await saved(device, description)
        await device.sync()
    await backup.put_back()
    await goes_on(witness)
    with monkeypatch.context() as killed:
        killed.setattr("civictui.sync.rounds.Round.lost", _die)
        with pytest.raises(Killed):
            await device.sync()
    await device.hang_up()
    await device.sync()
    await witness.sync()
    everything = sorted(["before", "after", "and after that", *_MEANWHILE])
    assert await descriptions(device) == await descriptions(witness) == everything


class Killed(BaseException):
    """The process ends here."""


def _die(_: object) -> None:
    raise Killed


async def _count(terminal: Terminal, reports: int) -> bool:
    return await terminal.service.reader.count() == reports
