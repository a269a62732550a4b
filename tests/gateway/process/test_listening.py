"""How many come in by a socket, whatever they say."""

import resource
import socket
from contextlib import ExitStack

import pytest

from civictui.gateway.process import listening


def test_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "TURNED_AWAY", 1)
    with listening.listening("127.0.0.1", 0, 2) as door, ExitStack() as lines:
        door.listen()

        def connect() -> None:
            lines.enter_context(socket.create_connection(door.getsockname(), timeout=10))

        inside = []
        for _ in range(3):
            connect()
            inside.append(lines.enter_context(door.accept()[0]))
        assert door.count == 3
        connect()
        with pytest.raises(BlockingIOError):
            door.accept()
        inside[1].close()
        assert door.count == 2
        connect()
        with pytest.warns(ResourceWarning):
            door.accept()  # and dropped, as by a loop that fails between accepting and serving
        assert door.count == 2
        connect()
        lines.enter_context(door.accept()[0])
        assert door.count == 3


def test_a_system_that_gives_less_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS: the hard limit is "unlimited", and who takes it at its word is refused."""
    unlimited, given = resource.RLIM_INFINITY, [256]

    def give(_: int, limits: tuple[int, int]) -> None:
        if limits[0] == unlimited:
            raise ValueError("current limit exceeds maximum limit")
        given.append(limits[0])

    monkeypatch.setattr(resource, "getrlimit", lambda _: (given[-1], unlimited))
    monkeypatch.setattr(resource, "setrlimit", give)
    listening.raise_files()
    assert listening.room_for(2048) == 2048


def test_a_system_that_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def give(_: int, __: tuple[int, int]) -> None:
        raise PermissionError

    monkeypatch.setattr(resource, "setrlimit", give)
    listening.raise_files()


def test_who_is_gone_has_nothing_unconfirmed() -> None:
    gone = socket.socket()
    gone.close()
    assert listening.unconfirmed(gone) == 0
