"""What all tests share: fixed seeds, nobody's own settings, a clock that a test moves."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# `make test` is the same run each time; `make torture` looks further, at random.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("test", derandomize=True, database=None, **_COMMON)  # type: ignore[arg-type]
settings.register_profile("torture", max_examples=3000, database=None, **_COMMON)  # type: ignore[arg-type]
settings.load_profile("torture" if os.environ.get("CIVICTUI_TORTURE") else "test")


@pytest.fixture(autouse=True)
def _nobodys_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep the developer's own settings and folders out, and the tests' files out of them."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("CIVICTUI_", "XDG_")) and name != "CIVICTUI_TORTURE":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._passed = 0.0

    def now(self) -> datetime:
        return self._now + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def move(self, seconds: float) -> None:
        self._passed += seconds


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A folder as the store wants it."""
    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    return folder
