"""`civictui serve init`: make the database that the gateway is to serve, with its indexes."""

import argparse
import asyncio
from typing import Any

from civictui.clock import SystemClock
from civictui.commands import serve_backing
from civictui.commands.options import print_clean, print_json
from civictui.commands.serve_folder import quiet, takes_json
from civictui.domain.errors import UsageError

_SUMMARY = "make the database of --database, close it to others, and make its indexes"


def register(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the action to the parser of `serve`."""
    parser: argparse.ArgumentParser = actions.add_parser(
        "init", help=_SUMMARY, description=_SUMMARY.capitalize() + ". It can be done again."
    )
    serve_backing.register_database(parser, "The same words as for serve.")
    unused = argparse.SUPPRESS  # a script may say the same of the folder to each action
    parser.add_argument("--data-dir", metavar="DIR", default=unused, help=unused)
    takes_json(parser)
    parser.set_defaults(action=run)


def run(options: argparse.Namespace) -> int:
    """Say what was done. Raises UsageError, GatewayError."""
    from civictui.gateway.database.couchdb.setup import set_up

    backing = serve_backing.backing_of(options)
    if not backing.database:
        raise UsageError(
            "The embedded database needs no init", "Name another one with --database URL."
        )
    quiet()
    said = asyncio.run(set_up(backing, SystemClock()))
    if getattr(options, "json", False):
        print_json({"done": said})
    else:
        for line in said:
            print_clean(line)
    return 0
