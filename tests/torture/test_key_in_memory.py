"""Figure 18: once a store is locked, its data key is nowhere in the memory of the process."""

from collections import Counter
from pathlib import Path

import pytest

from civictui.storage.envelope import derive
from civictui.storage.keyring import Keyring
from civictui.storage.slots import COSTS, Locksmith
from tests.torture.conftest import Say, Start
from tests.torture.counts import count
from tests.torture.people import PASSWORD, Process

pytestmark = pytest.mark.torture


def _keys(data: Path) -> tuple[bytes, bytes]:
    """The data key, and the key of the log that is made of it."""
    (path,) = data.glob("u/*/keys")
    ring = Keyring.from_bytes(path.read_bytes())
    key = ring.unlock(PASSWORD, Locksmith(COSTS[-1:], b""))
    return bytes(key), derive(key, ring.store, b"civictui/log/v1" + bytes(4))


def _copies(process: Process, key: bytes) -> int:
    """How often a half of the key is there: memory that is freed keeps only a part of it."""
    found = Counter[bytes]()
    try:
        for part in process.memory():
            found.update({half: part.count(half) for half in (key[:16], key[16:])})
    except PermissionError:
        pytest.skip("this system lets nobody read the memory of their own processes")
    return max(found.values())


def test_after_the_lock_the_key_is_gone(tmp_path: Path, start: Start, figure: Say) -> None:
    process = start(tmp_path / "data", tmp_path)
    assert process.order("work") == "ready"
    key, log_key = _keys(tmp_path / "data")
    while_open = _copies(process, key)
    assert process.order("lock") == "locked"
    left, log_left = [_copies(process, key)], [_copies(process, log_key)]
    for _ in range(count(2, 20)):
        assert process.order("open") == "ready"
        assert process.order("more")
        assert process.order("seal") == "sealed"
        assert process.order("lock") == "locked"
        left.append(_copies(process, key))
        log_left.append(_copies(process, log_key))
    process.leave()
    figure(
        18,
        f"{while_open} copies of the data key while the store is open; after each of {len(left)} "
        f"locks at most {max(left)}, and {max(log_left)} of the log's key",
    )
    assert while_open, "the search finds what is there"
    assert max(left) == 0
