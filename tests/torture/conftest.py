import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.torture.people import Process

Start = Callable[..., Process]
Say = Callable[[int, str], None]
_LINES = pytest.StashKey[list[str]]()
_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it, private


@pytest.fixture
def fast() -> Iterator[Path]:
    """A private folder in memory: what a real disk would add to these tests is only time."""
    where = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="civictui-torture-", dir=where))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Say:
    """`figure(number, text)`: the line that a figure ends with, printed when all tests are done."""
    lines = request.config.stash.setdefault(_LINES, [])

    def say(number: int, text: str) -> None:
        lines.append(f"figure {number}: {text}")

    return say


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(data, folders, ...)`: a person's process, which ends with the test at the latest."""
    started: list[Process] = []

    def begin(*args: Any, **options: Any) -> Process:
        started.append(Process(*args, **options).start())
        return started[-1]

    yield begin
    for process in started:
        process.kill()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    lines = config.stash.get(_LINES, [])
    if lines:
        terminalreporter.section("figures")
    for line in sorted(lines, key=lambda line: int(line.split()[1].rstrip(":"))):
        terminalreporter.write_line(line)
