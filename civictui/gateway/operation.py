"""How a gateway is run, whatever it stands on. Read from the command line."""

from dataclasses import dataclass, field
from pathlib import Path

TEXT, JSON = "text", "json"
LOG_FORMATS = (TEXT, JSON)
GRACE_SECONDS = 2
CONNECTIONS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The secret is never in a repr."""

    certificate: tuple[Path, Path] | None = None
    """A chain and its private key, in PEM; without them the gateway speaks plain HTTP."""
    forwarded_allow: tuple[str, ...] = ()
    """Addresses and networks of proxies whose `X-Forwarded-For` is believed."""
    log_format: str = TEXT
    metrics_token: str = field(default="", repr=False)
    """The bearer token for `/metrics`; without one there are none."""
    connections: int = CONNECTIONS
    """How many are served at a time."""
    grace_seconds: int = GRACE_SECONDS
    """What requests under way are given when the gateway is told to stop."""


PLAIN = Operation()
