"""`civictui remark`: say something about a report that exists; the next sync sends it."""

import argparse

from civictui.bootstrap import Client
from civictui.commands.local import with_store
from civictui.commands.options import print_json
from civictui.service import new_draft


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the report's id, as list prints it")
    parser.add_argument("--text", metavar="TEXT", default="", help="what is new about it")
    parser.add_argument(
        "--photo",
        metavar="FILE",
        action="append",
        default=[],
        help="a JPEG, PNG, WebP or HEIC file; may be given several times",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Store the remark, photos and all, and print its id. Raises NotFound, UsageError."""
    print_json({"id": with_store(options, lambda client: _said(client, options))})
    return 0


async def _said(client: Client, options: argparse.Namespace) -> str:
    service = client.service
    await service.reader.report(options.id)
    photos = tuple([(await service.take_photo(path)).photo for path in options.photo])
    draft = new_draft(client.clock, photos, description=options.text)
    return await service.remark(options.id, draft)
