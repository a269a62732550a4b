"""A gateway in a process of its own that is attacked: its log, its memory, and raw connections."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx

from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import add_user
from tests.gateway.peer import PASSWORD

SERVE: Final = """
import sys
from pathlib import Path
from civictui.gateway.open311.offer import Offer
from civictui.gateway.server import serve
offer = Offer(public=True)
said = {"announce": lambda port: print(port, flush=True), "log": sys.stderr}
serve(Path(sys.argv[1]), "127.0.0.1", 0, open311=offer, **said)
"""
PATIENCE: Final = 20.0
"""Seconds after which somebody hangs."""
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
_FIELD: Final = re.compile(r"^(VmRSS|VmHWM):\s+(\d+) kB$", re.MULTILINE)


class Attacked:
    """A running gateway; `http` is signed in as demo."""

    def __init__(self, process: subprocess.Popen[str], port: int, log: Path) -> None:
        self.port = port
        self._process = process
        self._log = log
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=PATIENCE
        )
        body = {"username": "demo", "password": PASSWORD}
        token = self.http.post("/v1/session", json=body).raise_for_status().json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.authorization = f"Authorization: Bearer {token}\r\n".encode()

    @property
    def log(self) -> str:
        return self._log.read_text()

    def memory(self) -> tuple[int, int]:
        """Bytes that are resident now, and at the most so far."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = {name: int(count) * 1024 for name, count in _FIELD.findall(status)}
        return found["VmRSS"], found["VmHWM"]

    def serves(self) -> bool:
        """Whether it does what it is there for."""
        return self.http.get("/db/civic/_changes?limit=1").status_code == 200

    def connection(self, takes: int | None = None) -> socket.socket:
        """One that takes so many bytes that are not read, or as many as the system likes."""
        link = socket.socket()
        link.settimeout(PATIENCE)
        if takes:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
        link.connect(("127.0.0.1", self.port))
        return link

    def heard(self, content: bytes) -> list[int]:
        """The statuses of what comes back until the gateway ends the connection.

        It is ended from this side, too, once all is sent. Raises TimeoutError where it hangs.
        """
        heard = bytearray()
        with self.connection() as link:
            with suppress(OSError):  # it may have ended before all was sent
                link.sendall(content)
                link.shutdown(socket.SHUT_WR)
            with suppress(ConnectionError):
                while piece := link.recv(65_536):
                    heard += piece
        return [int(status) for status in _STATUS.findall(bytes(heard))]


@contextmanager
def attacked(folder: Path) -> Iterator[Attacked]:
    """Serve a new folder. At the end its log has no word of a crash."""
    data, log = folder / "gateway", folder / "log"
    add_user(GatewayFolder.open(data, 1_700_000_000), "demo", PASSWORD)
    command = [sys.executable, "-c", SERVE, str(data)]
    with (
        log.open("w") as written,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=written, text=True) as process,
    ):
        try:
            assert process.stdout
            port = process.stdout.readline().strip()
            assert port, log.read_text()
            running = Attacked(process, int(port), log)
            with closing(running.http):
                yield running
            assert process.poll() is None
        finally:
            process.kill()
