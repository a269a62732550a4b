"""`civictui withdraw`: delete a report of one's own, or of anybody as a supervisor."""

import argparse

from civictui.commands.local import with_store
from civictui.commands.options import print_json
from civictui.domain.errors import UsageError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the report's id, as list prints it")
    parser.add_argument("--yes", action="store_true", help="yes, delete it for everybody")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Withdraw it here; the next sync does at the server. Raises NotFound for an unknown id."""
    if not options.yes:
        raise UsageError("This deletes the report for everybody", "Say --yes if that is meant.")
    with_store(options, lambda client: client.service.withdraw(options.id))
    print_json({"id": options.id})
    return 0
