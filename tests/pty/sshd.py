"""A real sshd on loopback, for this user alone: its own keys, its own settings, its own port."""

import getpass
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.tools import require_tool

_SEPARATION = Path("/run/sshd")
"""The empty folder that sshd wants where it is started by root; its service makes it at boot."""
_PATIENCE = 10.0
_SERVER = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
"""


@dataclass(frozen=True)
class Sshd:
    folder: Path
    port: int

    def command(self, *words: str) -> list[str]:
        """What runs `words` on the other side, in a terminal."""
        options = {
            "Port": str(self.port),
            "IdentityFile": str(self.folder / "user"),
            "IdentitiesOnly": "yes",
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "LogLevel": "ERROR",
        }
        said = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        ssh = [str(require_tool("ssh")), "-F", "none", "-tt", *said]
        return [*ssh, f"{getpass.getuser()}@127.0.0.1", "exec " + " ".join(words)]


@contextmanager
def sshd_in(folder: Path) -> Iterator[Sshd]:
    """Runs until the end of the `with`."""
    program, keygen = require_tool("sshd"), require_tool("ssh-keygen")
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        words = [str(keygen), "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(words, check=True)
    if os.getuid() == 0:
        _SEPARATION.mkdir(mode=0o755, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = folder / "settings"
    settings.write_text(_SERVER.format(port=port, folder=folder))
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen([program, "-D", "-e", "-f", settings], stderr=log)
        try:
            _wait_for(port, running, folder / "log")
            yield Sshd(folder, port)
        finally:
            running.terminate()
            running.wait()


def _wait_for(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        assert running.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)  # sshd tells nobody when it listens
    raise AssertionError(log.read_text())
