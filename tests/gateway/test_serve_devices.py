"""`civictui serve devices` and the like, in processes of their own, beside a running gateway."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import httpx
import pytest

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.devices.counts import Count, CountKey, Counts
from civictui.gateway.devices.disabled import DisabledDevices
from civictui.gateway.devices.entries import Entry, Holdings
from civictui.gateway.devices.logs import ClientLogs
from civictui.gateway.devices.records import Records, open_shelf
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.server import GatewayThread
from tests.conftest import MovableClock
from tests.gateway.peer import Device, sign_in
from tests.gateway.test_serve_actions import Run, run

pytestmark = pytest.mark.e2e

__all__ = ["run"]

TIME = "2026-05-04T12:00:00.000Z"
NOTHING = {"unsent_reports": 0, "unsent_photos": 0, "needs_attention": 0, "drafts": 0}
Hear = Callable[..., None]


@pytest.fixture
def hear(folder: GatewayFolder) -> Hear:
    """Puts devices into the register."""

    def heard(*devices: str, **said: Any) -> None:
        entries = [
            Entry(device=device, user="demo", version="1.0", first=TIME, last=TIME, **said)
            for device in devices
        ]
        Records(folder, DisabledDevices(folder)).add(entries)

    return heard


def listed(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("devices", "--json").stdout)
    return found


def deeds(run: Run) -> list[tuple[str, ...]]:
    lines = json.loads(run("audit", "--json").stdout)
    return [(line["action"], line["device"], line["outcome"]) for line in lines[2:]]


def test_a_device_is_disabled_by_how_its_id_begins(run: Run, hear: Hear) -> None:
    hear("abc1", "abd1", "x")
    told = run("disable-device", "abd", "--why", "left\u001b[31m", "--lost")
    assert told.returncode == 0
    assert "abd1 is disabled" in told.stderr
    first, *others = listed(run)
    assert (first["device"], first["state"]) == ("abd1", "lost")
    assert (first["disabled"]["why"], first["disabled"]["lost"]) == ("left", True)
    assert first["disabled"]["by"]
    assert [other["state"] for other in others] == ["in use", "in use"]
    assert run("enable-device", "a").returncode == 0
    assert deeds(run) == [
        ("disable-device", "abd1", "done"),
        ("enable-device", "abd1", "done"),
    ]
    said = run("audit").stdout.splitlines()[-2:]
    by = first["disabled"]["by"]
    assert f"lost, disabled {first['disabled']['since']} by {by}: left" in said[0]
    assert said[1].endswith(f"by {by}")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("disable-device", "ab"), "2 devices begin like this: abc1, abd1"),
        (("disable-device", "zz"), "no device whose id begins with zz"),
        (("disable-device", ""), "no id of a device"),
        (("disable-device", "two words", "--force"), "no device"),
        (("enable-device", "abc1"), "no disabled device"),
        (("logs", "--device", "abc1"), "no log of a device"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, hear: Hear, words: tuple[str, ...], reason: str
) -> None:
    hear("abc1", "abd1")
    told = run(*words)
    assert told.returncode == 2
    assert reason in told.stderr
    assert deeds(run) == []


def test_one_that_was_never_heard(run: Run) -> None:
    assert run("disable-device", "stolen-1").returncode == 2
    assert run("disable-device", "stolen-1", "--force").returncode == 0
    (only,) = listed(run)
    assert (only["device"], only["user"], only["state"]) == ("stolen-1", "", "disabled")


def test_a_line_each(run: Run, hear: Hear) -> None:
    hear("d1", holds=Holdings(unsent_reports=2, drafts=1), told=TIME, documents=3,
         last_document=TIME)  # fmt: skip
    hear("d2", holds=Holdings(), told=TIME)
    hear("d3")
    run("disable-device", "d3", "--why", "sold")
    first, *others = [" ".join(line.split()) for line in run("devices").stdout.splitlines()]
    assert first.startswith(f"disabled d3 demo 1.0 heard {TIME} sent never has not said what it")
    assert first.endswith(": sold)")
    assert others == [
        f"in use d1 demo 1.0 heard {TIME} sent {TIME} held 2 reports, 1 draft at {TIME}",
        f"in use d2 demo 1.0 heard {TIME} sent never held nothing at {TIME}",
    ]


def test_what_another_version_wrote_besides_is_passed_over(run: Run, folder: GatewayFolder) -> None:
    entry = Entry(device="d1", user="demo", holds=Holdings(drafts=1), told=TIME)
    newer = {**asdict(entry), "holds": {"drafts": 1, "letters": 2}, "colour": "red"}
    open_shelf(folder).put("register", {"v": 1, "entries": [newer]})
    (only,) = listed(run)
    assert (only["device"], only["holds"]["drafts"]) == ("d1", 1)


def test_the_counts_of_each_day(run: Run, folder: GatewayFolder) -> None:
    counts = {CountKey("2026-05-04", "d1", "1.0"): Count(documents=3, bytes_in=900, refused=1)}
    Counts(folder).add(counts)
    assert " ".join(run("devices", "--counts").stdout.split()) == (
        "2026-05-04 d1 1.0 documents 3 pictures 0 bytes_in 900 refused 1 sign_ins 0 renewals 0"
    )
    (row,) = json.loads(run("devices", "--counts", "--json").stdout)
    assert (row["day"], row["device"], row["documents"]) == ("2026-05-04", "d1", 3)


def test_the_clients_logs(run: Run, folder: GatewayFolder, clock: MovableClock) -> None:
    line = {"day": "2026-05-04", "kind": "sync", "code": "timeout", "count": 2, "trace": []}
    crash = line | {"kind": "crash", "code": "ValueError", "trace": ["civictui/app.py:12 run"]}
    logs = ClientLogs(folder, clock)
    logs.add(Entry(device="d1", user="demo", version="1.0"), [line])
    clock.move(1)
    logs.add(Entry(device="e1", user="demo", version="1.0"), [crash])
    one, two, place = [" ".join(each.split()) for each in run("logs").stdout.splitlines()]
    assert one.endswith("d1 1.0 2026-05-04 sync timeout 2")
    assert two.endswith("e1 1.0 2026-05-04 crash ValueError 2")
    assert place == "civictui/app.py:12 run"
    (only,) = json.loads(run("logs", "--device", "d", "--json").stdout)
    assert (only["device"], only["code"]) == ("d1", "timeout")


async def test_a_person_is_off_boarded(run: Run, folder: GatewayFolder) -> None:
    with GatewayThread(folder.path, cost=CHEAP) as running:
        origin = f"http://127.0.0.1:{running.port}"
        async with httpx.AsyncClient(base_url=origin, trust_env=False) as wire:
            said = (await sign_in(wire, device=Device("terminal-1"))).json()
            wire.headers["Authorization"] = f"Bearer {said['access_token']}"
            assert (await wire.put("/v1/device", json=NOTHING | {"drafts": 1})).status_code == 204
            told = await asyncio.to_thread(run, "disable-device", "term")
            assert told.returncode == 0
            refused = await wire.get("/db/civic")
            assert (refused.status_code, refused.json()["error"]) == (403, "device_disabled")
            assert (await asyncio.to_thread(listed, run))[0]["state"] == "disabled"
            assert (
                await wire.put("/v1/device", json=NOTHING | {"disabled": True})
            ).status_code == 204
            assert (await asyncio.to_thread(listed, run))[0]["state"] == "safe to off-board"
            await asyncio.to_thread(run, "enable-device", "term")
            assert (await wire.get("/db/civic")).status_code == 200
    (device,) = listed(run)
    assert (device["device"], device["state"]) == ("terminal-1", "in use")
