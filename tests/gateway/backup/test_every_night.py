"""The unit that makes a back-up each night does what it says, run by a shell as systemd runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from civictui.gateway.folder import GatewayFolder

pytestmark = pytest.mark.e2e

_UNIT = Path(__file__).parents[3] / "deploy" / "civictui-backup.service"
_KEPT = 14


def night(folder: GatewayFolder, backups: Path) -> int:
    """Its command, with the specifiers of systemd resolved; gives the exit code."""
    (command,) = re.findall(
        r"^ExecStart=/bin/sh -euc '(.*?)'$", _UNIT.read_text(), re.MULTILINE | re.DOTALL
    )
    script = command.replace("\\\n", "").replace("$$", "$").replace("%%", "%")
    script = script.replace("/opt/civictui/bin/civictui", f"{sys.executable} -m civictui")
    environment = os.environ | {"FOLDER": str(folder.path), "BACKUPS": str(backups)}
    done = subprocess.run(["/bin/sh", "-euc", script], env=environment, timeout=60, check=False)
    return done.returncode


def test_it_keeps_the_newest_fourteen(filled: GatewayFolder, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    for number in range(_KEPT):
        (backups / f"2026-01-{number:02}T023000Z.cvgb").touch()
    (backups / "new").write_bytes(b"what a night without power has left")
    assert night(filled, backups) == 0
    kept = sorted(path.name for path in backups.iterdir())
    assert len(kept) == _KEPT
    assert (kept[0], kept[-1] > "2026-01-13") == ("2026-01-01T023000Z.cvgb", True)


def test_a_night_that_fails_takes_nothing_away(filled: GatewayFolder, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    for number in range(_KEPT + 3):
        (backups / f"2026-01-{number:02}T023000Z.cvgb").touch()
    (filled.path / "objects" / "odd").symlink_to(tmp_path)
    assert night(filled, backups) != 0
    assert len(list(backups.glob("*.cvgb"))) == _KEPT + 3
