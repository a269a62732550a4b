"""After a restore to an earlier time terminals go on, and nobody loses anything."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.errors import NotConfirmed, SessionExpired
from civictui.domain.model import Query
from civictui.gateway.devices.records import entries_of
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.opening import open_blobs
from civictui.service import new_draft
from tests.faults.device import Device
from tests.faults.test_rounds import descriptions, saved
from tests.gateway.backup.conftest import Backup, NewDevice
from tests.site import PASSWORD, Site, Terminal, one
from tests.sync.test_loop import PHOTO

__all__ = ["one"]


async def signed_in(new_device: NewDevice) -> tuple[Device, Device]:
    """The terminals of demo and asha, in step with the gateway."""
    devices = new_device("one", "demo"), new_device("two", "asha")
    for device in devices:
        await device.sign_in()
        await device.sync()
    return devices


async def again(*devices: Device) -> None:
    """Everybody signs in once more and synchronises, so often that all hear of all."""
    for device in devices:
        await device.hang_up()
        with pytest.raises(SessionExpired):
            await device.sync()
        await device.leave()
        await device.sign_in()
    for device in (*devices, *devices, *devices):
        await device.hang_up()
        with suppress(NotConfirmed):  # something waits until another one was here
            await device.sync()
        assert not await device.store.state.rejected()


async def edited(device: Device, report: str, description: str) -> None:
    draft = await device.service.begin_edit(report)
    await device.service.submit(replace(draft, description=description))


async def test_what_was_sent_after_the_backup_is_sent_again_with_its_pictures(
    site: Site, new_device: NewDevice, tmp_path: Path
) -> None:
    one, two = await signed_in(new_device)
    await saved(one, "before")
    await one.sync()
    backup = Backup(site, tmp_path)
    await saved(one, "after", photo=True)
    await saved(two, "after, by asha")
    for device in (one, two, one):
        await device.sync()
    before = pictures_of(site)
    assert before
    backup.put_back()
    assert not pictures_of(site)
    await again(two, one)
    everything = ["after", "after, by asha", "before"]
    assert await descriptions(one) == await descriptions(two) == everything
    assert pictures_of(site) == before


async def test_numbers_that_are_given_anew_hide_no_change(
    site: Site, new_device: NewDevice, tmp_path: Path
) -> None:
    """The other terminal was in step, and the database comes to the same number once more."""
    one, two = await signed_in(new_device)
    backup = Backup(site, tmp_path)
    for number in range(4):
        await saved(one, f"first life {number}")
    for device in (one, two):
        await device.sync()
    backup.put_back()
    for number in range(4):
        await saved(two, f"second life {number}")
    await again(two, one)
    expected = sorted(f"{life} life {n}" for life in ("first", "second") for n in range(4))
    assert await descriptions(one) == await descriptions(two) == expected


@pytest.mark.parametrize("first", ["author", "editor"])
async def test_an_edit_of_a_report_that_the_gateway_forgot_comes_back(
    site: Site, new_device: NewDevice, tmp_path: Path, first: str
) -> None:
    """Whoever is heard first: only its author may bring a report that is not there."""
    one, two = await signed_in(new_device)
    backup = Backup(site, tmp_path)
    report = await saved(one, "as it was")
    for device in (one, two):
        await device.sync()
    await edited(two, report, "as it is")
    await two.sync()
    if first == "author":
        await one.sync()
    backup.put_back()
    await again(*((one, two) if first == "author" else (two, one)))
    assert await descriptions(one) == await descriptions(two) == ["as it is"]
    assert await one.all_sent()
    assert await two.all_sent()


async def test_a_photo_in_somebody_elses_report_comes_back(
    site: Site, new_device: NewDevice, tmp_path: Path
) -> None:
    """It was added by the one and is under an edit of the other by now."""
    one, two = await signed_in(new_device)
    report = await saved(one, "as it was")
    for device in (one, two):
        await device.sync()
    backup = Backup(site, tmp_path)
    draft = await two.service.begin_edit(report)
    photo = (await two.service.take_photo(str(PHOTO))).photo
    await two.service.submit(replace(draft, photos=(photo,)))
    for device in (two, one):
        await device.sync()
    await edited(one, report, "as it is")
    for device in (one, two):
        await device.sync()
    before = pictures_of(site)
    assert len(before) == 2
    backup.put_back()
    await again(one, two)
    assert await descriptions(one) == await descriptions(two) == ["as it is"]
    assert pictures_of(site) == before


async def test_remarks_and_a_conflict_after_the_backup_come_back(
    site: Site, new_device: NewDevice, tmp_path: Path
) -> None:
    """On a report that the gateway knows, and on one that it has forgotten; each once."""
    one, two = await signed_in(new_device)
    known = await saved(one, "known")
    for device in (one, two):
        await device.sync()
    backup = Backup(site, tmp_path)
    forgotten = await saved(one, "forgotten")
    for device in (one, two):
        await device.sync()
    for key in (known, forgotten):
        draft = new_draft(two.clock, description="seen to")
        await two.service.remark(key, replace(draft, status="fixed"))
        await edited(one, key, "this way")
        await edited(two, key, "that way")
    for device in (one, two, one):
        await device.sync()
    before = await standing(two)
    assert before == await standing(one) == {key: (["seen to"], True) for key in (known, forgotten)}
    backup.put_back()
    await again(two, one)
    assert before == await standing(one) == await standing(two)
    third = new_device("three", "demo")  # who has nothing but what the gateway has
    await third.sign_in()
    await third.sync()
    assert before == await standing(third)


async def standing(device: Device) -> dict[str, tuple[list[str], bool]]:
    """Of each report what was said about it, and whether it is in conflict."""
    reader = device.store.reader
    conflicts = await reader.conflicts()
    return {
        key: ([update.text for update in await reader.updates(key)], key in conflicts)
        for key in await reader.find(Query())
    }


async def test_a_withdrawal_after_the_backup_comes_back(
    site: Site, new_device: NewDevice, tmp_path: Path
) -> None:
    one, two = await signed_in(new_device)
    report = await saved(one, "to be withdrawn")
    for device in (one, two):
        await device.sync()
    backup = Backup(site, tmp_path)
    await one.service.withdraw(report)
    await one.sync()
    backup.put_back()
    await again(two, one)
    assert await descriptions(one) == await descriptions(two) == []


async def test_a_second_restore_is_yet_another_database(
    site: Site, new_device: NewDevice, tmp_path: Path
) -> None:
    one, two = await signed_in(new_device)
    backup = Backup(site, tmp_path)
    await saved(one, "after the first")
    await one.sync()
    backup.put_back()
    await again(one, two)
    (tmp_path / "second").mkdir()
    second = Backup(site, tmp_path / "second")
    await saved(two, "after the second")
    for device in (two, one):
        await device.sync()
    second.put_back()
    await again(one, two)
    everything = ["after the first", "after the second"]
    assert await descriptions(one) == await descriptions(two) == everything


async def test_nobody_is_told_of_reports_twice(
    site: Site, new_device: NewDevice, tmp_path: Path
) -> None:
    one, two = await signed_in(new_device)
    report = await saved(one, "once")
    backup = Backup(site, tmp_path)
    for device in (one, two):
        await device.sync()
    backup.put_back()
    await again(one, two)
    assert await two.store.reader.find(Query()) == [report]


async def test_a_terminal_says_anew_what_it_holds(
    site: Site, one: Terminal, tmp_path: Path
) -> None:
    """Though it is what it has said before."""
    await one.service.sign_in("demo", PASSWORD)
    await until_told(site)
    backup = Backup(site, tmp_path)
    await one.service.lock()
    backup.put_back()
    assert not has_told(site)
    await one.service.sign_in("demo", PASSWORD)
    await until_told(site)


async def until_told(site: Site) -> None:
    async with asyncio.timeout(30):
        while not has_told(site):
            await asyncio.sleep(0.02)


def has_told(site: Site) -> bool:
    """Whether a device has said what it holds."""
    return any(entry.told for entry in entries_of(GatewayFolder.open(site.folder, 0)))


def pictures_of(site: Site) -> set[str]:
    """What the gateway has, by the blinded names of the keys: hashes of the content."""
    blobs = open_blobs(GatewayFolder.open(site.folder, 0))
    return {path.name for path in blobs.files()}
