"""The faults themselves: each does to an exchange what its name says, on sockets and without."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from civictui import net
from civictui.domain.errors import AnswerTooLarge, Unreachable
from civictui.net import Link
from tests.faults.asgi import Wire
from tests.faults.faults import (
    PASS,
    PORTAL,
    Crossing,
    Cut,
    Fault,
    Instead,
    Late,
    LoseAnswer,
    LoseRequest,
    Overtaken,
    Storm,
    Swell,
    Twice,
    WrongLength,
    bomb,
    busy,
)
from tests.faults.line import Line, seconds_on
from tests.faults.messages import Request, message, read_request
from tests.faults.proxy import FaultProxy

ANSWER = b'{"text": "as it should be"}'
CAP = 1024 * 1024


class Echo:
    """A small server that keeps what it was asked, on a socket and as an ASGI application."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await read_request(reader)
                self.asked.append(request.path)
                writer.write(message(200, {}, b"" if request.method == "HEAD" else ANSWER))
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    async def application(self, scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["body"] in {b"", b"asked"}
        self.asked.append(scope["path"])
        headers = [(b"content-length", str(len(ANSWER)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": ANSWER})


class Subject:
    """One of the two layers, with a server behind it and a client before it."""

    def __init__(self, layer: FaultProxy | Wire, echo: Echo, client: httpx.AsyncClient) -> None:
        self.layer = layer
        self.echo = echo
        self.client = client

    def meet(self, *faults: Fault) -> None:
        """Let the next requests meet these, and all others none."""
        rest = list(faults)
        self.layer.judge = lambda _: rest.pop(0) if rest else PASS

    async def ask(self, name: str = "a") -> httpx.Response:
        return await self.client.post(f"/{name}", content=b"asked")


@pytest.fixture(params=["sockets", "no sockets"])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    echo = Echo()
    if request.param == "no sockets":
        wire = Wire(echo.application)
        async with httpx.AsyncClient(transport=wire, base_url="http://a") as client:
            yield Subject(wire, echo, client)
        return
    server = await echo.start()
    proxy = FaultProxy(echo.port)
    await proxy.start()
    async with httpx.AsyncClient(base_url=proxy.origin, trust_env=False) as client:
        yield Subject(proxy, echo, client)
    await proxy.stop()
    server.close()


async def test_without_a_fault_nothing_is_changed(subject: Subject) -> None:
    for _ in range(3):
        assert (await subject.ask()).content == ANSWER
    assert (await subject.client.head("/b")).content == b""
    assert subject.echo.asked == ["/a", "/a", "/a", "/b"]


@pytest.mark.parametrize(("fault", "served"), [(LoseRequest(), []), (LoseAnswer(), ["/a"])])
async def test_what_is_lost_is_lost_before_or_after(
    subject: Subject, fault: Fault, served: list[str]
) -> None:
    subject.meet(fault)
    with pytest.raises(httpx.TransportError):
        await subject.ask()
    assert subject.echo.asked == served
    assert (await subject.ask()).content == ANSWER


async def test_a_cut_is_a_cut_at_every_byte(subject: Subject) -> None:
    whole = len(message(200, {}, ANSWER))
    for after in range(whole):
        subject.meet(Cut(after))
        with pytest.raises(httpx.TransportError):
            await subject.ask()
    subject.meet(Cut(whole))
    assert (await subject.ask()).content == ANSWER


async def test_a_repeated_request_is_served_twice_and_answered_once(subject: Subject) -> None:
    subject.meet(Twice())
    assert (await subject.ask()).content == ANSWER
    assert subject.echo.asked == ["/a", "/a"]
    assert (await subject.ask("b")).content == ANSWER


async def test_a_late_request_is_served_when_it_comes(subject: Subject) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    subject.meet(Late(900.0, sleep))
    assert (await subject.ask()).content == ANSWER
    assert waited == [900.0]


class OvertakenByThatOne(Overtaken):
    """As soon as the other request is under way, too."""

    def __init__(self, under_way: asyncio.Event) -> None:
        self._under_way = under_way

    async def meet(self, crossing: Crossing) -> None:
        await self._under_way.wait()
        await super().meet(crossing)


async def test_answers_overtake_each_other(subject: Subject) -> None:
    under_way = asyncio.Event()
    ended: list[str] = []

    def judge(request: Request) -> Fault:
        if request.path == "/slow":
            return OvertakenByThatOne(under_way)
        under_way.set()
        return PASS

    async def ask(name: str) -> None:
        await subject.ask(name)
        ended.append(name)

    subject.layer.judge = judge
    await asyncio.gather(ask("slow"), ask("quick"))
    assert ended == ["quick", "slow"]


async def test_what_nobody_can_overtake_is_not_held_for_ever(subject: Subject) -> None:
    subject.meet(Overtaken())
    assert (await subject.ask()).content == ANSWER
    subject.meet(Overtaken(), Overtaken())
    answers = await asyncio.gather(subject.ask("one"), subject.ask("two"))
    assert [answer.content for answer in answers] == [ANSWER, ANSWER]


async def test_somebody_else_may_answer(subject: Subject) -> None:
    subject.meet(PORTAL, busy(7), Instead(200, b"lie", served=True))
    assert (await subject.ask()).text.startswith("<!doctype html>")
    refused = await subject.ask()
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "7")
    assert subject.echo.asked == []
    assert (await subject.ask()).content == b"lie"
    assert subject.echo.asked == ["/a"]


async def test_an_answer_shorter_than_its_length_is_none(subject: Subject) -> None:
    subject.meet(WrongLength(+5))
    with pytest.raises(httpx.TransportError):
        await subject.ask()
    subject.meet(WrongLength(-5))
    assert (await subject.ask()).content == ANSWER[:-5]
    assert (await subject.ask()).content == ANSWER


def test_a_storm_is_the_same_for_the_same_seed() -> None:
    def met(seed: int) -> list[Fault]:
        storm = Storm(seed, 0.3, kinds)
        return [storm(None) for _ in range(500)]  # type: ignore[arg-type]

    kinds = [LoseRequest(), LoseAnswer(), Twice()]
    assert met(1) == met(1) != met(2)
    assert 100 < sum(fault is not PASS for fault in met(1)) < 200
    assert set(kinds) < set(met(1))


@pytest.fixture
async def behind() -> AsyncIterator[tuple[FaultProxy, Link]]:
    """A proxy before the small server, and the client's own link to it."""
    echo = Echo()
    server = await echo.start()
    proxy = FaultProxy(echo.port)
    await proxy.start()
    link = Link(proxy.origin)
    yield proxy, link
    await link.close()
    await proxy.stop()
    server.close()


async def test_every_byte_on_the_wire_is_counted(behind: tuple[FaultProxy, Link]) -> None:
    proxy, link = behind
    await link.request("POST", "/a", content=b"asked")
    await link.request("GET", "/b")
    first, second = proxy.exchanges
    assert (first.method, first.path) == ("POST", "/a")
    assert first.received == len(message(200, {}, ANSWER))
    assert first.sent > second.sent + len(b"asked")
    assert proxy.bytes == first.sent + first.received + second.sent + second.received
    assert proxy.connections == 1
    proxy.forget()
    assert proxy.bytes == 0


async def test_100_megabytes_of_json_are_not_taken(behind: tuple[FaultProxy, Link]) -> None:
    proxy, link = behind
    proxy.judge = lambda _: Swell(b"[0,0]," * 10_000, 1700)
    with pytest.raises(AnswerTooLarge):
        await link.request("GET", "/a", cap=CAP)
    assert proxy.exchanges[0].received < 16 * CAP, "what is under way in the kernel, and no more"


async def test_a_compressed_bomb_is_not_blown_up(behind: tuple[FaultProxy, Link]) -> None:
    proxy, link = behind
    squeezed = bomb(160_000_000)
    assert len(squeezed) < 200_000
    proxy.judge = lambda _: Instead(200, squeezed, {"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        with pytest.raises(AnswerTooLarge):
            await link.request("GET", "/a", cap=CAP)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 8 * CAP


@pytest.mark.parametrize("by", [+1, +5000])
async def test_a_wrong_length_is_a_broken_link(behind: tuple[FaultProxy, Link], by: int) -> None:
    proxy, link = behind
    proxy.judge = lambda _: WrongLength(by)
    with pytest.raises(Unreachable):
        await link.request("GET", "/a")


class Silence(Fault):
    """The request arrives, and then nothing at all is heard any more."""

    async def meet(self, crossing: Crossing) -> None:
        await asyncio.Event().wait()


class Drip(Fault):
    """A byte now and then, for ever: never silent for long, and never done."""

    async def meet(self, crossing: Crossing) -> None:
        await crossing.send(message(200, {"Content-Length": "1000000"}, b""))
        while True:
            await crossing.send(b" ")
            await asyncio.sleep(0.01)


async def test_a_line_that_died_unseen_is_given_up(behind: tuple[FaultProxy, Link]) -> None:
    proxy, link = behind
    proxy.judge = lambda _: Silence()
    with pytest.raises(Unreachable, match="No answer in time"):
        await link.request("GET", "/a", silence=0.05)


async def test_an_answer_that_drips_is_given_up(
    behind: tuple[FaultProxy, Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(net, "WHOLE_SECONDS", 0.1)
    proxy, link = behind
    proxy.judge = lambda _: Drip()
    with pytest.raises(Unreachable, match="No answer in time"):
        await link.request("GET", "/a", silence=0.2)


class Time:
    """Passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds


async def test_a_thin_line_takes_the_time_that_its_rate_and_its_length_say(
    behind: tuple[FaultProxy, Link],
) -> None:
    proxy, link = behind
    time = Time()
    proxy.line = Line(9600, 0.9, now=time.now, sleep=time.sleep)
    for _ in range(4):
        await link.request("GET", "/a")
    computed = seconds_on(proxy.exchanges, 9600, 0.9)
    assert time.passed == pytest.approx(computed)
    assert computed == pytest.approx(5 * 0.9 + proxy.bytes * 8 / 9600)


async def test_what_is_sent_at_once_shares_a_lane_and_each_way_has_its_own() -> None:
    """With a sleep that nobody wakes from, each says how long it would have to wait."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    line = Line(8000, now=lambda: 0.0, sleep=sleep)
    for lane in (line.down, line.down, line.up):
        await lane.carry(1000)
    assert waits == pytest.approx([1.0, 2.0, 1.0])
