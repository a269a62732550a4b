"""Long answers that are taken slowly or not at all, over TLS and without."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from civictui.gateway.process import connection
from tests.gateway.process.certificates import Authority

pytestmark = pytest.mark.e2e

ASKED = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LONG = bytes(16 * 1024 * 1024)


async def answers_long(_: Scope, __: Receive, send: Send) -> None:
    fields = [(b"content-length", str(len(LONG)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": LONG})


class LongAnswers:
    """Serves them over TLS, or without."""

    def __init__(self, authority: Authority | None = None) -> None:
        self.state = ServerState()
        self._trusting = authority.trusting() if authority else None

    @asynccontextmanager
    async def served(self, chain: tuple[Path, Path] | None) -> AsyncIterator[Self]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if chain else None
        if context and chain:
            context.load_cert_chain(*chain)
        config = uvicorn.Config(answers_long, log_config=None)
        server = await asyncio.get_running_loop().create_server(
            lambda: connection.limited(9)(config, self.state, {}), "127.0.0.1", 0, ssl=context
        )
        async with server:
            self._port = server.sockets[0].getsockname()[1]
            yield self

    async def asked(
        self, asked: bytes = ASKED
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Asked, and the answer is made; nobody reads it yet."""
        former = self.state.total_requests
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, ssl=self._trusting)
        writer.write(asked)
        while self.state.total_requests == former:
            await asyncio.sleep(0)
        return reader, writer

    def connection(self) -> connection.Connection:
        (found,) = self.state.connections
        assert isinstance(found, connection.Connection)
        return found

    async def until_left(self, count: int) -> None:
        while len(self.state.connections) != count:
            await asyncio.sleep(0)


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
async def long_answers(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[LongAnswers]:
    authority = Authority() if request.param else None
    chain = authority.sign(tmp_path, "one") if authority else None
    async with asyncio.timeout(30), LongAnswers(authority).served(chain) as served:
        yield served


async def test_what_tls_has_taken_and_nobody_reads_is_counted(
    long_answers: LongAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, first = await long_answers.asked()
    waiting = long_answers.connection().waiting
    assert waiting > 1024 * 1024
    monkeypatch.setattr(connection, "UNREAD_BYTES", waiting)
    _, second = await long_answers.asked()
    await long_answers.until_left(1)
    first.close()
    second.close()
    await long_answers.until_left(0)


async def test_a_long_answer_that_is_being_taken_is_no_pause(long_answers: LongAnswers) -> None:
    """It was given to TLS at once, and is on its way for minutes: closing would cut it."""
    reader, writer = await long_answers.asked()
    slow = long_answers.connection()
    slow.timeout_keep_alive_handler()
    assert not slow.transport.is_closing()
    await reader.readuntil(b"\r\n\r\n")
    assert await reader.readexactly(len(LONG)) == LONG
    while slow.waiting:
        await asyncio.sleep(0)
    slow.timeout_keep_alive_handler()
    assert await reader.read() == b""
    writer.close()
    await long_answers.until_left(0)


async def test_but_one_that_nobody_takes_ends(long_answers: LongAnswers) -> None:
    _, writer = await long_answers.asked()
    still = long_answers.connection()
    still.timeout_keep_alive_handler(still._left)
    await long_answers.until_left(0)
    writer.close()


async def test_who_was_closed_and_does_not_go_is_hung_up_on(long_answers: LongAnswers) -> None:
    """A TLS transport that was closed twice does not abort any more."""
    _, writer = await long_answers.asked()
    closed = long_answers.connection()
    closed.transport.close()
    closed.transport.close()
    assert closed.waiting
    closed.hang_up()
    await long_answers.until_left(0)
    writer.close()


async def test_the_last_answer_is_not_cut_either(
    long_answers: LongAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS that is closed at once would give it half a minute."""
    monkeypatch.setattr(connection, "_LOOK_SECONDS", 0.01)
    reader, writer = await long_answers.asked(ASKED[:-2] + b"Connection: close\r\n\r\n")
    last = long_answers.connection()
    is_tls = last._carrier is not last.transport
    assert is_tls != last.transport.is_closing()
    await reader.readuntil(b"\r\n\r\n")
    assert await reader.read() == LONG
    writer.close()
    await long_answers.until_left(0)
