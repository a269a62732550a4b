"""The link against servers that break off, lie, swell or are somebody else."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from civictui.codec import decode, encode
from civictui.domain.errors import AnswerTooLarge, GatewayError, Unreachable, UsageError
from civictui.net import Link, Reply
from civictui.origin import origin_of

Serve = Callable[[bytes], Awaitable[Link]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serve these raw bytes to whoever connects, then close."""
    servers: list[asyncio.Server] = []
    links: list[Link] = []

    async def started(raw: bytes) -> Link:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(raw)
            try:
                await writer.drain()
            finally:
                writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        link = Link(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        links.append(link)
        return link

    yield started
    for link in links:
        await link.close()
    for server in servers:
        server.close()


def http(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = [f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


@pytest.mark.parametrize("piece", [b"{},", b"[],", b'{"a":1},', b"1,"])
def test_json_that_would_fill_the_memory_is_not_parsed(piece: bytes) -> None:
    body = b"[" + piece * (15_000_000 // len(piece)) + b"0]"
    with pytest.raises(AnswerTooLarge):
        Reply(200, {}, body).json()
    with pytest.raises(AnswerTooLarge):
        Reply(200, {}, body).read(len)


def test_long_json_of_long_texts_is_read() -> None:
    texts = [{"description": "x" * 1000}] * 5_000
    assert Reply(200, {}, encode(texts)).json() == texts


def test_a_refusal_with_a_long_explanation_is_one_without() -> None:
    said = b'{"error": "forbidden", "reason": [' + b"{}," * 100_000 + b"0]}"
    assert Reply(403, {}, said).refusal().code == ""


async def test_an_answer_comes_whole(serve: Serve) -> None:
    link = await serve(http(gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip"))
    reply = await link.request("GET", "/")
    assert (reply.status, reply.json()) == (200, {"a": 1})


async def test_a_bomb_is_stopped_at_the_cap(serve: Serve) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    link = await serve(http(bomb, "Content-Encoding: gzip"))
    with pytest.raises(AnswerTooLarge):
        await link.request("GET", "/", cap=1_000_000)
    link = await serve(http(bytes(2_000_000)))
    with pytest.raises(AnswerTooLarge):
        await link.request("GET", "/", cap=1_000_000)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200",
        b"not http at all\r\n\r\n",
        http(b"short", length=100),
        http(gzip.compress(b"whole")[:-6], "Content-Encoding: gzip"),
        http(b"not gzip", "Content-Encoding: gzip"),
        http(zlib.compress(b"x"), "Content-Encoding: br"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
async def test_every_fault_on_the_way_is_unreachable(serve: Serve, raw: bytes) -> None:
    link = await serve(raw)
    with pytest.raises(Unreachable):
        await link.request("GET", "/")


async def test_a_page_of_the_networks_own_is_not_the_gateway(serve: Serve) -> None:
    link = await serve(http(b"<html>Sign in to the airport</html>"))
    reply = await link.request("GET", "/")
    with pytest.raises(Unreachable, match="not the gateway"):
        reply.json()


async def test_a_redirect_is_not_followed(serve: Serve) -> None:
    link = await serve(http(b"", "Location: http://127.0.0.1:9/", status="302 Found"))
    assert (await link.request("GET", "/")).status == 302


@pytest.mark.parametrize(
    "path", ["http://127.0.0.2:9/steal", "https://a/", "//127.0.0.2:9/steal", "", "steal", "?a"]
)
async def test_nothing_but_a_path_of_its_origin_is_asked_for(serve: Serve, path: str) -> None:
    link = await serve(http(b"{}"))
    with pytest.raises(GatewayError, match="no other address"):
        await link.request("GET", path, headers={"Authorization": "Bearer secret"})


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 5}', b"\xff"])
def test_a_refusal_without_a_reason_is_still_one(body: bytes) -> None:
    assert Reply(500, {}, body).refusal().status == 500


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example.org", "https://a.example.org"),
        (" https://a.example.org/ ", "https://a.example.org"),
        ("http://127.0.0.1:8440", "http://127.0.0.1:8440"),
        ("http://[::1]:8440", "http://[::1]:8440"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "url",
    ["", "a.example.org", "ftp://a", "https://", "http://a.example.org", "http://10.0.0.1",
     "https://user:word@a.example.org", "https://a/path", "https://a:99999", "https://[::1",
     "https://a?x=1", "http://localhost.example.org"],
)  # fmt: skip
def test_what_is_no_address_or_not_safe_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        origin_of(url)


@pytest.mark.parametrize(
    "url", ["https://u:secret@host:notaport", "https://[secret@host", "u:se@cret@host", "secret@h"]
)
def test_what_is_no_address_is_repeated_without_a_secret(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        origin_of(url)
    assert "cret" not in caught.value.sentence


class Recorder:
    """A server that notes the requests that it gets, heads and bodies, and answers as told."""

    def __init__(self, *answers: bytes) -> None:
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.bytes = [0, 0]
        self._answers = list(answers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = head.lower().split("\r\n")
                named = (line.split(": ") for line in lines[1:] if ": " in line)
                length = int(dict(named).get("content-length", "0"))
                body = await reader.readexactly(length)
                answer = self._answers.pop(0)
                self.heads.append(head)
                self.bodies.append(body)
                self.bytes[0] += len(head) + len(body)
                self.bytes[1] += len(answer)
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def recording() -> AsyncIterator[Callable[[Recorder], Awaitable[Link]]]:
    servers: list[asyncio.Server] = []
    links: list[Link] = []

    async def started(recorder: Recorder) -> Link:
        server = await asyncio.start_server(recorder.serve, "127.0.0.1", 0)
        servers.append(server)
        links.append(Link(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
        return links[-1]

    yield started
    for link in links:
        await link.close()
    for server in servers:
        server.close()


LONG = {"docs": ["the same words again and again"] * 100}


async def test_a_long_body_travels_compressed(
    recording: Callable[[Recorder], Awaitable[Link]],
) -> None:
    recorder = Recorder(http(b"{}"), http(b"{}"))
    link = await recording(recorder)
    await link.request("POST", "/", json=LONG)
    await link.request("POST", "/", json={"short": True})
    assert "content-encoding: gzip" in recorder.heads[0].lower()
    assert decode(gzip.decompress(recorder.bodies[0])) == LONG
    assert decode(recorder.bodies[1]) == {"short": True}


@pytest.mark.parametrize("status", ["400 Bad Request", "415 Unsupported Media Type"])
async def test_a_server_that_does_not_take_compressed_bodies_is_not_sent_any_more(
    recording: Callable[[Recorder], Awaitable[Link]], status: str
) -> None:
    recorder = Recorder(http(b"{}", status=status), http(b"{}"), http(b"{}"))
    link = await recording(recorder)
    assert (await link.request("POST", "/", json=LONG)).status == 200
    await link.request("POST", "/", json=LONG)
    assert ["gzip" in head.split("Content-Type")[-1] for head in recorder.heads] == [
        True,
        False,
        False,
    ]
    assert [decode(body) for body in recorder.bodies[1:]] == [LONG, LONG]


async def test_a_body_that_is_wrong_in_itself_does_not_end_compression(
    recording: Callable[[Recorder], Awaitable[Link]],
) -> None:
    bad = http(b"{}", status="400 Bad Request")
    recorder = Recorder(bad, bad, http(b"{}"))
    link = await recording(recorder)
    assert (await link.request("POST", "/", json=LONG)).status == 400
    await link.request("POST", "/", json=LONG)
    assert decode(gzip.decompress(recorder.bodies[2])) == LONG


async def test_every_byte_is_counted_and_few_of_them_are_headers(
    recording: Callable[[Recorder], Awaitable[Link]],
) -> None:
    recorder = Recorder(*[http(b'{"a": 1}')] * 2)
    link = await recording(recorder)
    for _ in range(2):
        await link.request("GET", "/db/civic/_changes", params={"since": "1-abc"})
    names = {line.split(":")[0].lower() for line in recorder.heads[0].split("\r\n")[1:-2]}
    assert names == {"host", "user-agent", "accept-encoding"}
    for counted, real in zip((link.sent, link.received), recorder.bytes, strict=True):
        assert abs(counted - real) <= 20


async def test_what_got_no_connection_was_not_sent() -> None:
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as closed:
        port = closed.sockets[0].getsockname()[1]
    link = Link(f"http://127.0.0.1:{port}")
    for _ in range(3):
        with pytest.raises(Unreachable, match="Cannot reach"):
            await link.request("POST", "/", json=LONG)
    assert (link.sent, link.received) == (0, 0)
    await link.close()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": "9999999"}, 86400.0),
        ({"retry-after": "soon"}, 0.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT"}, 0.0),
        (
            {
                "retry-after": "Mon, 23 Nov 2026 12:00:30 GMT",
                "date": "Mon, 23 Nov 2026 12:00:00 GMT",
            },
            30.0,
        ),
    ],
)
def test_how_long_a_server_wants_to_be_left_alone(headers: dict[str, str], seconds: float) -> None:
    assert Reply(503, headers, b"").refusal().retry_after == seconds
