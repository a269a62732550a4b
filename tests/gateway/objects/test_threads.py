"""Calls in threads that the end of the process does not wait for."""

import subprocess
import sys
import weakref
from threading import Event

import pytest

from civictui.gateway.objects.threads import Threads

HUNG = """
from threading import Event
from civictui.gateway.objects.threads import Threads
threads, began = Threads(1, "hung"), Event()
threads.submit(lambda: (began.set(), Event().wait()))
began.wait()
threads.close(0.01)
"""


def test_what_a_call_returns_or_raises_comes_back() -> None:
    threads = Threads(2, "test")

    def fails() -> None:
        raise KeyError("it")

    done, failed = threads.submit(lambda: 5), threads.submit(fails)
    assert done.result(10) == 5
    with pytest.raises(KeyError):
        failed.result(10)
    threads.close(10)


def test_no_more_than_so_many_at_a_time_and_the_end_lets_them_finish() -> None:
    threads, free = Threads(1, "test"), Event()
    first, second = threads.submit(lambda: free.wait(10)), threads.submit(lambda: True)
    given_up = threads.submit(lambda: True)
    assert given_up.cancel()
    assert not second.done()
    free.set()
    threads.close(10)
    assert first.result(0)
    assert second.result(0)


def test_what_a_call_made_is_its_callers_alone() -> None:
    """A thread that waits for the next call keeps no picture."""

    class Made:
        pass

    threads, gone = Threads(1, "test"), Event()
    made = threads.submit(Made).result(10)
    weakref.finalize(made, gone.set)
    del made
    assert gone.wait(10)
    threads.close(10)


def test_a_call_that_hangs_keeps_no_process() -> None:
    done = subprocess.run([sys.executable, "-c", HUNG], timeout=20, check=False)
    assert done.returncode == 0
