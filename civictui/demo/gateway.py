"""The demo's gateway: seeded once, served in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from civictui.demo import seed
from civictui.domain.errors import GatewayError

USERS = ("demo", "asha")
PASSWORD = "lamp-leak-pothole"  # noqa: S105  # shown to everybody on the login screen
HINT = f"This is a demo: user {USERS[0]} or {USERS[1]}, password {PASSWORD}"


def prepare(folder: Path) -> None:
    """Fill a new gateway's folder with accounts, documents and pictures; leave a filled one alone.

    The accounts come last, so that a filling that was cut off is done again.
    """
    from civictui.gateway import provisioning

    opened = provisioning.open_folder(folder)
    _hang_up_the_map(folder)
    if provisioning.has_user(opened, USERS[-1]):
        return
    failures = provisioning.load(opened, [*seed.documents(), *seed.services()], seed.objects())
    if failures:
        raise GatewayError(f"The demo's documents were refused: {failures[0].reason}")
    for user in USERS:
        if not provisioning.has_user(opened, user):
            provisioning.add_user(opened, user, PASSWORD)


def _hang_up_the_map(folder: Path) -> None:
    """Have the gateway give out the map of San Francisco."""
    from civictui.demo.base_map import shipped_map
    from civictui.gateway.maps import ROOM
    from civictui.geo.maps import map_folder

    if not (folder / ROOM / shipped_map().name).exists():
        map_folder.add(folder / ROOM, shipped_map())


@dataclass
class GatewayProcess:
    """A running `civictui demo --serve-only`."""

    process: subprocess.Popen[str]
    server: str
    folder: Path

    @classmethod
    def start(cls, folder: Path, port: int = 0) -> "GatewayProcess":
        """Start it and wait for the line that it prints when it listens. Raises GatewayError."""
        command = [sys.executable, "-m", "civictui", "demo", "--serve-only", "--with-parent"]
        command += ["--port", str(port), "--data-dir", str(folder)]
        process = subprocess.Popen(  # noqa: S603  # our own program
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None  # noqa: S101
        line = process.stdout.readline()
        if not line:
            process.wait()
            raise GatewayError("The demo's gateway did not start", "See the words above.")
        return cls(process, json.loads(line)["server"], folder)

    @property
    def port(self) -> int:
        return int(self.server.rpartition(":")[2])

    def stop(self) -> None:
        """End it as an operator would, and wait."""
        self.process.terminate()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def again(self) -> "GatewayProcess":
        """The same gateway at the same address, after `stop`."""
        return GatewayProcess.start(self.folder, self.port)
