"""Programs of the system that some tests drive, such as tmux."""

import os
import shutil
from pathlib import Path

import pytest


def require_tool(name: str) -> Path:
    """Where the program `name` is. Without it the test is skipped, in CI it fails.

    CI installs what the tests drive (tools/debian-packages.sh), so that there a skip would hide
    that something was never tested.
    """
    found = shutil.which(name)
    if found is not None:
        return Path(found)
    reason = f"{name} is not installed; tools/debian-packages.sh does it"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)
