import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import say
from tests.property.at_once import set_stage
from tests.property.histories import Histories

__all__ = ["say"]


@pytest.fixture
def histories(monkeypatch: pytest.MonkeyPatch) -> Iterator[Histories]:
    """In memory: what a disk would add is only time."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it, private
    where = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="civictui-histories-", dir=where))
    yield Histories(set_stage(monkeypatch), folder)
    shutil.rmtree(folder)
