"""One process a store, and how the next one gets it: real processes, real signals."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


_NOTES = [
    {"pid": 1, "start": 5},
    {"pid": 99999999999999999999, "start": 0},
    {"pid": 4194000, "start": 0},
    {"pid": -1, "start": 1},
    {"pid": "1", "start": 1},
    {},
]


@pytest.mark.parametrize("kernel", [True, False])
@pytest.mark.parametrize("said", _NOTES)
def test_a_note_that_fits_nobody_names_nobody(
    private: Path, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any], kernel: bool
) -> None:
    with held(private, "polite") as child:
        (private / "holder").write_bytes(str(said).replace("'", '"').encode())
        if kernel:
            take_over(private).release()
            assert child.wait() == 0, "the kernel knows who holds the lock, whatever a note says"
            return
        monkeypatch.setattr(holder, "_by_kernel", lambda _: 0)
        with pytest.raises(StoreBusy) as caught:
            take_over(private)
        assert caught.value.holder == 0
        assert child.poll() is None


def test_somebody_elses_process_is_never_asked_to_leave(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note with the right number and time of a process that is no civictui."""
    monkeypatch.setattr(holder, "_by_kernel", lambda _: 0)
    other = subprocess.Popen(["sleep", "60"])
    try:
        with held(private, "polite"):
            note = {"pid": other.pid, "start": holder._started(other.pid)}
            (private / "holder").write_bytes(encode(note))
            with pytest.raises(StoreBusy):
                take_over(private)
            assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_without_the_kernels_word_the_note_counts(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "_by_kernel", lambda _: 0)
    with held(private, "polite") as child:
        take_over(private).release()
        assert child.wait() == 0


def test_our_own_process_is_never_asked_to_leave(private: Path) -> None:
    lock = StoreLock.take(private)
    with pytest.raises(StoreBusy):
        take_over(private)
    lock.release()
