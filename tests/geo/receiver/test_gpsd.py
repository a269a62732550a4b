"""The client of gpsd against something that answers as gpsd does, or as it never would."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from civictui.domain.errors import NoFix, UsageError
from civictui.domain.model import Fix, GeoPoint
from civictui.geo.receiver import gpsd_watch
from civictui.geo.receiver.gpsd import LINE_BYTES, Gpsd, address_of
from tests.conftest import MovableClock

VERSION = {"class": "VERSION", "release": "3.25", "proto_major": 3}
DEVICE = {"class": "DEVICE", "path": "/dev/a", "activated": "2026-11-23T10:00:00Z"}
PLACE = {"class": "TPV", "device": "/dev/a", "mode": 3, "lat": 55.79, "lon": 23.57}
NO_FIX = {"class": "TPV", "device": "/dev/a", "mode": 1}
SKY = {"class": "SKY", "device": "/dev/a", "nSat": 12, "uSat": 5}


def lines(*messages: object) -> bytes:
    return b"".join(json.dumps(message).encode() + b"\r\n" for message in messages)


@asynccontextmanager
async def answering(content: bytes, *, close: bool = False) -> AsyncIterator[str]:
    """A server that says `content` to whoever comes; gives its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        if not close:
            while await reader.read(1000):
                pass
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


async def fix_from(
    content: bytes,
    clock: MovableClock,
    *,
    patience: float = 60.0,
    when: str = "",
    then: float = 0.0,
    settling: float = 3.0,
    close: bool = False,
) -> tuple[Fix, list[str]]:
    """The fix, and what was told; at the words `when` so many seconds have passed."""
    told: list[str] = []

    def hear(words: str) -> None:
        told.append(words)
        if when and when in words:
            clock.move(then)

    async with answering(content, close=close) as address:
        receiver = Gpsd(address, clock, settling=settling)
        return await receiver.fix(patience, hear), told


async def test_a_good_fix_is_taken_at_once(clock: MovableClock) -> None:
    content = lines(VERSION, DEVICE, NO_FIX, SKY, {**PLACE, "eph": 6.5})
    fix, told = await fix_from(content, clock)
    assert fix.point == GeoPoint(55.79, 23.57)
    assert (fix.accuracy, fix.satellites, fix.source) == (6.5, 5, "gps")
    assert fix.at == "2026-05-04T12:00:00.000Z"
    assert told == [
        "asking gpsd",
        "the receiver says nothing",
        "no fix yet",
        "no fix yet: 5 of 12 satellites",
    ]


async def test_a_poor_fix_is_taken_when_none_better_came(clock: MovableClock) -> None:
    poor, better = {**PLACE, "eph": 93.0}, {**PLACE, "mode": 2, "lat": 55.8, "eph": 40.0}
    content = lines(VERSION, DEVICE, poor, better)
    fix, told = await fix_from(content, clock, when="good for 40 m", then=4.0)
    assert (fix.point.latitude, fix.accuracy) == (55.8, 40.0)
    assert told[-2:] == [
        "a fix good for 93 m, waiting for a better one",
        "a fix good for 40 m, waiting for a better one",
    ]


async def test_a_fix_without_accuracy_is_taken_in_the_end(clock: MovableClock) -> None:
    fix, _ = await fix_from(lines(VERSION, DEVICE, PLACE), clock, when="a fix", then=3.0)
    assert fix.accuracy is None


async def test_what_waited_here_has_its_age(clock: MovableClock) -> None:
    """The receiver's date is years off; the age is what has passed since its word came."""
    place = {**PLACE, "eph": 80.0, "time": "2006-10-08T03:08:51Z"}
    content = lines(VERSION, DEVICE, place)
    fix, _ = await fix_from(content, clock, when="a fix", then=7.0, settling=5.0)
    assert clock.now().isoformat() == "2026-05-04T12:00:07+00:00"
    assert fix.at == "2026-05-04T12:00:00.000Z"


async def test_a_stale_fix_is_none(clock: MovableClock) -> None:
    content = lines(VERSION, DEVICE, {**PLACE, "eph": 80.0})
    with pytest.raises(NoFix, match="repeats a fix that is 61 s old"):
        await fix_from(content, clock, when="a fix", then=61.0)


@pytest.mark.parametrize(
    ("messages", "when", "reason"),
    [
        ([NO_FIX, SKY], "no fix yet: 5", "No fix yet: 5 of 12 satellites"),
        ([PLACE, SKY, NO_FIX], "lost", "The fix was lost: 5 of 12 satellites"),
        ([], "says nothing", "The receiver says nothing"),
    ],
)
async def test_why_there_is_no_fix(
    clock: MovableClock, messages: list[object], when: str, reason: str
) -> None:
    content = lines(VERSION, DEVICE, *messages)
    with pytest.raises(NoFix, match=reason) as caught:
        await fix_from(content, clock, when=when, then=60.0)
    assert "open sky" in caught.value.advice


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([{"class": "DEVICES", "devices": []}], "gpsd has no receiver"),
        ([DEVICE, {**DEVICE, "activated": 0}], "The receiver is gone"),
        ([DEVICE, PLACE, {**DEVICE, "activated": 0}], "The fix was lost: the receiver is gone"),
    ],
)
async def test_nobody_waits_for_a_receiver_that_is_not_there(
    messages: list[object], reason: str
) -> None:
    """Five seconds, in which one may be plugged in."""
    clock = Hurrying()
    with pytest.raises(NoFix, match=reason):
        await fix_from(lines(VERSION, *messages), clock, patience=1000.0)
    assert clock.monotonic() < 100


class Hurrying(MovableClock):
    """Each look at it costs a second."""

    def monotonic(self) -> float:
        self.move(1.0)
        return super().monotonic()


async def test_where_nobody_answers_it_says_so(clock: MovableClock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NoFix, match=f"Gpsd does not answer at {address}"):
            await Gpsd(address, clock).fix(1.0, print)


async def test_a_host_that_is_none_does_not_answer(clock: MovableClock) -> None:
    for host in (f"{'x' * 70}.invalid", "a\x00b", "a..b"):
        with pytest.raises(NoFix, match="does not answer"):
            await Gpsd(host, clock).fix(1.0, print)


@pytest.mark.parametrize(
    "content",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\xff\xfe\x00garbage\n",
        b"[1, 2]\n",
        b'{"class":"TPV","mode":3,"lat":1,"lon":2}\n',
        b"x" * (LINE_BYTES + 2),
    ],
)
async def test_what_is_no_gpsd_is_told_apart(clock: MovableClock, content: bytes) -> None:
    with pytest.raises(NoFix, match="is no gpsd"):
        await fix_from(content, clock)


async def test_what_says_nothing_is_no_gpsd() -> None:
    with pytest.raises(NoFix, match="is no gpsd"):
        await fix_from(b"", Hurrying())


async def test_a_line_without_an_end_ends_it(clock: MovableClock) -> None:
    with pytest.raises(NoFix, match="is no gpsd"):
        await fix_from(lines(VERSION, DEVICE) + b"{" * (LINE_BYTES + 2), clock)


async def test_gpsd_may_end_meanwhile(clock: MovableClock) -> None:
    with pytest.raises(NoFix, match="has gone away"):
        await fix_from(lines(VERSION, DEVICE, NO_FIX), clock, close=True)


async def test_garbled_lines_are_passed_over(clock: MovableClock) -> None:
    garbled = b'{"class":"TPV","mode":\n\xff\xff\n[]\n{"a":' + b"[" * 200 + b"\n\n\x1b[2J\n"
    good = lines({**PLACE, "eph": 3.0})
    fix, told = await fix_from(lines(VERSION, DEVICE) + garbled + good, clock)
    assert fix.accuracy == 3.0
    assert all(words.isprintable() for words in told)


async def test_a_flood_ends_with_the_patience() -> None:
    clock = Hurrying()
    with pytest.raises(NoFix, match="No fix yet"):
        await fix_from(lines(VERSION, DEVICE, *[NO_FIX] * 20_000), clock, patience=2000.0)


async def test_a_flood_of_other_words_is_not_all_told(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them would be drawn; a thin link would be full of them."""
    monkeypatch.setattr(gpsd_watch, "monotonic", lambda: 7.0)
    odd = [{"class": "TPV", "mode": "3"}, {"class": "TPV", "mode": 1}] * 150
    content = lines(VERSION, *odd, {**PLACE, "eph": 3.0})
    fix, told = await fix_from(content, clock)
    assert fix.accuracy == 3.0
    assert len(told) <= 7


async def test_whoever_sends_too_much_waits(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(gpsd_watch, "monotonic", lambda: 7.0 + len(pauses))
    monkeypatch.setattr("civictui.geo.receiver.gpsd_watch.asyncio.sleep", pause)
    await fix_from(lines(VERSION, *[NO_FIX] * 2000, {**PLACE, "eph": 3.0}), clock)
    assert len(pauses) == 4


async def test_whoever_stops_waiting_leaves_nothing_behind(clock: MovableClock) -> None:
    heard = asyncio.Event()

    def told(words: str) -> None:
        if "no fix" in words:
            heard.set()

    async with answering(lines(VERSION, DEVICE, NO_FIX)) as address:
        waiting = asyncio.ensure_future(Gpsd(address, clock).fix(60.0, told))
        await heard.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("localhost:2947", "localhost", 2947),
        ("localhost", "localhost", 2947),
        (" 10.0.0.5:3000 ", "10.0.0.5", 3000),
        ("[::1]:2947", "::1", 2947),
        ("[fe80::1%eth0]", "fe80::1%eth0", 2947),
    ],
)
def test_addresses(text: str, host: str, port: int) -> None:
    assert address_of(text) == (host, port)


@pytest.mark.parametrize("text", ["", ":", ":2947", "a:b", "a:0", "a:65536", "a/b", "::1", "a b"])
def test_what_is_no_address_is_refused(text: str, clock: MovableClock) -> None:
    build: Callable[[], Gpsd] = lambda: Gpsd(text, clock)  # noqa: E731
    with pytest.raises(UsageError, match="a host and a port"):
        build()
