"""One store a user, opened by its password alone, and nothing to be read without it."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from civictui.codec import encode
from civictui.domain.errors import StoreBusy, StoreDamaged, StoreMissing, UsageError, WrongPassword
from civictui.domain.model import Draft, GeoPoint, Photo, Query, Report, RowState, Sort
from civictui.domain.ports import Account, WriteFailure
from civictui.geo import distance
from civictui.storage.adapters import UnlockedStore
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault

ORIGIN, GATEWAY = "https://reports.example.org", "gateway-1"
PASSWORD = "correct horse battery"


def vault_in(folder: Path) -> DeviceVault:
    return DeviceVault(folder, distance, COSTS[-1:])


@pytest.fixture
def vault(tmp_path: Path) -> DeviceVault:
    return vault_in(tmp_path / "device")


async def made(vault: DeviceVault, user: str = "asha", password: str = PASSWORD) -> UnlockedStore:
    return await vault.create(Account(ORIGIN, GATEWAY, user), password)


def report(key: str = "r1", **fields: object) -> Report:
    return Report(id=key, description="Lamp out", reported_by="asha", **fields)  # type: ignore[arg-type]


async def test_a_store_opens_again_with_the_password_alone(vault: DeviceVault) -> None:
    store = await made(vault)
    await store.writer.submit(report())
    await store.close()
    for origin in (ORIGIN, ""):
        store = await vault.unlock(origin, "asha", PASSWORD)
        assert await store.reader.find(Query()) == ["r1"]
        await store.close()


async def test_a_wrong_password_harms_nothing(vault: DeviceVault, tmp_path: Path) -> None:
    await (await made(vault)).close()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(WrongPassword):
        await vault.unlock(ORIGIN, "asha", PASSWORD + " ")
    assert {path: path.read_bytes() for path in before} == before


async def test_who_was_never_here_is_told_so(vault: DeviceVault) -> None:
    await (await made(vault)).close()
    for user in ("demo", "Asha", "", "asha "):
        with pytest.raises(StoreMissing):
            await vault.unlock(ORIGIN, user, PASSWORD)
    with pytest.raises(StoreMissing):
        await vault.unlock("https://other.example.org", "asha", PASSWORD)


async def test_two_gateways_are_two_stores(vault: DeviceVault) -> None:
    await (await made(vault)).close()
    other = Account("https://b.example.org", "gateway-2", "asha")
    await (await vault.create(other, PASSWORD)).close()
    with pytest.raises(UsageError):
        await vault.unlock("", "asha", PASSWORD)
    await (await vault.unlock("https://b.example.org", "asha", PASSWORD)).close()


async def test_a_gateway_that_took_anothers_place_does_not_hide_what_waits(
    vault: DeviceVault,
) -> None:
    store = await made(vault)
    await store.writer.submit(report())
    await store.close()
    new = await vault.create(Account(ORIGIN, "gateway-2", "asha"), PASSWORD)
    assert await vault.unsent_elsewhere(Account(ORIGIN, "gateway-2", "asha"), PASSWORD) == 1
    assert await new.reader.count() == 0
    await new.close()
    await (await vault.unlock(ORIGIN, "asha", PASSWORD)).close()
    old = await made(vault)
    assert await old.reader.count() == 1
    assert await vault.unsent_elsewhere(Account(ORIGIN, GATEWAY, "asha"), PASSWORD) == 0
    await old.close()


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b'{"v":1,"key":""}'])
async def test_lost_device_files_are_said_and_never_made_anew(
    vault: DeviceVault, tmp_path: Path, content: bytes | None
) -> None:
    await (await made(vault)).close()
    paths = [tmp_path / "device" / name for name in ("device.json", "device.copy")]
    kept = paths[0].read_bytes()
    for path in paths:
        path.unlink()
        if content is not None:
            path.write_bytes(content)
    with pytest.raises(StoreDamaged, match="is missing or damaged"):
        await made(vault)
    paths[1].write_bytes(kept)
    await (await made(vault)).close()
    assert paths[0].read_bytes() == kept, "one of the two is enough"


async def test_create_opens_what_is_there_and_never_replaces_it(vault: DeviceVault) -> None:
    store = await made(vault)
    await store.writer.submit(report())
    await store.close()
    with pytest.raises(WrongPassword):
        await made(vault, password="another password")
    store = await made(vault)
    assert await store.reader.count() == 1
    await store.close()


async def test_a_second_process_is_refused(vault: DeviceVault, tmp_path: Path) -> None:
    store = await made(vault)
    with pytest.raises(StoreBusy):
        await vault_in(tmp_path / "device").unlock(ORIGIN, "asha", PASSWORD)
    await store.close()
    await (await vault.unlock(ORIGIN, "asha", PASSWORD)).close()


async def test_a_missing_or_damaged_keyring_is_no_wrong_password(
    vault: DeviceVault, tmp_path: Path
) -> None:
    await (await made(vault)).close()
    (keys,) = tmp_path.rglob("keys")
    (copy,) = tmp_path.rglob("keys.copy")
    kept = keys.read_bytes()
    for damaged in (kept[:-9], kept.replace(b'"m"', b'"n"'), b"", None):
        for path in (keys, copy):
            path.unlink(missing_ok=True)
            if damaged is not None:
                path.write_bytes(damaged)
        with pytest.raises(StoreDamaged):
            await vault.unlock(ORIGIN, "asha", PASSWORD)
    keys.write_bytes(kept)
    await (await vault.unlock(ORIGIN, "asha", PASSWORD)).close()


@pytest.mark.parametrize("name", ["keys", "keys.copy"])
async def test_one_damaged_keyring_is_written_anew(
    vault: DeviceVault, tmp_path: Path, name: str
) -> None:
    await (await made(vault)).close()
    (keys,) = tmp_path.rglob(name)
    kept = keys.read_bytes()
    keys.write_bytes(bytes([*kept[:40], kept[40] ^ 1, *kept[41:]]))
    store = await vault.unlock(ORIGIN, "asha", PASSWORD)
    assert "keyring" in store.notice
    await store.close()
    assert keys.read_bytes() == kept


async def test_no_name_and_no_text_lies_in_the_folder(vault: DeviceVault, tmp_path: Path) -> None:
    store = await made(vault, user="canary-user")
    await store.blobs.put("a.jpg", b"\xff\xd8\xff\xe0canary-picture")
    await store.writer.save_draft(Draft(id="d", description="canary-draft"))
    await store.writer.submit(report(address="canary-address"))
    await store.secrets.put("tokens", {"refresh": "canary-token"})
    clear = [str(path).encode() for path in tmp_path.rglob("*")]
    clear += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    everything = b"\n".join(clear)
    for word in (b"canary", b"Lamp out", b"\xff\xd8\xff\xe0ca", PASSWORD.encode(), ORIGIN.encode()):
        assert word not in everything
    for path in (tmp_path / "device").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    await store.close()


async def test_submit_is_one_thing_with_its_photos(vault: DeviceVault) -> None:
    store = await made(vault)
    photo = Photo("large.jpg", "thumb.jpg", bytes=5)
    for key in ("large.jpg", "thumb.jpg"):
        await store.blobs.put(key, key.encode())
    await store.writer.save_draft(Draft(id="r1", description="Lamp"))
    await store.writer.submit(report(photos=(photo,)), "r1")
    assert await store.reader.drafts() == []
    assert [job.key for job in await store.outbox.jobs()] == ["thumb.jpg", "large.jpg"]
    unsent = await store.state.unsent()
    assert (unsent.reports, unsent.photos, unsent.bytes) == (1, 1, 18)
    await store.writer.submit(report(), "r1")
    await store.writer.save_draft(Draft(id="r1", description="a late autosave"))
    assert await store.reader.drafts() == []
    assert (await store.state.unsent()).reports == 1
    await store.close()


async def test_a_report_whose_photo_is_not_here_is_not_stored(vault: DeviceVault) -> None:
    store = await made(vault)
    await store.writer.save_draft(Draft(id="r1", description="Lamp"))
    with pytest.raises(Exception, match="photo"):
        await store.writer.submit(report(photos=(Photo("no.jpg", "no-t.jpg"),)), "r1")
    assert await store.reader.count() == 0
    assert [draft.id for draft in await store.reader.drafts()] == ["r1"]
    await store.close()


async def test_states_come_from_marks_jobs_and_refusals(vault: DeviceVault) -> None:
    store = await made(vault)
    await store.writer.submit(report())
    row = await store.reader.report("r1")
    assert row.state is RowState.QUEUED
    rev = (await store.reader.document("r1"))["_rev"]
    await store.reject([WriteFailure("r1", rev, "forbidden", "not yours")])
    row = await store.reader.report("r1")
    assert (row.state, row.reason) == (RowState.NEEDS_YOU, "not yours")
    assert (await store.marked.changes(0, limit=10)).rows == []
    assert (await store.state.unsent()).reports == 1
    await store.acknowledge([("r1", rev)])
    assert (await store.reader.report("r1")).state is RowState.SENT
    assert (await store.state.unsent()).nothing
    await store.close()


async def test_find_orders_and_searches(vault: DeviceVault) -> None:
    store = await made(vault)
    for day, key in ((1, "old"), (3, "new"), (2, "mid")):
        at = f"2026-01-0{day}T00:00:00Z"
        point = GeoPoint(day, 0) if key != "mid" else None
        await store.writer.submit(report(key, reported_at=at, point=point, address=f"Straße {key}"))
    reader = store.reader
    assert await reader.find(Query()) == ["new", "mid", "old"]
    assert await reader.find(Query(text="STRASSE new")) == ["new"]
    assert await reader.find(Query(near=GeoPoint(0, 0), sort=Sort.NEAREST)) == ["old", "new", "mid"]
    assert await reader.find(Query(limit=1)) == ["new"]
    assert [row.report.id for row in await reader.around(GeoPoint(0.95, 0), 10_000)] == ["old"]
    await store.close()


async def test_after_damage_the_rest_is_there_and_the_person_is_told(
    vault: DeviceVault, tmp_path: Path
) -> None:
    store = await made(vault)
    for number in range(6):
        await store.writer.submit(report(f"r{number}"))
    await store.endpoint.put_local("checkpoint", {"seq": 5})
    await store.close()
    (log,) = tmp_path.rglob("log.0")
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)

    store = await vault.unlock(ORIGIN, "asha", PASSWORD)
    assert "damaged in 1 places" in store.notice
    assert "1 were lost: they are back" in store.notice
    assert await store.reader.count() == 6
    assert await store.endpoint.get_local("checkpoint") is None
    assert list(log.parent.joinpath("quarantine").iterdir())
    await store.close()
    store = await vault.unlock(ORIGIN, "asha", PASSWORD)
    assert store.notice == ""
    assert (log.parent / "quarantine" / "log.0").read_bytes()[:40] == bytes(content[:40])
    assert await store.reader.count() == 6
    assert (await store.state.unsent()).reports == 6
    await store.close()


_CHILD = """
import asyncio, json, sys
from pathlib import Path
from civictui.domain.model import Report
from civictui.domain.ports import Account
from civictui.geo import distance
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault

async def main():
    vault = DeviceVault(Path(sys.argv[1]), distance, COSTS[-1:])
    account = Account("https://x.example.org", "g", "asha")
    store = await vault.create(account, "correct horse battery")
    n = await store.reader.count()
    while True:
        await store.blobs.put(f"{n}.jpg", b"x" * 1000)
        await store.writer.submit(Report(id=f"r{n}", description=f"number {n}"))
        print(n, flush=True)
        n += 1

asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_kills(tmp_path: Path) -> None:
    """Kill -9 at moments of the child's own making: nothing that it acknowledged is lost."""
    acknowledged = 0
    for kill_after in (1, 7, 23):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(tmp_path / "device")],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        lines = [int(child.stdout.readline()) for _ in range(kill_after)]
        os.kill(child.pid, signal.SIGKILL)
        rest = child.stdout.read().split()
        child.wait()
        child.stdout.close()
        acknowledged = max(lines + [int(json.loads(line)) for line in rest])
        store = await vault_in(tmp_path / "device").unlock("", "asha", PASSWORD)
        assert await store.reader.count() >= acknowledged + 1
        for n in range(acknowledged + 1):
            assert (await store.reader.report(f"r{n}")).report.description == f"number {n}"
            assert await store.blobs.get(f"{n}.jpg") == b"x" * 1000
        await store.close()


@pytest.mark.parametrize("how", ["zeroed", "gone", "empty"])
async def test_a_lost_log_leaves_what_is_unsent(
    vault: DeviceVault, tmp_path: Path, how: str
) -> None:
    """The keyring proves the key: a log of which nothing can be read is no wrong password."""
    store = await made(vault)
    photo = Photo("large.jpg", "small.jpg", bytes=3)
    for name in (photo.large, photo.thumbnail):
        await store.blobs.put(name, b"\xff\xd8\xff")
    await store.writer.submit(report("r1", photos=(photo,)))
    await store.close()
    (log,) = tmp_path.rglob("log.0")
    size = log.stat().st_size
    log.unlink()
    if how != "gone":
        log.write_bytes(bytes(size) if how == "zeroed" else b"")
        log.chmod(0o600)
    store = await vault.unlock(ORIGIN, "asha", PASSWORD)
    assert "damaged" in store.notice
    assert await store.reader.find(Query()) == ["r1"]
    unsent = await store.state.unsent()
    assert (unsent.reports, unsent.photos) == (1, 1)
    await store.close()
    store = await vault.unlock(ORIGIN, "asha", PASSWORD)
    assert (await store.state.unsent()).reports == 1
    assert store.notice == ""
    await store.close()


@pytest.mark.parametrize("name", ["device.json", "device.copy"])
async def test_one_device_file_is_enough(vault: DeviceVault, tmp_path: Path, name: str) -> None:
    await (await made(vault)).close()
    path = tmp_path / "device" / name
    path.unlink()
    path.mkdir()
    await (await vault.unlock(ORIGIN, "asha", PASSWORD)).close()


def checked(device: dict[str, object]) -> bytes:
    digest = hashlib.sha256(encode(dict(sorted(device.items())))).hexdigest()
    return encode({**device, "check": digest[:32]})


@pytest.mark.parametrize(
    "device",
    [
        {},
        {"v": 1},
        {"v": 1, "device": "d", "key": "!", "gateways": {}},
        {"v": 1, "device": "d", "key": "A" * 43 + "=", "gateways": [1]},
        {"v": 1, "device": "d", "key": "A" * 43 + "=", "gateways": {"o": []}},
    ],
)
async def test_a_device_file_of_another_shape_counts_as_none(
    vault: DeviceVault, tmp_path: Path, device: dict[str, object]
) -> None:
    await (await made(vault)).close()
    (tmp_path / "device" / "device.json").write_bytes(checked(device))
    await (await vault.unlock(ORIGIN, "asha", PASSWORD)).close()
