"""A real gpsd whose receiver is a recorded log, played by gpsfake."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools import require_tool

LOGS = Path(__file__).parents[1] / "data" / "gps"
_PATIENCE = 30.0
"""The bound only ends a test that would never end."""


@contextmanager
def playing(log: str, folder: Path, *, pause: float = 0.02) -> Iterator[str]:
    """Play a log over and over, `pause` seconds after each line; gives gpsd's address.

    Each has a port of its own, and its control socket in `folder`, whose path must be short.
    """
    gpsd, gpsfake = require_tool("gpsd"), require_tool("gpsfake")
    copied = folder / f"{log}.log"
    shutil.copyfile(LOGS / copied.name, copied)
    port = _free_port()
    command = [str(gpsfake), "-q", "-c", str(pause), "-P", str(port), str(copied)]
    paths = os.pathsep.join([str(gpsd.parent), os.environ.get("PATH", "")])
    running = subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(folder), "PATH": paths, "PYTHONPATH": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _wait_until_it_listens(running, port)
        yield f"127.0.0.1:{port}"
    finally:
        _end(running)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _wait_until_it_listens(running: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        if running.poll() is not None or time.monotonic() > end:
            words = running.stderr.read().decode() if running.stderr and running.poll() else ""
            raise AssertionError(f"gpsfake does not play: {words}")
        time.sleep(0.02)


def _end(running: "subprocess.Popen[bytes]") -> None:
    """The gpsd that gpsfake has started is in its process group."""
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
