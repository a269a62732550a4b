"""Many reports, each with a photo of its own, through faults and kills: no report without it."""

import hashlib
import random
from pathlib import Path

import pytest

from civictui.clock import SystemClock
from civictui.domain.errors import GatewayError
from civictui.domain.model import Photo, Query
from tests.faults.conftest import Say
from tests.faults.device import Device
from tests.faults.faults import (
    PASS,
    PORTAL,
    SESSION_OVER,
    Cut,
    Fault,
    LoseAnswer,
    LoseRequest,
    Storm,
    Twice,
    WrongLength,
    busy,
    no_fault,
)
from tests.faults.messages import Request
from tests.faults.proxy import FaultProxy
from tests.faults.test_exactly_once import Lives
from tests.faults.worker import pictures_of, report_id
from tests.torture.counts import count

REPORTS, KILLS = count(12, 200), count(2, 20)
PIXELS = 256
"""The large picture of a photo has some 130 kB: more than one piece."""
KINDS = [
    LoseRequest(),
    LoseAnswer(),
    Cut(20),
    Cut(3_000),
    Cut(70_000),
    Twice(),
    WrongLength(-3),
    PORTAL,
    busy(),
    SESSION_OVER,
]
_ROUNDS = 40 * REPORTS


class Weather:
    """A storm over all but the sign-in, which needs somebody to try again."""

    def __init__(self, seed: int) -> None:
        self.storm = Storm(seed, 0.3, KINDS)

    def __call__(self, request: Request) -> Fault:
        return PASS if request.path == "/v1/session" else self.storm(request)


def digests(number: int) -> tuple[str, ...]:
    return tuple(hashlib.sha256(content).hexdigest() for content in pictures_of(number, PIXELS))


async def photos_there(witness: Device) -> dict[str, Photo]:
    """The photo of each report, by its id."""
    rows = await witness.store.reader.rows(await witness.store.reader.find(Query()))
    return {row.report.id: row.report.photos[0] for row in rows if row.report.photos}


async def fetch_all(device: Device) -> int:
    """Rounds with large pictures until none is left to fetch; says how many broke off."""
    broken = 0
    for _ in range(_ROUNDS):
        try:
            gateway = await device._connected()
            await gateway.work.run()
            gateway.hurry()
            await gateway.work.fetch_pictures(None)
        except GatewayError:
            broken += 1
        if not await device.store.state.wanted_pictures(None) and await all_here(device):
            return broken
    raise AssertionError("some pictures never came")


async def all_here(device: Device) -> bool:
    here = await device.store.reader.count() == REPORTS
    return here and not await device.store.state.wanted_thumbnails()


@pytest.fixture
def expected() -> dict[str, tuple[str, ...]]:
    """The hashes of the large picture and the thumbnail, by report."""
    return {report_id(number): digests(number) for number in range(REPORTS)}


@pytest.mark.torture
async def test_every_report_has_its_photo_on_the_server_and_on_another_terminal(
    tmp_path: Path,
    quick_keys: None,
    proxy: FaultProxy,
    witness: Device,
    expected: dict[str, tuple[str, ...]],
    say: Say,
) -> None:
    weather, rng = Weather(6), random.Random(6)
    proxy.judge = weather
    lives = Lives(tmp_path / "killed", proxy.origin, REPORTS, REPORTS // KILLS, PIXELS)
    for _ in range(KILLS):
        await lives.one(1.0, rng)
    await lives.last()
    assert lives.saved == REPORTS
    up = weather.storm.faults

    await fetch_all(witness)
    there = await photos_there(witness)
    assert there.keys() == expected.keys(), "reports without their photo"
    for key, photo in there.items():
        for name, digest in zip((photo.large, photo.thumbnail), expected[key], strict=True):
            content = await witness.store.blobs.get(name)
            assert content is not None
            assert hashlib.sha256(content).hexdigest() == digest

    other = Device(tmp_path / "other", "demo", proxy.origin, SystemClock())
    await other.sign_in()
    broken = await fetch_all(other)
    assert await photos_there(other) == there
    for key, photo in there.items():
        content = await other.store.blobs.get(photo.large)
        assert content is not None
        assert hashlib.sha256(content).hexdigest() == expected[key][0]
    proxy.judge = no_fault
    await other.leave()
    say(
        f"{REPORTS} reports with a photo each, {up} faults on the way up, {KILLS} kills, "
        f"{weather.storm.faults - up} faults and {broken} broken rounds on the way down: "
        "0 reports without their photo, all hashes equal"
    )
