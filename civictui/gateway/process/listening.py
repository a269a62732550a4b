"""The socket that a gateway listens on, and how many more the process may have."""

import resource
import socket
from collections.abc import Generator
from contextlib import contextmanager

from civictui.domain.errors import UsageError

SILENT_SECONDS = 120
"""How long what was sent may stay unconfirmed: then nobody is there any more."""

_SPARE_FILES = 256
"""Descriptors for everything that is no client's connection."""


@contextmanager
def listening(host: str, port: int) -> Generator[socket.socket, None, None]:
    """A bound socket. Raises UsageError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
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
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def room_for(connections: int) -> int:
    """As many connections as there are descriptors for, and no more than `connections`."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return connections
    return max(1, min(connections, soft - _SPARE_FILES))


def _give_up_on_the_silent(listener: socket.socket) -> None:
    """Connections inherit it: a held request of a terminal that is gone ends with a heartbeat."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_SECONDS * 1000)
