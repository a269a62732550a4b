"""Behind the proxies of deploy/, as they stand there."""

import asyncio
import os
import re
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from civictui.gateway.accounts.attempts import TRIES
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.operation import Operation
from civictui.gateway.policy import PAGE_BYTES
from civictui.gateway.server import GatewayThread
from tests.gateway.peer import announced, bearer, picture, piece, push, report, sign_in
from tests.gateway.process.certificates import Authority
from tests.tools import require_tool

pytestmark = pytest.mark.e2e

DEPLOY = Path(__file__).parents[3] / "deploy"
LARGE = picture(size=512)
BEHIND = Operation(forwarded_allow=("127.0.0.1",))


def nginx(folder: Path, port: int, gateway: int, files: tuple[Path, Path]) -> list[str]:
    text = (DEPLOY / "nginx.conf").read_text()
    text = text.replace("127.0.0.1:8440", f"127.0.0.1:{gateway}")
    text = re.sub(r"listen 443 ssl", f"listen 127.0.0.1:{port} ssl", text)
    text = re.sub(r".*listen \[::\].*\n", "", text)
    text = re.sub(r"(ssl_certificate )\s*\S+;", rf"\1 {files[0]};", text)
    text = re.sub(r"(ssl_certificate_key)\s*\S+;", rf"\1 {files[1]};", text)
    rooms = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"""
daemon off; master_process off; pid {folder}/pid; error_log {folder}/log;
events {{}}
http {{ {rooms} {text} }}
"""
    (folder / "conf").write_text(whole)
    return ["nginx", "-c", f"{folder}/conf", "-p", str(folder), "-e", f"{folder}/log"]


def caddy(folder: Path, port: int, gateway: int, files: tuple[Path, Path]) -> list[str]:
    text = (DEPLOY / "Caddyfile").read_text()
    text = text.replace("127.0.0.1:8440", f"127.0.0.1:{gateway}")
    site = f"https://127.0.0.1:{port} {{\n\tbind 127.0.0.1\n\ttls {files[0]} {files[1]}"
    text = text.replace("reports.example.org {", site)
    own = f"{{\n\tadmin off\n\tauto_https off\n\tstorage file_system {folder}\n}}\n"
    (folder / "Caddyfile").write_text(own + text)
    return ["caddy", "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


Proxy = Callable[[Path, int, int, tuple[Path, Path]], list[str]]


@contextmanager
def before(served: GatewayThread, proxy: Proxy, folder: Path) -> Iterator[tuple[str, Authority]]:
    """A proxy before the gateway; its origin, and who has signed its certificate."""
    program = str(require_tool(proxy.__name__))
    authority = Authority()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = proxy(folder, port, served.port, authority.sign(folder, "proxy"))
    with (
        (folder / "said").open("wb") as said,
        subprocess.Popen(
            [program, *command[1:]], stdout=said, stderr=said, env=_at_home_in(folder)
        ) as running,
    ):
        try:
            until_it_listens(port, running, folder / "said")
            yield f"https://127.0.0.1:{port}", authority
        finally:
            running.terminate()


def _at_home_in(folder: Path) -> dict[str, str]:
    """Caddy keeps its settings at home."""
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(folder))
    return {**os.environ, **homes}


def until_it_listens(port: int, running: subprocess.Popen[bytes], said: Path) -> None:
    while True:
        assert running.poll() is None, said.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
        except ConnectionRefusedError:
            continue
        return


@pytest.fixture(params=[nginx, caddy])
def outside(
    request: pytest.FixtureRequest, folder: GatewayFolder, tmp_path: Path
) -> Iterator[tuple[str, Authority]]:
    """Where a gateway is found behind each of the proxies, and who has signed for that."""
    with (
        GatewayThread(folder.path, cost=CHEAP, operation=BEHIND) as served,
        before(served, request.param, tmp_path) as found,
    ):
        yield found


def client(origin: str, trusted: ssl.SSLContext) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=origin, verify=trusted, trust_env=False, timeout=20)


async def test_what_terminals_do_goes_through(outside: tuple[str, Authority]) -> None:
    origin, authority = outside
    async with client(origin, authority.trusting()) as http:
        http.headers.update(await bearer(http))
        query = {"feed": "longpoll", "since": "now", "timeout": "60000", "heartbeat": "1000"}
        plain = {"Accept-Encoding": "identity"}
        async with http.stream("GET", "/db/civic/_changes", params=query, headers=plain) as held:
            pieces = held.aiter_raw()
            assert await anext(pieces) == b"\n"  # a heartbeat comes when it is sent
            assert await push(http, report("r1")) == []
            while b"r1" not in await anext(pieces):
                pass
        place = (await http.post("/v1/uploads", headers=announced(LARGE))).headers["location"]
        done = await http.patch(place, content=LARGE, headers=piece(0))
        assert done.status_code == 204
        assert await push(http, report("a/b%2F..c")) == []
        assert (await http.get("/db/civic/a%2Fb%252F..c")).status_code == 200
        largest = b'{"new_edits":false,"docs":[]}'.rjust(PAGE_BYTES)
        assert (await http.post("/db/civic/_bulk_docs", content=largest)).status_code == 201
        for path in ("/healthz", "/metrics"):
            assert (await http.get(path)).status_code == 404
        assert (await http.get("/livez")).status_code == 200


async def test_half_a_picture_is_kept_when_a_line_breaks(
    folder: GatewayFolder, outside: tuple[str, Authority]
) -> None:
    origin, authority = outside
    async with client(origin, authority.trusting()) as http:
        sender = await bearer(http)
        http.headers.update(sender)
        place = (await http.post("/v1/uploads", headers=announced(LARGE))).headers["location"]
        came = asyncio.Event()

        async def half() -> AsyncIterator[bytes]:
            yield LARGE[: len(LARGE) // 2]
            await came.wait()

        sending = asyncio.create_task(http.patch(place, content=half(), headers=piece(0)))
        parts = folder.path / "uploads"
        while not any(path.stat().st_size for path in parts.glob("*.part")):
            await asyncio.sleep(0)
        sending.cancel()
        version = {"Tus-Resumable": "1.0.0"}
        found = await http.head(place, headers=version)
        assert 0 < int(found.headers["upload-offset"]) <= len(LARGE) // 2


async def test_what_a_client_says_of_its_address_stays_outside(
    outside: tuple[str, Authority],
) -> None:
    origin, authority = outside
    async with client(origin, authority.trusting()) as http:
        for number in range(TRIES["address"]):
            http.headers["X-Forwarded-For"] = f"198.51.100.{number}"
            assert (await sign_in(http, f"nobody{number}")).status_code == 401
        http.headers["X-Forwarded-For"] = "203.0.113.1"
        assert (await sign_in(http, "somebody")).status_code == 429
