"""`civictui restore`: bring back what a report said before, one that is gone, too."""

import argparse

from civictui.bootstrap import Client
from civictui.commands.local import with_store
from civictui.commands.options import print_json
from civictui.domain.errors import NotFound, UsageError

_EPILOG = """\
What a report said is kept on this terminal for 90 days after it was replaced, withdrawn or deleted.
What is brought back is a new edit, which the next sync sends to everybody.
"""


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the report's id, as list --gone prints it")
    parser.add_argument(
        "--rev",
        metavar="REV",
        default="",
        help="which version, as show --versions prints it; without it the last of one that is gone",
    )
    parser.epilog = _EPILOG
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Bring it back. Raises NotFound where nothing of it is kept."""
    rev = with_store(options, lambda client: _restored(client, options.id, options.rev))
    print_json({"id": options.id, "rev": rev})
    return 0


async def _restored(client: Client, key: str, rev: str) -> str:
    """The revision that was brought back."""
    rev = rev or await _last(client, key)
    await client.service.restore(key, rev)
    return rev


async def _last(client: Client, key: str) -> str:
    reader = client.service.reader
    found = next((version for version in await reader.gone() if version.id == key), None)
    if found is not None:
        return found.rev
    if await reader.rows([key]):
        raise UsageError("This report is not gone", "Name a version: --rev, from show --versions.")
    raise NotFound(f"Nothing is kept of a report {key}", "See civictui list --gone.")
