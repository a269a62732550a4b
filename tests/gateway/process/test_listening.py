"""How many come in by a socket, whatever they say."""

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
        lines.enter_context(door.accept()[0])
        assert door.count == 3
