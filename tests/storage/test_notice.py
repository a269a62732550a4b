"""The notice of a gateway, kept under the device's key: there without a link, readable nowhere."""

import os
from pathlib import Path

import pytest

from civictui.domain.errors import StoreFull
from civictui.geo import distance
from civictui.storage import notice
from civictui.storage.files import write_durably
from civictui.storage.vault import DeviceVault

HERE, THERE = "https://city.example", "https://other.example"
WORDS = "Depot closed on Monday. " * 40


@pytest.fixture
def vault(tmp_path: Path) -> DeviceVault:
    return DeviceVault(tmp_path, distance)


async def test_the_last_one_of_each_gateway_is_kept(vault: DeviceVault, tmp_path: Path) -> None:
    assert await vault.kept_notice(HERE) == ""
    await vault.keep_notice(HERE, "First")
    await vault.keep_notice(HERE, WORDS)
    await vault.keep_notice(THERE, "Another")
    again = DeviceVault(tmp_path, distance)
    assert await again.kept_notice(HERE) == WORDS
    assert await again.kept_notice(THERE) == "Another"
    await again.keep_notice(HERE, "")
    assert await vault.kept_notice(HERE) == ""
    assert await vault.kept_notice(THERE) == "Another"


async def test_nothing_of_it_can_be_read(vault: DeviceVault, tmp_path: Path) -> None:
    await vault.keep_notice(HERE, WORDS)
    await vault.keep_notice(THERE, "x")
    files = list((tmp_path / "notices").iterdir())
    assert len({path.stat().st_size for path in files}) == 1, "not even its length"
    for path in files:
        assert path.stat().st_mode & 0o777 == 0o600
        for words in (b"Depot", b"example", b"words"):
            assert words not in path.read_bytes()
            assert words.decode() not in path.name


async def test_one_that_is_damaged_moved_or_of_another_device_is_none(
    vault: DeviceVault, tmp_path: Path
) -> None:
    await vault.keep_notice(HERE, WORDS)
    (path,) = (tmp_path / "notices").iterdir()
    sealed = path.read_bytes()
    for damaged in (b"", sealed[:-1], sealed[:20] + b"\x00" + sealed[21:], os.urandom(100)):
        path.write_bytes(damaged)
        assert await vault.kept_notice(HERE) == ""
    await vault.keep_notice(THERE, "Another")
    other = next(each for each in (tmp_path / "notices").iterdir() if each != path)
    path.write_bytes(other.read_bytes())
    assert await vault.kept_notice(HERE) == "", "one gateway's words are not another's"
    await vault.keep_notice(HERE, "New")
    assert await vault.kept_notice(HERE) == "New"


async def test_without_room_it_is_not_kept_and_nobody_is_told(
    vault: DeviceVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    await vault.keep_notice(HERE, "Before")

    def full(*_: object) -> None:
        raise StoreFull("no room")

    monkeypatch.setattr(notice, "write_durably", full)
    await vault.keep_notice(HERE, "After")
    assert await vault.kept_notice(HERE) == "Before"


async def test_the_same_again_writes_nothing(
    vault: DeviceVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def noted(path: Path, *parts: bytes) -> None:
        written.append(path)
        write_durably(path, *parts)

    monkeypatch.setattr(notice, "write_durably", noted)
    for words in ("Same", "Same", "Other", "Other"):
        await vault.keep_notice(HERE, words)
    assert len(written) == 2
