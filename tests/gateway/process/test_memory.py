"""Large blocks that were freed are the system's again, whatever lies beside them."""

import ctypes
import subprocess
import sys

import pytest

from civictui.gateway.process.memory import give_back

HOLES = """
import ctypes, re, sys
from civictui.gateway.process.memory import give_back

def resident():
    with open("/proc/self/status") as file:
        return int(re.search(r"VmRSS:\\s+(\\d+)", file.read())[1]) // 1024

def page():
    return bytearray(b"x") * (16 * 1024 * 1024)

if not hasattr(ctypes.CDLL(None), "mallopt"):
    sys.exit(3)
give_back()
page()  # freed: what is as large as this is no longer kept apart
before = resident()
pages, small = [], []
for _ in range(8):
    pages.append(page())
    small.append(bytearray(4096))
assert resident() - before > 100
pages.clear()
print(resident() - before)
"""


def test_no_holes_are_left() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOLES], capture_output=True, text=True, check=False
    )
    if done.returncode == 3:
        pytest.skip("this allocator has no such threshold")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 16


@pytest.mark.parametrize("error", [OSError("Dynamic loading not supported"), None])
def test_another_libc_is_left_as_it_is(
    monkeypatch: pytest.MonkeyPatch, error: OSError | None
) -> None:
    """A static one cannot be loaded, and that of musl has no such call."""

    def load(_: None) -> object:
        if error:
            raise error
        return object()

    monkeypatch.setattr(ctypes, "CDLL", load)
    give_back()
