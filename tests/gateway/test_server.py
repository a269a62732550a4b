"""The gateway as a process: begun, ended, killed; and what then lies on its disk."""

import asyncio
import base64
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from uvicorn.protocols.http.h11_impl import H11Protocol

from civictui.domain.errors import StoreBusy, UsageError
from civictui.gateway.accounts.attempts import TRIES
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.operation import Operation
from civictui.gateway.server import GatewayThread
from tests.gateway.peer import Device, announced, bearer, picture, piece, push, report, sign_in

pytestmark = pytest.mark.e2e

SERVE = """
import sys
from pathlib import Path
from civictui.gateway.server import serve
serve(Path(sys.argv[1]), "127.0.0.1", 0, announce=lambda port: print(port, flush=True))
print("ended", flush=True)
"""

TEXT, ADDRESS = "Canary overflow from a broken pipe", "12 Canary Street"
PICTURE = picture(size=256)


@contextmanager
def process(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A serving process and its origin; killed at the end where it is still there."""
    command = [sys.executable, "-c", SERVE, str(data)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        port = running.stdout.readline().strip()
        try:
            assert port, running.stderr.read() if running.stderr else ""
            yield running, f"http://127.0.0.1:{port}"
        finally:
            running.kill()


def client(origin: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=origin, trust_env=False, timeout=20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_also_while_somebody_waits(
    folder: GatewayFolder, number: signal.Signals
) -> None:
    with process(folder.path) as (running, origin):
        async with client(origin) as http:
            http.headers.update(await bearer(http))
            params = {"feed": "longpoll", "since": "now", "timeout": "600000"}
            async with http.stream("GET", "/db/civic/_changes", params=params) as held:
                running.send_signal(number)
                await held.aread()
                assert held.json()["results"] == []
            output, errors = await asyncio.to_thread(running.communicate, timeout=10)
        assert running.returncode == 0
        assert output == "ended\n"
        assert errors == ""


async def test_everything_survives_a_kill_and_nothing_is_readable(folder: GatewayFolder) -> None:
    device = Device("terminal-canary")
    half = len(PICTURE) // 2
    with process(folder.path) as (running, origin):
        async with client(origin) as http:
            said = (await sign_in(http, device=device)).json()
            http.headers["Authorization"] = f"Bearer {said['access_token']}"
            doc = report("canary-1", text=TEXT, address=ADDRESS)
            await push(http, doc)
            await http.put("/db/civic/_local/log", json={"user": "demo"})
            whole = picture(seed=7)
            place = (await http.post("/v1/uploads", headers=announced(whole))).headers["location"]
            await http.patch(place, content=whole, headers=piece(0))
            headers = announced(PICTURE, "IMG-canary.jpeg")
            place = (await http.post("/v1/uploads", headers=headers)).headers["location"]
            await http.patch(place, content=PICTURE[:half], headers=piece(0))
            await sign_in(http, "asha", "wrong canary")
            assert readable(folder.path, said) == []
            running.kill()
            running.wait()
    assert readable(folder.path, said) == []
    with process(folder.path) as (running, origin):
        async with client(origin) as http:
            renewal = device.renewal(said["refresh_token"])
            renewed = (await http.post("/v1/session/refresh", json=renewal)).json()
            http.headers["Authorization"] = f"Bearer {renewed['access_token']}"
            assert (await http.get("/db/civic/canary-1?revs=true")).json() == doc
            assert (await http.get("/db/civic/_local/log")).json()["user"] == "demo"
            answer = await http.patch(place, content=PICTURE[half:], headers=piece(half))
            assert answer.status_code == 204
            assert (await http.get("/v1/objects/IMG-canary.jpeg")).content == PICTURE
            wrong = await sign_in(http, "asha", "wrong canary")
            assert wrong.json()["remaining_attempts"] == 1
            assert readable(folder.path, said | renewed) == []


def readable(folder: Path, said: dict[str, str]) -> list[str]:
    """Which canaries can be read in a file or a file's name of `folder`."""
    words = [
        "demo", "asha", "Demo", "canary", "Canary", "civic", "report", "JFIF", "public_key",
        said["access_token"], said["refresh_token"], "127.0.0.1",
    ]  # fmt: skip
    needles = {form for word in words for form in forms(word) if len(form) > 3}
    needles |= {b"\xff\xd8\xff\xe0", PICTURE[200:232]}
    found = []
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        name = path.relative_to(folder).as_posix().encode()
        found += [f"{path}: {n!r}" for n in needles if n in content or n in name]
    return found


def forms(word: str) -> list[bytes]:
    plain = word.encode()
    return [plain, word.encode("utf-16-le"), base64.b64encode(plain), plain.hex().encode()]


def test_a_second_process_is_refused(folder: GatewayFolder) -> None:
    with GatewayThread(folder.path, cost=CHEAP), pytest.raises(StoreBusy):
        GatewayThread(folder.path, cost=CHEAP).__enter__()
    with GatewayThread(folder.path, cost=CHEAP):  # free again
        pass


def test_an_address_that_cannot_be_had(folder: GatewayFolder, tmp_path: Path) -> None:
    with GatewayThread(folder.path, cost=CHEAP) as first:
        second = GatewayThread(tmp_path / "other", port=first.port)
        with pytest.raises(UsageError, match="Port"):
            second.__enter__()
    with pytest.raises(UsageError, match="no address"):
        GatewayThread(tmp_path / "other", host="no.such.host.invalid").__enter__()


async def test_it_says_nothing_about_itself(wire: httpx.AsyncClient) -> None:
    answer = await wire.get("/healthz")
    assert answer.json()["status"] == "ok"
    assert "server" not in answer.headers


async def test_an_answer_has_no_header_that_nobody_reads(wire: httpx.AsyncClient) -> None:
    for path in ("", "/_changes", "/_changes?feed=longpoll&timeout=1&since=now"):
        answer = await wire.get(f"/db/civic{path}", headers={"Accept-Encoding": "identity"})
        framing = {"content-length", "transfer-encoding"}
        assert answer.headers.keys() - framing == {"content-type"}


async def test_a_short_session_can_be_asked_for(folder: GatewayFolder) -> None:
    with GatewayThread(folder.path, access_seconds=2, cost=CHEAP) as running:
        async with client(f"http://127.0.0.1:{running.port}") as http:
            assert (await sign_in(http)).json()["expires_in"] == 2


@pytest.mark.parametrize(
    ("proxies", "heard"),
    [
        ((), 429),
        (("192.0.2.1",), 429),
        (("192.0.2.0/24", "2001:db8::1"), 429),
        (("127.0.0.1",), 401),
        (("192.0.2.1", "127.0.0.0/8"), 401),
    ],
)
async def test_what_a_proxy_says_of_addresses_is_believed_of_those_named(
    folder: GatewayFolder, proxies: tuple[str, ...], heard: int
) -> None:
    operation = Operation(forwarded_allow=proxies)
    with GatewayThread(folder.path, cost=CHEAP, operation=operation) as served:
        async with client(f"http://127.0.0.1:{served.port}") as http:
            for number in range(TRIES["address"]):
                http.headers["X-Forwarded-For"] = f"198.51.100.{number}"
                assert (await sign_in(http, f"nobody{number}")).status_code == 401
            http.headers["X-Forwarded-For"] = "203.0.113.1"
            assert (await sign_in(http, "somebody")).status_code == heard


async def test_many_sign_ins_at_once_are_guessed_one_by_one(served: GatewayThread) -> None:
    async with client(f"http://127.0.0.1:{served.port}") as http:
        tries = [sign_in(http, "demo", f"guess {i}") for i in range(20)]
        answers = await asyncio.gather(*tries)
        right = await asyncio.gather(*(sign_in(http, "asha") for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [401] * 3 + [429] * 17
    assert {answer.status_code for answer in right} == {200}


def test_the_test_sees_what_is_readable(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" + base64.b64encode(b"canary"))
    (tmp_path / "demo.txt").touch()
    found = readable(tmp_path, {"access_token": "t" * 9, "refresh_token": "u" * 9})
    assert [Path(line.split(":")[0]).name for line in found] == ["a", "demo.txt"]


async def test_nobody_waits_for_a_gateway_that_has_ended_in_a_process_that_goes_on(
    folder: GatewayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is accepted while the gateway closes is told nothing of it by uvicorn."""
    monkeypatch.setattr(H11Protocol, "shutdown", lambda _: None)  # as if it came a moment later
    with GatewayThread(folder.path, cost=CHEAP, operation=Operation(grace_seconds=1)) as running:
        late = socket.create_connection(("127.0.0.1", running.port))
        late.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        heard = b""
        while not heard.endswith(b'{"status":"ok"}'):  # head and body may come one by one
            piece = late.recv(4096)
            assert piece, heard
            heard += piece
    with late:
        late.settimeout(10)
        with suppress(ConnectionError):
            late.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert late.recv(4096) == b""
