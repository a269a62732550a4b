"""What a service manager is told, as systemd wants it: sd_notify(3), without its library.

Without `NOTIFY_SOCKET` nobody wants to know, and nothing is said.
"""

import os
import socket
from time import clock_gettime_ns

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"
_MONOTONIC = 1
"""CLOCK_MONOTONIC of Linux, which systemd compares with."""


def tell(*lines: str) -> None:
    """Send `lines` to whoever has started this process. A manager that is gone hears nothing."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    if address.startswith("@"):  # abstract: its name begins with a zero
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.sendto("\n".join(lines).encode(), address)
        except OSError:
            return


def reloading() -> tuple[str, str]:
    """Something is taken anew, from this moment until READY is said again."""
    return "RELOADING=1", f"MONOTONIC_USEC={clock_gettime_ns(_MONOTONIC) // 1000}"


def watchdog_seconds() -> float:
    """How often a sign of life is wanted, at the least; 0 where none is."""
    text = os.environ.get("WATCHDOG_USEC", "")
    whose = os.environ.get("WATCHDOG_PID", "")
    if not (text.isascii() and text.isdigit()) or whose not in {"", str(os.getpid())}:
        return 0.0
    return int(text) / 2_000_000
