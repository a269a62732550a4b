"""Starts kills.py, which forks, in a process of its own, and reads what it counted."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.torture.verdict import Tally

_ROOT = Path(__file__).parent.parent.parent


def campaign(folder: Path, mode: str, seed: int, count: int, *more: str) -> tuple[Tally, int, int]:
    """The verdicts, the number of kills, and of what was acknowledged before them."""
    command = [sys.executable, "-m", "tests.torture.kills", str(folder), mode, str(seed)]
    done = subprocess.run(
        [*command, str(count), *more], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    if "PermissionError: strace" in done.stderr:
        pytest.skip("strace may not trace processes here")
    assert done.returncode == 0, done.stderr
    counts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Tally(**counts["tally"]), counts["kills"], counts["acknowledged"]
