"""The link against servers that break off, lie, swell or are somebody else."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from civictui.domain.errors import AnswerTooLarge, GatewayError, Unreachable, UsageError
from civictui.net import Link, Reply, origin_of

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
