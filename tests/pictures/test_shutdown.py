"""The picture process at its end, and when speaking with it fails: nobody waits for ever."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from civictui.domain.errors import PictureError
from civictui.pictures import frames
from civictui.pictures.darkroom import Darkroom
from tests.pictures.test_darkroom import CUT, PATIENCE, TINY, is_gone, until


class Asking(threading.Thread):
    """A thread that wants a picture; `told` is why it has none."""

    def __init__(self, room: Darkroom) -> None:
        super().__init__(daemon=True)
        self.room = room
        self.told = ""

    def run(self) -> None:
        try:
            self.room.ask(TINY, **CUT)
        except PictureError as error:
            self.told = str(error)


def test_closing_refuses_all_that_wait_and_starts_no_process_for_them() -> None:
    room = Darkroom()
    room.ask(TINY, **CUT)
    pid = room.pid
    os.kill(pid, signal.SIGSTOP)
    asking = [Asking(room) for _ in range(30)]
    for thread in asking:
        thread.start()
    until(lambda: room._orders.qsize() == 29)
    room._start = ["/nowhere/python"]  # a new one would fail with other words
    room.close()
    for thread in asking:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert {thread.told for thread in asking} == {"The picture was not opened any more"}
    assert is_gone(pid)
    assert room.pid == 0


def test_closing_ends_a_process_that_is_only_starting() -> None:
    room = Darkroom([sys.executable, "-c", "import signal; signal.pause()"], seconds=600)
    asking = Asking(room)
    asking.start()
    until(lambda: room._thread)  # and perhaps no process as yet
    room.close()
    asking.join(PATIENCE)
    assert not asking.is_alive()
    assert room.pid == 0


def no_thread(_: object) -> None:
    raise RuntimeError("can't start new thread")


def no_memory(*_: object, **__: object) -> None:
    raise MemoryError


@pytest.mark.parametrize(
    ("where", "name", "fails"),
    [(threading.Timer, "start", no_thread), (frames, "write", no_memory),
     (subprocess, "Popen", no_memory)],
)  # fmt: skip
def test_what_fails_on_this_side_is_told_and_the_next_picture_works(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, fails: Callable[..., None]
) -> None:
    room = Darkroom()
    room._open()  # the thread itself is there
    with monkeypatch.context() as broken:
        broken.setattr(where, name, fails)
        asking = Asking(room)
        threading.Thread.start(asking)
        asking.join(PATIENCE)
        assert not asking.is_alive()
        assert "cannot be opened" in asking.told
    assert len(room.ask(TINY, **CUT)[1]) == 192
    room.close()


def test_a_process_that_is_stopped_and_killed_at_any_moment_is_replaced() -> None:
    room = Darkroom()
    room.ask(TINY, **CUT)
    done = threading.Event()

    def shoot() -> None:
        while not done.is_set():
            if pid := room.pid:
                try:
                    os.kill(pid, signal.SIGSTOP)
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.003)

    shooting = threading.Thread(target=shoot)
    shooting.start()
    asking = [Asking(room) for _ in range(20)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(PATIENCE)
    done.set()
    shooting.join()
    assert not any(thread.is_alive() for thread in asking)
    assert len(room.ask(TINY, **CUT)[1]) == 192
    room.close()
