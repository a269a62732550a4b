"""One process a store, and how the next one gets it: real processes, real signals."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from civictui.codec import encode
from civictui.domain.errors import StoreBusy
from civictui.storage import holder
from civictui.storage.holder import StoreLock, take_over

_HOLDER = """
import signal, sys
from pathlib import Path
from civictui.storage.holder import StoreLock

lock = StoreLock.take(Path(sys.argv[1]))
polite = sys.argv[2] == "polite"
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print("held", flush=True)
signal.sigwait({signal.SIGTERM})
if not polite:
    sys.stdin.read()
lock.release()
"""


@contextmanager
def held(place: Path, manner: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _HOLDER, str(place), manner]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "held\n"
    try:
        yield child
    finally:
        child.stdin.close()
        child.terminate()
        child.wait()
        child.stdout.close()


def test_the_second_process_is_told_who_has_the_store(private: Path) -> None:
    with held(private, "polite") as child:
        with pytest.raises(StoreBusy) as caught:
            StoreLock.take(private)
        assert caught.value.holder == child.pid
        assert str(child.pid) in str(caught.value)


def test_a_process_that_is_asked_saves_and_leaves(private: Path) -> None:
    with held(private, "polite") as child:
        lock = take_over(private)
        assert child.wait() == 0
        lock.release()
    assert not (private / "holder").exists()


def test_a_stopped_process_is_woken_to_leave(private: Path) -> None:
    with held(private, "polite") as child:
        child.send_signal(signal.SIGSTOP)
        take_over(private).release()
        assert child.wait() == 0


def test_one_that_does_not_leave_keeps_the_store(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "LEAVE_SECONDS", 0.2)
    with held(private, "stubborn") as child:
        with pytest.raises(StoreBusy, match=str(child.pid)):
            take_over(private)
        assert child.poll() is None


def test_a_killed_holder_leaves_nothing_in_the_way(private: Path) -> None:
    with held(private, "polite") as child:
        child.kill()
        child.wait()
        StoreLock.take(private).release()


def test_a_stale_note_names_nobody(private: Path) -> None:
    """A number that the system has given to another process since is not asked to leave."""
    with held(private, "polite") as child:
        (private / "holder").write_bytes(encode({"pid": 1, "start": 5}))
        with pytest.raises(StoreBusy) as caught:
            take_over(private)
        assert caught.value.holder == 0
        (private / "holder").write_bytes(encode({"pid": child.pid, "start": 5}))
        with pytest.raises(StoreBusy) as caught:
            take_over(private)
        assert caught.value.holder == 0
        (private / "holder").write_bytes(b"\x00nonsense")
        with pytest.raises(StoreBusy):
            take_over(private)
        assert child.poll() is None


def test_our_own_process_is_never_asked_to_leave(private: Path) -> None:
    lock = StoreLock.take(private)
    with pytest.raises(StoreBusy):
        take_over(private)
    lock.release()
