"""`civictui serve`: the gateway; what is done to its folder is in `serve_actions`."""

import argparse
import sys
from collections.abc import Callable
from contextlib import suppress

from civictui.commands import (
    serve_actions,
    serve_backing,
    serve_backup,
    serve_devices,
    serve_init,
    serve_keys,
    serve_logs,
    serve_maps,
    serve_open311,
    serve_operation,
    serve_policy,
    serve_replicate,
    serve_services,
)
from civictui.commands.options import settings_of
from civictui.domain.errors import UsageError
from civictui.gateway.operation import JSON, Operation
from civictui.storage.hardening import harden_process

_ACTIONS = (
    serve_actions,
    serve_policy,
    serve_devices,
    serve_logs,
    serve_services,
    serve_maps,
    serve_keys,
    serve_init,
    serve_replicate,
    serve_backup,
)
_MISSING = "Install it with pip install 'civictui[gateway]'."


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=port_number, default=8440, help="the port, 0 for any (8440)")
    parser.add_argument("--access-seconds", type=int, default=900, help=argparse.SUPPRESS)
    serve_backing.register(parser)
    serve_open311.register(parser)
    serve_operation.register(parser)
    parser.set_defaults(run=run, action=None)
    actions = parser.add_subparsers(metavar="ACTION")
    for group in _ACTIONS:
        group.register(actions)


def port_number(text: str) -> int:
    """0 to 65535. Raises UsageError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise UsageError(f"{text[:20]!r} is no port", "Write a number up to 65535, 0 for any.")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Do the action that is named; without one serve, until SIGTERM or SIGINT."""
    serve = require_gateway()
    harden_process()
    if options.action:
        return int(options.action(options))
    operation = serve_operation.operation_of(options)
    serve(
        settings_of(options).data_dir,
        options.host,
        options.port,
        access_seconds=options.access_seconds,
        backing=serve_backing.backing_of(options),
        open311=serve_open311.offer_of(options),
        operation=operation,
        announce=lambda port: _announce(options.host, port, operation),
        log=sys.stderr,
    )
    return 0


def _announce(host: str, port: int, operation: Operation) -> None:
    """To the person who has started it; whoever reads JSON finds it there."""
    if operation.log_format != JSON:
        scheme = "https" if operation.certificate else "http"
        with suppress(OSError):  # nobody is there to read it: it serves all the same
            print(f"civictui gateway on {scheme}://{host}:{port}", file=sys.stderr, flush=True)


def require_gateway() -> Callable[..., None]:
    """The gateway's `serve`. Raises UsageError where its extra is not installed."""
    try:
        from civictui.gateway.server import serve
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("civictui"):
            raise
        raise UsageError(f"The gateway needs {error.name}", _MISSING) from error
    return serve
