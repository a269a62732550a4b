"""`civictui new`: a new report into the local store; the next sync sends it."""

import argparse
from dataclasses import replace

from civictui.bootstrap import Client
from civictui.commands import answers
from civictui.commands.local import with_store
from civictui.commands.options import PLACE_HELP, print_json
from civictui.domain.errors import UsageError
from civictui.domain.model import Answer
from civictui.domain.ports import TakenPhoto
from civictui.domain.text import one_line
from civictui.geo import notation
from civictui.service import new_draft


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--description", metavar="TEXT", required=True, help="what is wrong")
    parser.add_argument(
        "--photo",
        metavar="FILE",
        action="append",
        default=[],
        help="a JPEG, PNG, WebP or HEIC file; may be given several times",
    )
    parser.add_argument(
        "--newest", action="store_true", help="then the newest photo of the inbox folder"
    )
    parser.add_argument(
        "--capture", action="store_true", help="then a photo from the camera command"
    )
    parser.add_argument(
        "--caption",
        metavar="TEXT",
        action="append",
        default=[],
        help="words for a photo: the first for the first, and so on",
    )
    parser.add_argument("--at", metavar="PLACE", help=PLACE_HELP)
    parser.add_argument("--address", metavar="TEXT", default="", help="the place in words")
    parser.add_argument(
        "--category", metavar="CODE", default="", help="the kind of problem, by its code or name"
    )
    answers.register(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Store the report, photo and all, and print its id. Nothing is stored when any part fails."""
    if options.at is not None:
        notation.parse(options.at)  # before the password is asked for
    if len(options.caption) > len(options.photo) + options.newest + options.capture:
        raise UsageError("There are more captions than photos")
    said = answers.answers_of(options.answer)
    print_json({"id": with_store(options, lambda client: _submitted(client, options, said))})
    return 0


async def _submitted(client: Client, options: argparse.Namespace, said: dict[str, Answer]) -> str:
    client.service.require("new")  # before a photo is taken for nothing
    taken = await _taken(client, options)
    place, source = options.at or "", "typed"
    point = next((photo.point for photo in taken if photo.point), None)
    if not place and point:
        place, source = notation.show(point), "photo"
    captions = [one_line(words) for words in options.caption]
    captions += [""] * (len(taken) - len(captions))
    photos = tuple(
        replace(one.photo, caption=words) for one, words in zip(taken, captions, strict=True)
    )
    draft = new_draft(
        client.clock,
        photos,
        said,
        description=options.description,
        place=place,
        place_source=source,
        address=options.address,
        category=options.category,
    )
    return await client.service.submit(draft)


async def _taken(client: Client, options: argparse.Namespace) -> list[TakenPhoto]:
    """All photos that were asked for, in this order: files, the newest, the camera's."""
    service = client.service
    taken = [await service.take_photo(path) for path in options.photo]
    if options.newest:
        taken.append(await service.take_newest())
    if options.capture:
        taken.append(await service.capture_photo())
    return taken
