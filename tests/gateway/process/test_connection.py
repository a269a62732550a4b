"""Connections that would never end, heads that are none or too long, and a crowd."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.operation import Operation
from civictui.gateway.process import connection
from civictui.gateway.server import GatewayThread

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
    content = b""
    while not content.endswith(b"}"):
        piece = line.recv(65536)
        assert piece, content
        content += piece
    return content


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
    assert said.startswith(b"HTTP/1.1 400 ")
    assert b'"error":"bad_request"' in said
    with connected(served) as line:
        assert answered(line).startswith(b"HTTP/1.1 200 ")


def test_one_too_many_is_told_and_a_crowd_is_cut_off(
    few: GatewayThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TURNED_AWAY", 1)
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
