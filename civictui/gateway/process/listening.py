"""The socket that a gateway listens on, and how many connections come in by it."""

import fcntl
import resource
import socket
import struct
import termios
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

from civictui.domain.errors import UsageError

SILENT_SECONDS = 120
"""How long what was sent may stay unconfirmed: then nobody is there any more."""

TURNED_AWAY = 64
"""So many more connections than are served hear that; others are hung up on at once."""

_SPARE_FILES = 256
"""Descriptors for everything that is no client's connection."""
_MANY_FILES = 10_240
"""What macOS lets a process have."""
_INT = struct.Struct("i")


class Door(socket.socket):
    """Lets `served` and TURNED_AWAY in at a time.

    Whoever says nothing, not even TLS, has a connection, too: it is here that all of them are
    counted. Without that they would take every descriptor, and the disk would be out of reach.
    """

    def __init__(self, served: int, *kind: int) -> None:
        super().__init__(*kind)
        self._served = served
        self._inside: WeakSet[socket.socket] = WeakSet()
        """Weak: one that is dropped without being closed has left, too."""

    @property
    def count(self) -> int:
        """How many are in."""
        self._inside = WeakSet(one for one in self._inside if one.fileno() >= 0)
        return len(self._inside)

    def accept(self) -> tuple[socket.socket, Any]:
        """Raises BlockingIOError, as where nobody is there, where there is no room."""
        accepted, address = super().accept()
        most = self._served + TURNED_AWAY
        if len(self._inside) >= most and self.count >= most:  # who has left is counted at first
            accepted.close()
            raise BlockingIOError
        self._inside.add(accepted)
        return accepted, address


@contextmanager
def listening(host: str, port: int, connections: int) -> Generator[Door, None, None]:
    """A bound socket by which `connections` are served at a time. Raises UsageError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = Door(room_for(connections), family, kind, protocol)
    except OSError as error:
        raise UsageError(
            f"{host} is no address of this machine", "Name one with --host."
        ) from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _give_up_on_the_silent(listener)
        try:
            listener.bind(address)
        except OSError as error:
            reason = error.strerror or "refused"
            raise UsageError(f"Port {port} of {host}: {reason}", "Name another one.") from error
        yield listener


def raise_files() -> None:
    """Let the process have as many descriptors as it may: each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for most in (hard, max(soft, _MANY_FILES)):
        with suppress(OSError, ValueError):  # macOS says "unlimited", and gives less
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            return


def room_for(connections: int) -> int:
    """As many connections as there are descriptors for, and no more than `connections`."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return connections
    return max(1, min(connections, soft - _SPARE_FILES))


def unconfirmed(connection: socket.socket) -> int:
    """Bytes that the system keeps because the other side has not confirmed them; 0 unless it says.

    It does on Linux: SIOCOUTQ, see tcp(7).
    """
    try:
        said = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, bytes(_INT.size))
    except (OSError, ValueError):  # it says nothing, or was closed
        return 0
    return int(_INT.unpack(said)[0])


def _give_up_on_the_silent(listener: socket.socket) -> None:
    """Connections inherit it: a held request of a terminal that is gone ends with a heartbeat."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_SECONDS * 1000)
