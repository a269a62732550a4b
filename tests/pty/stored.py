"""The store that the tests of this folder share, and the program that opens it."""

import sys
from pathlib import Path
from typing import Protocol

from tests.e2e.screen import AppScreen

ORIGIN, USER = "http://127.0.0.1:1", "asha"
NEWEST = "Report 29"


class StartApp(Protocol):
    def __call__(self, *arguments: str, **environment: str) -> AppScreen: ...


def app_command(folder: Path, *arguments: str, module: str = "civictui") -> list[str]:
    """Without a server: nobody is asked for a password again."""
    return [sys.executable, "-m", module, "--data-dir", str(folder), *arguments]
