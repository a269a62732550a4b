"""One fault at every request of a round: nothing is lost, doubled, or called sent too soon."""

from collections.abc import Callable

import pytest

from civictui.domain.errors import GatewayError
from civictui.domain.model import Query
from civictui.service import new_draft
from tests.faults.conftest import Say
from tests.faults.device import Device
from tests.faults.faults import (
    PASS,
    PORTAL,
    SESSION_OVER,
    Cut,
    Fault,
    Instead,
    Judge,
    LoseAnswer,
    LoseRequest,
    Overtaken,
    Swell,
    Twice,
    WrongLength,
    bomb,
    busy,
)
from tests.faults.proxy import FaultProxy
from tests.sync.test_loop import PHOTO
from tests.torture.counts import count

_MOST_REQUESTS = 40
"""More than any round of these tests makes."""


def at(number: int, fault: Fault) -> Judge:
    """The fault meets the `number`-th request from now on, counted from 0."""
    seen = iter(range(10_000))
    return lambda _: fault if next(seen) == number else PASS


async def saved(device: Device, description: str, *, photo: bool = False) -> str:
    photos = ((await device.service.take_photo(str(PHOTO))).photo,) if photo else ()
    return await device.service.submit(new_draft(device.clock, photos, description=description))


async def descriptions(device: Device) -> list[str]:
    """Of every report that is there, each as often as it is."""
    ids = await device.store.reader.find(Query())
    rows = await device.store.reader.rows(ids)
    return sorted(row.report.description for row in rows)


async def try_to_sync(device: Device) -> bool:
    """Whether a round came to its end."""
    try:
        await device.sync()
    except GatewayError:
        return False
    return True


FAULTS: list[tuple[str, Callable[[], Fault]]] = [
    ("a lost request", LoseRequest),
    ("a lost answer", LoseAnswer),
    ("an answer cut in its head", lambda: Cut(20)),
    ("a repeated request", Twice),
    ("an answer that waits", Overtaken),
    ("a captive portal", lambda: PORTAL),
    ("a portal after the fact", lambda: Instead(200, b"<html>", served=True)),
    ("a busy server", lambda: busy(1)),
    ("a bad gateway after the fact", lambda: Instead(502, b"<html>", served=True)),
    ("a session that is over", lambda: SESSION_OVER),
    ("a length too large", lambda: WrongLength(+3)),
    ("a length too small", lambda: WrongLength(-3)),
    ("an empty object", lambda: Instead(200, b"{}")),
    ("a compressed bomb", lambda: Instead(200, bomb(20_000_000), {"Content-Encoding": "gzip"})),
    ("a swelling answer", lambda: Swell(b"[0,0]," * 10_000, 1700)),
]


@pytest.mark.parametrize("fault", [make for _, make in FAULTS], ids=[name for name, _ in FAULTS])
async def test_a_fault_at_each_request_of_a_round(
    proxy: FaultProxy, device: Device, witness: Device, fault: Callable[[], Fault]
) -> None:
    """A round with a report and a photo to send and one to fetch, and the fault at its n-th."""
    told: list[str] = []
    for number in range(_MOST_REQUESTS):
        told += [f"{number} from here", f"{number} from there"]
        await saved(device, told[-2], photo=number == 0)
        await saved(witness, told[-1], photo=number == 0)
        assert await try_to_sync(witness)
        proxy.forget()
        await device.hang_up()
        proxy.judge = at(number, fault())
        ended = await try_to_sync(device)
        if await device.all_sent():
            await witness.sync()
            assert told[-2] in await descriptions(witness)
        met = len(proxy.exchanges) > number
        proxy.judge = lambda _: PASS
        assert await try_to_sync(device)
        assert await device.all_sent()
        if not met:
            assert ended
            break
    await witness.sync()
    assert await descriptions(device) == await descriptions(witness) == sorted(told)
    assert await device.store.reader.conflicts() == []


@pytest.mark.torture
async def test_every_answer_cut_at_every_byte(
    proxy: FaultProxy, device: Device, witness: Device, say: Say
) -> None:
    """At every byte in the full count, at every 97th in the small one."""
    step, told, number, after = count(97, 1), 0, 0, 0
    while True:
        await saved(device, f"{told}")
        told += 1
        proxy.forget()
        await device.hang_up()
        proxy.judge = at(number, Cut(after))
        await try_to_sync(device)
        exchanges = list(proxy.exchanges)
        proxy.judge = lambda _: PASS
        assert await try_to_sync(device)
        assert await device.all_sent()
        if len(exchanges) <= number:
            break
        if exchanges[number].received < after:
            number, after = number + 1, 0
        else:
            after += step
    await witness.sync()
    assert await descriptions(witness) == sorted(f"{n}" for n in range(told))
    say(f"{told} rounds with one answer cut at a byte: 0 lost, 0 doubled")
