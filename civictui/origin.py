"""Addresses of servers: what is one, and which of them are this machine."""

import ipaddress
from urllib.parse import urlsplit

from civictui.domain.errors import UsageError


def origin_of(url: str) -> str:
    """The scheme, host and port of a server's address. Raises UsageError.

    A path, a query or credentials in it are refused: the password has its own way.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        url.encode("ascii")
    except ValueError as error:
        raise UsageError(f"{_shown(url)} is no server address", _EXAMPLE) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{_shown(url)} is no server address", _EXAMPLE)
    if parts.path.strip("/") or parts.query or parts.username or parts.password:
        raise UsageError("A server address has a scheme, a host and a port only", _EXAMPLE)
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise UsageError(
            "Over the network only https is spoken", f"Use https://{parts.hostname} instead."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


_EXAMPLE = "Write it like https://reports.example.org."


def _shown(url: str) -> str:
    """For a message: what stands before an "@" may be somebody's password."""
    _, at, rest = url.rpartition("@")
    return repr(f"…@{rest}" if at else url)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
