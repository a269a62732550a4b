"""Programs and packages of the system that some tests drive, such as tmux."""

import os
import shutil
from pathlib import Path

import pytest

_DAEMONS = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where programs such as gpsd are; not everybody has these in their path."""


def require_tool(name: str) -> Path:
    """Where the program `name` is. Without it the test is skipped, in CI it fails.

    CI installs what the tests drive (tools/debian-packages.sh), so that there a skip would hide
    that something was never tested.
    """
    found = shutil.which(name) or shutil.which(name, path=_DAEMONS)
    if found is None:
        _do_without(f"{name} is not installed; tools/debian-packages.sh does it")
    return Path(str(found))


def require_packages(folder: Path) -> None:
    """The npm packages of `folder` are there, as its lock has them; else as `require_tool`."""
    installed = folder / "node_modules" / ".installed"
    lock = folder / "package-lock.json"
    if not installed.is_file() or installed.read_bytes() != lock.read_bytes():
        _do_without(f"the npm packages of {folder.name} are not installed; make peers does it")


def _do_without(reason: str) -> None:
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)
