"""What no client of ours would send, byte by byte, to a gateway in a process of its own.

Whatever it is, the connection ends, nothing is a 500, nothing is in the log but lines of requests,
and the gateway serves on.
"""

import gzip
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest

from tests.faults.attacked import PATIENCE, Attacked, attacked
from tests.gateway.peer import report

pytestmark = pytest.mark.e2e

HOST = b"Host: x\r\n"
GET = b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n"
POST = b"POST /v1/session HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = 1024 * 1024
PEAK = 450 * MEGABYTE
"""It has 53 MB when it begins, and 300 at the peak of these attacks."""
KEPT = 48 * MEGABYTE
"""What the same once more may leave behind."""
REFUSED = {400, 403, 413, 415}
RAW = {
    "nothing": b"",
    "line feeds": b"\r\n" * 1000,
    "zeros": bytes(5000),
    "a hello of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(64),
    "HTTP/0.9": b"GET /livez\r\n",
    "HTTP/1.0": b"GET /livez HTTP/1.0\r\n\r\n",
    "HTTP/9.9": b"GET /livez HTTP/9.9\r\n" + HOST + b"\r\n",
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /livez HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "no path": b"GET HTTP/1.1\r\n" + HOST + b"\r\n",
    "half a head": GET[:-3],
    "a method of bytes": b"G\xff\x00T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a long method": b"G" * 70_000 + b" / HTTP/1.1\r\n" + HOST + b"\r\n",
    "CONNECT": b"CONNECT example.org:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "OPTIONS of all": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address as path": b"GET http://example.org/livez HTTP/1.1\r\n" + HOST + b"\r\n",
    "paths that lead up": b"GET /../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n",
    "a broken escape": b"GET /db/civic/%zz%0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a zero in the path": b"GET /db/civic/%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "bytes in the path": b"GET /db/civic/\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    "half of UTF-8 in the path": b"GET /db/civic/%c3 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a very long path": b"GET /" + b"a" * MEGABYTE + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a header without a colon": GET[:-2] + b"colon\r\n\r\n",
    "a header with a zero": GET[:-2] + b"a: \x00\r\n\r\n",
    "a folded header": GET[:-2] + b"a: b\r\n c\r\n\r\n",
    "a blank before the colon": GET[:-2] + b"a : b\r\n\r\n",
    "a very long header": GET[:-2] + b"a: " + b"b" * MEGABYTE + b"\r\n\r\n",
    "very many headers": GET[:-2] + b"a: b\r\n" * 20_000 + b"\r\n",
    "many short headers": GET[:-2] + b"a:\r\n" * 2_000 + b"\r\n",
    "a negative length": POST + b"Content-Length: -5\r\n\r\nhello",
    "a signed length": POST + b"Content-Length: +5\r\n\r\nhello",
    "a length of digits of others": POST + b"Content-Length: \xd9\xa5\r\n\r\nhello",
    "a huge length": POST + b"Content-Length: 99999999999999999999999\r\n\r\nhello",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "half a body": POST + b"Content-Length: 500\r\n\r\nhello",
    "a chunk of no size": CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n",
    "a negative chunk": CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
    "a huge chunk": CHUNKED + b"FFFFFFFFFFFFFFFFF\r\nhello",
    "a chunk without its end": CHUNKED + b"5\r\nhello6\r\n",
    "a long chunk extension": CHUNKED + b"5;" + b"a" * 100_000 + b"\r\nhello\r\n0\r\n\r\n",
    "long trailers": CHUNKED + b"0\r\n" + b"a: b\r\n" * 50_000 + b"\r\n",
    "chunks of one byte": CHUNKED + b"1\r\n \r\n" * 20_000 + b"0\r\n\r\n",
    "half a chunk": CHUNKED + b"500\r\nhello",
    "another encoding": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "what it expects": POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    "another protocol": GET[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "h2c": GET[:-2] + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
    "garbage behind a request": GET + b"\x00\xff garbage \r\n\r\n" * 20,
    "a hundred requests at once": GET * 100,
}
SMUGGLED = {
    "both lengths": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "the other way round": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "hidden by a tab": b"Content-Length: 5\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
    "hidden by a bad name": b"Content-Length: 5\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "hidden by a list": b"Content-Length: 5\r\nTransfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n",
}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    with attacked(tmp_path_factory.mktemp("attacked")) as running:
        yield running
        assert "Traceback" not in running.log
        assert " 500 " not in running.log


@pytest.mark.parametrize("name", RAW)
def test_bytes(gateway: Attacked, name: str) -> None:
    statuses = gateway.heard(RAW[name])
    assert all(status < 500 for status in statuses), statuses
    assert gateway.heard(GET) == [200]


@pytest.mark.parametrize("name", SMUGGLED)
def test_no_request_hides_in_another(gateway: Attacked, name: str) -> None:
    """Where the two ways to say a length differ, what comes behind is never answered."""
    statuses = gateway.heard(POST + SMUGGLED[name] + GET)
    assert statuses in ([], [400]) or (len(statuses) == 1 and 400 <= statuses[0] < 500), statuses


def test_many_who_say_nothing_more(gateway: Attacked) -> None:
    """Half heads, half bodies and half chunks, held while others are served."""
    halves = (GET[:-3], POST + b"Content-Length: 500\r\n\r\n{", CHUNKED + b"500\r\n{", b"")
    before, _ = gateway.memory()
    links: list[socket.socket] = []
    try:
        for n in range(400):
            links.append(gateway.connection())
            links[-1].sendall(halves[n % len(halves)])
        assert gateway.serves()
        now, _ = gateway.memory()
        assert now - before < 64 * MEGABYTE
    finally:
        for link in links:
            link.close()
    assert gateway.serves()


def whole(path: bytes, body: bytes, *headers: bytes) -> bytes:
    head = b"POST " + path + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n"
    return head + b"".join(headers) + b"Content-Length: %d\r\n\r\n" % len(body) + body


def heavy(token: bytes) -> list[bytes]:
    """Requests that are much more than they seem."""
    packed = b"Content-Encoding: gzip\r\n"
    zeros = gzip.compress(bytes(64 * MEGABYTE))
    objects = b'{"new_edits":false,"docs":[' + b"{}," * (5 * MEGABYTE) + b"{}]}"
    form = b"Content-Type: multipart/form-data; boundary=x\r\n"
    part = b'--x\r\nContent-Disposition: form-data; name="media"; filename="a"\r\n\r\n'
    bulk, diff = b"/db/civic/_bulk_docs", b"/db/civic/_revs_diff"
    return [
        whole(bulk, zeros, token, packed),
        whole(bulk, gzip.compress(gzip.compress(bytes(64 * MEGABYTE))), token, packed),
        whole(bulk, gzip.compress(objects), token, packed),
        whole(bulk, objects, token),
        whole(bulk, b"[" * (15 * MEGABYTE), token),
        whole(bulk, b'{"a":' * (3 * MEGABYTE), token),
        whole(diff, b'{"a":[' + b'"1-a",' * (2 * MEGABYTE) + b'"1-a"]}', token),
        whole(b"/v1/session", zeros, packed),
        whole(b"/open311/v2/requests.xml", part + bytes(15 * MEGABYTE) + b"\r\n--x--", form),
        whole(b"/open311/v2/requests.json", (part + b"\r\n") * 100_000 + b"--x--", form),
    ]


def test_memory_is_bounded(gateway: Attacked) -> None:
    """Eight at a time of what inflates, nests or is parsed into a hundred times its size."""
    gateway.http.post(
        "/db/civic/_bulk_docs", json={"new_edits": False, "docs": [report("r1")]}
    ).raise_for_status()
    requests = heavy(gateway.authorization)
    resident = [gateway.memory()[0]]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            answers = list(pool.map(gateway.heard, requests * 2, timeout=8 * PATIENCE))
            assert all(len(statuses) <= 1 for statuses in answers), answers
            assert {said for statuses in answers for said in statuses} <= REFUSED
            resident.append(gateway.memory()[0])
    _, peak = gateway.memory()
    assert peak < PEAK, (resident, peak)
    assert resident[-1] < max(resident[1:-1]) + KEPT, (resident, peak)
    assert gateway.serves()


def test_answers_that_nobody_takes_do_not_fill_the_memory(gateway: Attacked) -> None:
    """A page of 11 MB for each of a crowd: made few at a time, and few of them are kept."""
    for n in range(12):
        docs = [report(f"large{n}", text=f"{n}" * 900_000)]
        gateway.http.post("/db/civic/_bulk_docs", json={"new_edits": False, "docs": docs})
    paths = (b"/db/civic/_changes?include_docs=true", b"/db/civic/_all_docs?include_docs=true")
    with ExitStack() as links:
        crowd = [links.enter_context(gateway.connection(4096)) for _ in range(60)]
        for n, link in enumerate(crowd):
            asked = b"GET " + paths[n % 2] + b" HTTP/1.1\r\n" + HOST
            link.sendall(asked + gateway.authorization + b"\r\n")
        for link in crowd:
            with suppress(ConnectionError):
                link.recv(1)  # its answer has begun
        assert gateway.serves()
        now, peak = gateway.memory()
    assert peak < PEAK, (now, peak)
    assert gateway.serves()
