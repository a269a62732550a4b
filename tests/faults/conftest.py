import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from civictui.clock import SystemClock
from civictui.storage import slots
from tests.faults.device import Device
from tests.faults.hostile import Between, between
from tests.faults.proxy import FaultProxy
from tests.site import PASSWORD, Site, Terminal, Watch, site

__all__ = ["between", "site"]

Say = Callable[[str], None]
_LINES = pytest.StashKey[list[str]]()


@pytest.fixture
async def one(tmp_path: Path, between: Between) -> AsyncIterator[Terminal]:
    """A terminal that speaks to the gateway through the proxy."""
    terminal = Terminal(tmp_path / "one", f"http://127.0.0.1:{between.port}")
    yield terminal
    await terminal.service.lock()


@pytest.fixture
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores that open at once: what a password costs to guess is no matter here."""
    monkeypatch.setattr(slots, "argon2id", quick_key)


def quick_key(password: str, salt: bytes, *_: object, **__: object) -> bytes:
    return hashlib.blake2b(password.encode(), key=salt, digest_size=32).digest()


@pytest.fixture
async def proxy(site: Site) -> AsyncIterator[FaultProxy]:
    proxy = FaultProxy(site.port)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def device(quick_keys: None, tmp_path: Path, proxy: FaultProxy) -> AsyncIterator[Device]:
    """Signed in through the proxy, with a first round behind it."""
    device = Device(tmp_path / "device", "demo", proxy.origin, SystemClock())
    await device.sign_in()
    await device.sync()
    yield device
    await device.leave()


@pytest.fixture
async def witness(quick_keys: None, tmp_path: Path, site: Site) -> AsyncIterator[Device]:
    """Another user's terminal, past the proxy: what it gets is what the server has."""
    device = Device(tmp_path / "witness", "asha", site.origin, SystemClock())
    await device.sign_in()
    yield device
    await device.leave()


@pytest.fixture
async def working(
    quick_keys: None, tmp_path: Path, proxy: FaultProxy
) -> AsyncIterator[tuple[Terminal, Watch]]:
    """A terminal with its loop, signed in through the proxy."""
    terminal = Terminal(tmp_path / "working", proxy.origin)
    watch = Watch(terminal)
    await terminal.service.sign_in("demo", PASSWORD)
    yield terminal, watch
    await terminal.service.lock()


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Say:
    """`say(text)`: a figure, printed when all tests are done."""
    return request.config.stash.setdefault(_LINES, []).append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    lines = config.stash.get(_LINES, [])
    if lines:
        terminalreporter.section("figures of the sync")
    for line in lines:
        terminalreporter.write_line(line)
