"""Connections that would never end, heads that are none or too long, and a crowd."""

import asyncio
import io
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import cast

import pytest
import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.server import ServerState

from civictui.codec import decode_object, encode
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.operation import Operation
from civictui.gateway.process import connection, listening
from civictui.gateway.process.lines import write_to
from civictui.gateway.server import GatewayThread
from tests.gateway.peer import PASSWORD
from tests.gateway.process.certificates import Authority

pytestmark = pytest.mark.e2e

ASKED = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
FEW = 3


@pytest.fixture
def few(folder: GatewayFolder) -> Iterator[GatewayThread]:
    """A gateway that serves few at a time."""
    with GatewayThread(folder.path, cost=CHEAP, operation=Operation(connections=FEW)) as served:
        yield served


def connected(served: GatewayThread) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=10)


def heard(line: socket.socket) -> bytes:
    """All that comes until the gateway hangs up."""
    content = b""
    with suppress(ConnectionResetError):
        while piece := line.recv(65536):
            content += piece
    return content


def answered(line: socket.socket, asked: bytes = ASKED) -> bytes:
    """The head and body of a short answer."""
    line.sendall(asked)
    return until(line, b"}")


def until(line: socket.socket, end: bytes) -> bytes:
    content = b""
    while not content.endswith(end):
        piece = line.recv(65536)
        assert piece, content
        content += piece
    return content


def session(line: socket.socket) -> str:
    """The header that signs requests in."""
    said = encode({"username": "demo", "password": PASSWORD})
    head = f"POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: {len(said)}\r\n\r\n"
    body = answered(line, head.encode() + said).partition(b"\r\n\r\n")[2]
    return f"Authorization: Bearer {decode_object(body)['access_token']}\r\n"


@pytest.mark.parametrize("begun", [b"", b"GET /livez HT", b"GET /livez HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_does_not_come_is_not_waited_for(
    served: GatewayThread, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    with connected(served) as line:
        line.sendall(begun)
        said = heard(line)
    if begun:
        assert said.startswith(b"HTTP/1.1 408 ")
        assert b'"error":"timeout"' in said
    else:
        assert said == b""


def test_a_request_may_take_longer_than_its_head(
    served: GatewayThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.1)
    with connected(served) as line:
        token = session(line)
        query = "feed=longpoll&since=now&timeout=500"
        asked = f"GET /db/civic/_changes?{query} HTTP/1.1\r\nHost: x\r\n{token}\r\n"
        line.sendall(asked.encode())
        assert b'"results":[' in until(line, b"0\r\n\r\n")


def test_neither_is_the_next_one(served: GatewayThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    with connected(served) as line:
        assert answered(line).startswith(b"HTTP/1.1 200 ")
        line.sendall(b"G")
        assert heard(line).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_a_long_head_is_refused_whether_it_ends_or_not(served: GatewayThread, end: bytes) -> None:
    with connected(served) as line:
        line.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 90_000 + end)
        said = answered(line, b"") if end else heard(line)
    assert said.startswith(b"HTTP/1.1 431 ")
    assert b'"error":"head_too_large"' in said


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a TLS client that was led astray
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"POST /v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_in_the_same_shape(
    served: GatewayThread, sent: bytes
) -> None:
    with connected(served) as line:
        line.sendall(sent + b"\r\n")
        said = heard(line)
    assert said.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b'"error":"bad_request"' in said
    with connected(served) as line:
        assert answered(line).startswith(b"HTTP/1.1 200 ")


def test_who_would_like_another_protocol_is_answered_by_this_one(
    served: GatewayThread,
) -> None:
    log = io.StringIO()
    write_to(log)
    with connected(served) as line:
        wish = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
        assert answered(line, ASKED[:-2] + wish).startswith(b"HTTP/1.1 200 ")
        assert answered(line).startswith(b"HTTP/1.1 200 ")
    write_to(None)
    assert "WARNING" not in log.getvalue()


def test_one_too_many_is_told_and_a_crowd_is_cut_off(
    few: GatewayThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "TURNED_AWAY", 1)
    with ExitStack() as lines:
        first = [lines.enter_context(connected(few)) for _ in range(FEW)]
        assert all(answered(line).startswith(b"HTTP/1.1 200 ") for line in first)
        told = lines.enter_context(connected(few))
        told.sendall(ASKED)
        with connected(few) as cut:
            assert heard(cut) == b""
        said = heard(told)
        assert said.startswith(b"HTTP/1.1 503 ")
        assert b'"error":"busy"' in said
        assert b"retry-after: 30" in said.lower()
        assert answered(first[0]).startswith(b"HTTP/1.1 200 ")
    with connected(few) as line:
        assert answered(line)


def test_who_does_not_even_begin_with_tls_is_one_of_the_crowd(
    folder: GatewayFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before its handshake uvicorn knows nothing of a connection, which has a descriptor."""
    monkeypatch.setattr(listening, "TURNED_AWAY", 1)
    authority = Authority()
    operation = Operation(connections=FEW, certificate=authority.sign(tmp_path, "one"))
    with (
        GatewayThread(folder.path, cost=CHEAP, operation=operation) as served,
        ExitStack() as lines,
    ):
        silent = [lines.enter_context(connected(served)) for _ in range(FEW + 1)]
        with connected(served) as cut:
            assert heard(cut) == b""
        for line in silent:
            line.close()
        while True:  # until the gateway has seen that these are gone
            with (
                connected(served) as plain,
                suppress(OSError),
                authority.trusting().wrap_socket(plain, server_hostname="127.0.0.1") as line,
            ):
                assert answered(line).startswith(b"HTTP/1.1 200 ")
                break


def test_who_does_not_take_his_answer_is_hung_up_on(
    served: GatewayThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pipelined requests whose answers nobody reads: they end, and do not fill the memory."""
    monkeypatch.setattr(connection, "SILENT_SECONDS", 0.2)
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(10)
        line.connect(("127.0.0.1", served.port))
        with pytest.raises(ConnectionError):
            while True:
                line.sendall(ASKED * 1000)


class Stuck:
    """A transport whose own buffer stays full. The system's is that of a socket."""

    def __init__(self, line: socket.socket, size: int = 100_000) -> None:
        self._line = line
        self._size = size
        self.is_aborted = False

    def get_write_buffer_size(self) -> int:
        return self._size

    def get_extra_info(self, _: str) -> socket.socket:
        return self._line

    def abort(self) -> None:
        self.is_aborted = True


def over(transport: Stuck, state: ServerState) -> connection.Connection:
    made = connection.Connection(uvicorn.Config(connection._turn_away), state, {})
    made.transport = made._carrier = cast(asyncio.Transport, transport)
    made.flow = FlowControl(made.transport)
    state.connections.add(made)
    return made


async def test_who_takes_his_answer_slowly_is_not() -> None:
    """The system takes nothing new for minutes while it empties over a thin line."""
    with socket.create_server(("127.0.0.1", 0)) as door, ExitStack() as lines:
        client = lines.enter_context(socket.create_connection(door.getsockname()))
        line = lines.enter_context(door.accept()[0])
        line.sendall(bytes(20_000))
        stuck = Stuck(line)
        slow = over(stuck, ServerState())
        before = slow._left
        slow._hang_up_on_the_idle(before + 1)
        assert not stuck.is_aborted
        assert slow._unread
        slow._unread.cancel()
        client.recv(20_000)
        while listening.unconfirmed(line):
            await asyncio.sleep(0)
        assert slow._left == stuck.get_write_buffer_size() <= before
        slow._hang_up_on_the_idle(slow._left)
        assert stuck.is_aborted


async def test_answers_that_nobody_takes_are_bounded_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who has most waiting is hung up on, until the rest is little enough."""
    monkeypatch.setattr(connection, "UNREAD_BYTES", 10)
    state = ServerState()
    with socket.socket() as line:
        stuck = [Stuck(line, size) for size in (2, 7, 3, 5)]
        *_, last = [over(transport, state) for transport in stuck]
        last.pause_writing()
        last.resume_writing()
    assert [transport.is_aborted for transport in stuck] == [False, True, False, False]
