"""`civictui serve`: the gateway; what is done to its folder is in `serve_actions`."""

import argparse
import ipaddress
import sys
from collections.abc import Callable

from civictui.commands import (
    serve_actions,
    serve_backing,
    serve_init,
    serve_keys,
    serve_maps,
    serve_open311,
    serve_replicate,
    serve_services,
)
from civictui.commands.options import settings_of
from civictui.domain.errors import UsageError
from civictui.storage.hardening import harden_process

_ACTIONS = (
    serve_actions,
    serve_services,
    serve_maps,
    serve_keys,
    serve_init,
    serve_replicate,
)
_MISSING = "Install it with pip install 'civictui[gateway]'."


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=port_number, default=8440, help="the port, 0 for any (8440)")
    parser.add_argument(
        "--proxy",
        metavar="ADDRESS",
        type=ip_address,
        help="the proxy before it: clients have the addresses that it says",
    )
    parser.add_argument("--access-seconds", type=int, default=900, help=argparse.SUPPRESS)
    serve_backing.register(parser)
    serve_open311.register(parser)
    parser.set_defaults(run=run, action=None)
    actions = parser.add_subparsers(metavar="ACTION")
    for group in _ACTIONS:
        group.register(actions)


def port_number(text: str) -> int:
    """0 to 65535. Raises UsageError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise UsageError(f"{text[:20]!r} is no port", "Write a number up to 65535, 0 for any.")
    return int(text)


def ip_address(text: str) -> str:
    """An IP address as it was written. Raises UsageError."""
    try:
        ipaddress.ip_address(text)
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is no address", "Write one like 127.0.0.1.") from error
    return text


def run(options: argparse.Namespace) -> int:
    """Do the action that is named; without one serve, until SIGTERM or SIGINT."""
    serve = require_gateway()
    harden_process()
    if options.action:
        return int(options.action(options))
    serve(
        settings_of(options).data_dir,
        options.host,
        options.port,
        access_seconds=options.access_seconds,
        backing=serve_backing.backing_of(options),
        open311=serve_open311.offer_of(options),
        proxy=options.proxy or "",
        announce=lambda port: print(
            f"civictui gateway on http://{options.host}:{port}", file=sys.stderr, flush=True
        ),
        log=sys.stderr,
    )
    return 0


def require_gateway() -> Callable[..., None]:
    """The gateway's `serve`. Raises UsageError where its extra is not installed."""
    try:
        from civictui.gateway.server import serve
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("civictui"):
            raise
        raise UsageError(f"The gateway needs {error.name}", _MISSING) from error
    return serve
