"""Requests to a bucket: what signs them, and what a server that fails costs."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from civictui.domain.errors import GatewayError
from civictui.gateway.objects import s3_client
from civictui.gateway.objects.s3_address import S3Address
from civictui.gateway.objects.s3_client import S3Client
from civictui.gateway.problems import Problem


class Server:
    """Answers every request with one status, and keeps its head."""

    def __init__(self) -> None:
        self.status = 200
        self.heads: list[str] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        head = f"HTTP/1.1 {self.status} It\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()
        writer.close()


class Tokens:
    def __init__(self) -> None:
        self.given = 0
        self.fails = False

    async def token(self) -> str:
        if self.fails:
            raise GatewayError("no token")
        return f"token-{self.given}"

    def forget(self, token: str) -> None:
        self.given += token == f"token-{self.given}"

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, S3Address]]:
    said = Server()
    listening = await asyncio.start_server(said.answer, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield said, S3Address("bucket", f"http://127.0.0.1:{port}")
    listening.close()


def _look(s3: Any) -> Any:
    return s3.head_bucket(Bucket="bucket")


async def test_a_token_is_sent_instead_of_a_signature(server: tuple[Server, S3Address]) -> None:
    said, address = server
    tokens = Tokens()
    client = S3Client(address, None, tokens)
    await client.run(_look)
    assert "authorization: bearer token-0\r\n" in said.heads[0].lower()
    said.status = 401
    with pytest.raises(Problem) as refused:
        await client.run(_look)
    assert (refused.value.status, refused.value.code) == (503, "backend_unavailable")
    assert await tokens.token() == "token-1", "the refused one was forgotten"
    seen = len(said.heads)
    with pytest.raises(Problem):
        await client.run(_look)
    assert len(said.heads) == seen, "what has just failed is left alone"
    await client.close()


async def test_without_a_token_nothing_is_asked(server: tuple[Server, S3Address]) -> None:
    said, address = server
    tokens = Tokens()
    tokens.fails = True
    client = S3Client(address, None, tokens)
    with pytest.raises(Problem):
        await client.run(_look)
    assert not said.heads
    await client.close()


async def test_keys_sign(server: tuple[Server, S3Address], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever AWS's own variables say."""
    for name, value in (("AWS_PROFILE", "absent"), ("HTTP_PROXY", "http://127.0.0.1:9")):
        monkeypatch.setenv(name, value)
    said, address = server
    client = S3Client(address, ("an id", "a secret"), None)
    await client.run(_look)
    assert "authorization: aws4-hmac-sha256 credential=an id/" in said.heads[0].lower()
    await client.close()


async def test_a_bucket_that_does_not_answer_keeps_nobody_from_ending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(s3_client, "_CLOSING_SECONDS", 0.1)
    began = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        began.set()
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    client = S3Client(S3Address("bucket", f"http://127.0.0.1:{port}"), ("an id", "a secret"), None)
    asking = asyncio.create_task(client.run(_look))
    await began.wait()
    await client.close()  # far sooner than the bucket is given up
    assert not asking.done()
    listening.close()
    with pytest.raises(Problem):
        await asking
