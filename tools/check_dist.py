"""Install a wheelhouse where there is nothing else, and see the program start from there.

    python tools/check_dist.py dist/wheelhouse

An empty environment, an empty home, no index: what is installed can only come from the wheelhouse.
Then `civictui demo --serve-only` runs out of it, answers /healthz, and ends when told to.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path
from typing import Any

# Generous: a slow machine is no fault of the wheel.
START_SECONDS = 120.0
STOP_SECONDS = 30.0


class DistError(Exception):
    """What is wrong with the wheelhouse."""


def bare_environment(home: Path) -> dict[str, str]:
    """No settings of pip or Python, of the person or of the machine, and an empty home."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {**kept, "HOME": str(home), "PIP_CONFIG_FILE": os.devnull}


def install(wheelhouse: Path, place: Path, environment: dict[str, str]) -> Path:
    """Make an environment at `place` with civictui in it; returns the command."""
    venv.create(place, with_pip=True)
    pip = [str(place / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    source = ["--no-index", "--find-links", str(wheelhouse.resolve())]
    subprocess.run([*pip, "install", *source, "civictui[gateway]"], env=environment, check=True)
    return place / "bin" / "civictui"


def check_manual(place: Path) -> None:
    """The manual page lies where `man` looks for it. Raises DistError."""
    if not (place / "share" / "man" / "man1" / "civictui.1").is_file():
        raise DistError("the manual page was not installed")


def first_line(process: subprocess.Popen[str], seconds: float) -> str:
    """What the process prints first; raises DistError where it ends or stays silent."""
    assert process.stdout is not None  # noqa: S101 - it was opened with a pipe
    if not select.select([process.stdout], [], [], seconds)[0]:
        raise DistError(f"the demo said nothing for {seconds:.0f} s")
    line = process.stdout.readline()
    if not line:
        raise DistError(f"the demo ended with {process.wait()} before it said anything")
    return line


def read_address(line: str) -> str:
    """The server's address out of the demo's JSON line; raises DistError."""
    try:
        told: Any = json.loads(line)
    except ValueError as error:
        raise DistError(f"the demo's line is no JSON: {line!r}") from error
    if not isinstance(told, dict) or {"server", "user", "password"} - told.keys():
        raise DistError(f"the demo's line lacks server, user or password: {line!r}")
    return str(told["server"])


def ask_health(server: str) -> None:
    """Raises DistError or OSError where the gateway is not ready."""
    if not server.startswith("http://127.0.0.1:"):
        raise DistError(f"the demo listens on {server}, not on loopback")
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{server}/healthz", timeout=START_SECONDS) as answer:
        if answer.status != 200:
            raise DistError(f"/healthz answers {answer.status}")


def run_demo(command: Path, data: Path, environment: dict[str, str]) -> str:
    """Start the demo's gateway, ask it, stop it; returns its address."""
    arguments = [str(command), "demo", "--serve-only", "--port", "0", "--data-dir", str(data)]
    with subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True) as demo:
        try:
            server = read_address(first_line(demo, START_SECONDS))
            ask_health(server)
            demo.send_signal(signal.SIGTERM)
            demo.wait(STOP_SECONDS)
        finally:
            demo.kill()
    if demo.returncode not in (0, -signal.SIGTERM):
        raise DistError(f"told to end, the demo ended with {demo.returncode}")
    return server


def main(arguments: list[str]) -> int:
    wheelhouse = Path(arguments[0])
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        home = work / "home"
        home.mkdir()
        environment = bare_environment(home)
        try:
            command = install(wheelhouse, work / "environment", environment)
            check_manual(work / "environment")
            server = run_demo(command, work / "data", environment)
        except (DistError, OSError, subprocess.SubprocessError) as error:
            print(f"{wheelhouse}: {error}", file=sys.stderr)
            return 1
    wheels = len(list(wheelhouse.glob("*.whl")))
    print(f"{wheels} wheels installed without an index; the demo ran at {server} and ended")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
