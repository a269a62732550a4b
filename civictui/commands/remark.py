"""`civictui remark`: say something about reports that exist; the next sync sends it."""

import argparse

from civictui.bootstrap import Client
from civictui.commands.local import with_store
from civictui.commands.options import print_json
from civictui.domain.model import Status
from civictui.service import new_draft

ME, NOBODY = "me", "nobody"


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "ids",
        metavar="ID",
        nargs="+",
        help="the report's id, as list prints it; of several each gets the same remark",
    )
    parser.add_argument("--text", metavar="TEXT", default="", help="what is new about it")
    parser.add_argument(
        "--status",
        metavar="STATUS",
        default="",
        help=f"what it is from now on: {', '.join(Status)}, or a word of your own",
    )
    parser.add_argument(
        "--assign",
        metavar="USER",
        help=f"who is to see to it: a user's name, {ME}, or {NOBODY}",
    )
    parser.add_argument(
        "--photo",
        metavar="FILE",
        action="append",
        default=[],
        help="a JPEG, PNG, WebP or HEIC file; may be given several times",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Store the remark, photos and all, and print its id. Raises NotFound, UsageError.

    Of several reports all or none get it; a list of ids is printed.
    """
    keys = with_store(options, lambda client: _said(client, options))
    print_json({"id": keys[0]} if len(options.ids) == 1 else {"ids": keys})
    return 0


async def _said(client: Client, options: argparse.Namespace) -> list[str]:
    service = client.service
    service.require("updates")
    for key in options.ids:  # before a photo is taken in for nothing
        await service.reader.report(key)
    photos = tuple([(await service.take_photo(path)).photo for path in options.photo])
    draft = new_draft(
        client.clock,
        photos,
        description=options.text,
        status=options.status,
        assignee=_assignee(options.assign, service.user),
    )
    return await service.update(options.ids, draft)


def _assignee(named: str | None, user: str) -> str | None:
    """None where nobody was named: then it stays; "" for nobody."""
    return {ME: user, NOBODY: ""}.get(named, named) if named is not None else None
