"""`civictui serve`: the gateway, and its accounts."""

import argparse
import sys
from collections.abc import Callable

from civictui.commands.options import password_of, settings_of
from civictui.domain.errors import UsageError
from civictui.domain.text import one_line
from civictui.storage.hardening import harden_process

_MISSING = "Install it with pip install 'civictui[gateway]'."


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=port_number, default=8440, help="the port, 0 for any (8440)")
    parser.add_argument("--access-seconds", type=int, default=900, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(metavar="ACTION")
    add = actions.add_parser("add-user", help="add an account; the password comes on stdin")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--data-dir", metavar="DIR", default=argparse.SUPPRESS)
    add.add_argument("--password-stdin", action="store_true", default=argparse.SUPPRESS)
    add.set_defaults(run=add_user)


def port_number(text: str) -> int:
    """0 to 65535. Raises UsageError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise UsageError(f"{text[:20]!r} is no port", "Write a number up to 65535, 0 for any.")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT. Says the address on stderr when it is ready."""
    serve = require_gateway()
    harden_process()
    folder = settings_of(options).data_dir
    serve(
        folder,
        options.host,
        options.port,
        access_seconds=options.access_seconds,
        announce=lambda port: print(
            f"civictui gateway on http://{options.host}:{port}", file=sys.stderr, flush=True
        ),
        log=sys.stderr,
    )
    return 0


def add_user(options: argparse.Namespace) -> int:
    """Add an account to a gateway's folder, served or not."""
    require_gateway()
    harden_process()
    from civictui.gateway import embedded

    options.password_stdin = options.password_stdin or not sys.stdin.isatty()
    password = password_of(options)
    embedded.add_user(embedded.open_folder(settings_of(options).data_dir), options.name, password)
    print(f"added {one_line(options.name)}", file=sys.stderr)
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
