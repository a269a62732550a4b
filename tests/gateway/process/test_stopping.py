"""Told to stop, it lets what is under way end; told how it is, its service manager knows."""

import asyncio
import json
import signal
import socket
from pathlib import Path

import httpx
import pytest

from civictui.gateway.folder import GatewayFolder
from tests.gateway.peer import announced, bearer, picture, piece, report
from tests.gateway.process.running import Running, running

pytestmark = pytest.mark.e2e

PICTURE = picture(size=64)
TOKEN = "a token for the metrics"


class Slow:
    """A request whose body is sent in two parts, over a socket of its own."""

    def __init__(self, served: Running, head: str, body: bytes) -> None:
        self._line = socket.create_connection(("127.0.0.1", served.port), timeout=20)
        self._half = len(body) // 2
        self._body = body
        begun = f"{head}Content-Length: {len(body)}\r\n\r\n".encode()
        self._line.sendall(begun + body[: self._half])

    def finish(self) -> bytes:
        """Send the rest; the answer."""
        self._line.sendall(self._body[self._half :])
        return self.end()

    def end(self) -> bytes:
        """What comes until the gateway hangs up."""
        content = b""
        with self._line:
            while piece := self._line.recv(65536):
                content += piece
        return content


def options(folder: Path, grace_seconds: int) -> list[str]:
    file = folder / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    return [f"--grace-seconds={grace_seconds}", f"--metrics-token-file={file}"]


def head(method: str, path: str, fields: dict[str, str]) -> str:
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *(f"{k}: {v}" for k, v in fields.items())]
    return "\r\n".join([*lines, ""])


def client(served: Running) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=served.origin, trust_env=False, timeout=20)


async def begun(served: Running) -> tuple[Slow, Slow, str]:
    """A picture and a document, both half on their way, and the path of the upload."""
    async with client(served) as http:
        sender = await bearer(http)
        answer = await http.post("/v1/uploads", headers={**sender, **announced(PICTURE)})
        place = answer.headers["location"]
        docs = json.dumps({"new_edits": False, "docs": [report("r1")]}).encode()
        upload = Slow(served, head("PATCH", place, {**sender, **piece(0)}), PICTURE)
        document = Slow(served, head("POST", "/db/civic/_bulk_docs", sender), docs)
        watching = {"Authorization": f"Bearer {TOKEN}"}
        while (
            "civictui_requests_in_progress 3.0"
            not in (await http.get("/metrics", headers=watching)).text
        ):  # these two, and this one
            pass
    return upload, document, place


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_what_is_under_way_ends(
    folder: GatewayFolder, tmp_path: Path, number: signal.Signals
) -> None:
    with running(folder.path, *options(tmp_path, 20)) as served:
        upload, document, place = await begun(served)
        served.process.send_signal(number)
        assert "under way: 2" in await asyncio.to_thread(served.said, "stopping, requests")
        assert b"HTTP/1.1 204 " in await asyncio.to_thread(upload.finish)
        assert b"HTTP/1.1 201 " in await asyncio.to_thread(document.finish)
        assert await asyncio.to_thread(served.ended) == 0
        assert "cut off: 0" in served.said("stopped, requests")
    with running(folder.path) as served:
        async with client(served) as http:
            http.headers.update(await bearer(http))
            assert (await http.get("/db/civic/r1")).status_code == 200
            found = await http.head(place, headers={"Tus-Resumable": "1.0.0"})
            assert found.headers["upload-offset"] == str(len(PICTURE))


async def test_what_does_not_end_is_cut_off_and_its_bytes_are_kept(
    folder: GatewayFolder, tmp_path: Path
) -> None:
    with running(folder.path, *options(tmp_path, 1)) as served:
        upload, document, place = await begun(served)
        served.process.terminate()
        await asyncio.to_thread(upload.end)
        await asyncio.to_thread(document.end)
        assert await asyncio.to_thread(served.ended) == 0
        assert "cut off: 2" in served.said("stopped, requests")
    with running(folder.path) as served:
        async with client(served) as http:
            http.headers.update(await bearer(http))
            assert (await http.get("/db/civic/r1")).status_code == 404
            found = await http.head(place, headers={"Tus-Resumable": "1.0.0"})
            assert int(found.headers["upload-offset"]) == len(PICTURE) // 2


@pytest.mark.parametrize("abstract", [False, True])
async def test_the_service_manager_is_told(
    folder: GatewayFolder, tmp_path: Path, abstract: bool
) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + path if abstract else path)
        manager.settimeout(20)
        environment = {
            "NOTIFY_SOCKET": "@" + path if abstract else path,
            "WATCHDOG_USEC": "4000000",
        }
        with running(folder.path, environment=environment) as served:
            assert manager.recv(1024) == b"READY=1"
            assert manager.recv(1024) == b"WATCHDOG=1"
            served.process.send_signal(signal.SIGHUP)
            said = await asyncio.to_thread(until, manager, b"RELOADING=1\nMONOTONIC_USEC=")
            assert said.partition(b"USEC=")[2].isdigit()
            await asyncio.to_thread(until, manager, b"READY=1")
            served.process.terminate()
            await asyncio.to_thread(until, manager, b"STOPPING=1")
            assert await asyncio.to_thread(served.ended) == 0


def until(manager: socket.socket, words: bytes) -> bytes:
    """The next message that begins with these words; signs of life may come before it."""
    while not (said := manager.recv(1024)).startswith(words):
        assert said == b"WATCHDOG=1"
    return said
