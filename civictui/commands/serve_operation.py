"""How a gateway is run: its certificate, proxies, log, metrics and limits. Options for that."""

import argparse
import ipaddress
from collections.abc import Callable
from pathlib import Path

from civictui.commands.serve_backing import secret_in, warn_where_open
from civictui.domain.errors import UsageError
from civictui.domain.text import one_line
from civictui.gateway.operation import (
    CONNECTIONS,
    GRACE_SECONDS,
    LOG_FORMATS,
    TEXT,
    Operation,
)

_LEAST_TOKEN = 16
"""Characters of a token that nobody guesses."""
_BOTH = "Say --tls-cert and --tls-key."
_MOST_GRACE = 3600
_MOST_CONNECTIONS = 1_000_000


def register(parser: argparse.ArgumentParser) -> None:
    """Add the options, with their defaults."""
    group = parser.add_argument_group("how it is run", "SIGHUP has the certificate taken anew.")
    group.add_argument("--tls-cert", metavar="FILE", type=Path, help="a certificate's chain, PEM")
    group.add_argument("--tls-key", metavar="FILE", type=Path, help="and its private key")
    group.add_argument(
        "--forwarded-allow",
        metavar="ADDRESS",
        type=networks,
        default=(),
        help="proxies before it, addresses and networks with commas between: what they say in "
        "X-Forwarded-For is believed",
    )
    group.add_argument("--log-format", choices=LOG_FORMATS, default=TEXT, help=f"({TEXT})")
    group.add_argument(
        "--metrics-token-file", metavar="FILE", default="", help="the bearer token of /metrics"
    )
    group.add_argument(
        "--connections",
        metavar="N",
        type=_number(_MOST_CONNECTIONS),
        default=CONNECTIONS,
        help=f"how many are served at a time ({CONNECTIONS})",
    )
    group.add_argument(
        "--grace-seconds",
        metavar="N",
        type=_number(_MOST_GRACE),
        default=GRACE_SECONDS,
        help=f"what is under way is given so many when it stops ({GRACE_SECONDS})",
    )


def operation_of(options: argparse.Namespace) -> Operation:
    """What the options say. Warns on stderr of secrets that others can read. Raises UsageError."""
    return Operation(
        certificate=_certificate(options.tls_cert, options.tls_key),
        forwarded_allow=options.forwarded_allow,
        log_format=options.log_format,
        metrics_token=_token(options.metrics_token_file),
        connections=options.connections,
        grace_seconds=options.grace_seconds,
    )


def networks(text: str) -> tuple[str, ...]:
    """Addresses and networks as they were written, with commas between. Raises UsageError."""
    return tuple(_network(word.strip()) for word in text.split(","))


def _network(word: str) -> str:
    try:
        if "/" in word:
            ipaddress.ip_network(word)
        else:
            ipaddress.ip_address(word)
    except ValueError as error:
        said = one_line(word[:60])
        advice = "Write them like 127.0.0.1,10.1.0.0/16."
        raise UsageError(f"{said!r} is no address and no network", advice) from error
    return word


def _certificate(chain: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    if chain is None and key is None:
        return None
    if chain is None or key is None:
        raise UsageError("A certificate and its key belong together", _BOTH)
    warn_where_open(key)
    return chain, key


def _token(path: str) -> str:
    token = secret_in(path)
    if path and (len(token) < _LEAST_TOKEN or not token.isascii() or not token.isprintable()):
        said = f"{one_line(path)} holds no token of {_LEAST_TOKEN} plain characters or more"
        raise UsageError(said, "Make one: openssl rand -hex 24.")
    return token


def _number(most: int) -> Callable[[str], int]:
    """Reads a whole number from 1 to `most`."""

    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
            raise UsageError(f"{text[:20]!r} is none", f"Write a number from 1 to {most}.")
        return int(text)

    return number
