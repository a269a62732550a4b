"""`civictui new`: a new report into the local store; the next sync sends it."""

import argparse

from civictui.bootstrap import Client
from civictui.commands import answers
from civictui.commands.local import with_store
from civictui.commands.options import print_json
from civictui.domain.model import Answer, Photo
from civictui.geo import notation
from civictui.service import new_draft


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--description", metavar="TEXT", required=True, help="what is wrong")
    parser.add_argument("--photo", metavar="FILE", help="a JPEG, PNG or WebP file")
    parser.add_argument("--at", metavar="LAT,LON", help="the place in decimal degrees")
    parser.add_argument("--address", metavar="TEXT", default="", help="the place in words")
    parser.add_argument(
        "--category", metavar="CODE", default="", help="the kind of problem, by its code or name"
    )
    answers.register(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Store the report, photo and all, and print its id. Nothing is stored when any part fails."""
    if options.at:
        notation.parse(options.at)  # before the password is asked for
    said = answers.answers_of(options.answer)
    print_json({"id": with_store(options, lambda client: _submitted(client, options, said))})
    return 0


async def _submitted(client: Client, options: argparse.Namespace, said: dict[str, Answer]) -> str:
    photos: tuple[Photo, ...] = ()
    place, source = options.at or "", "typed"
    if options.photo:
        taken = await client.service.take_photo(options.photo)
        photos = (taken.photo,)
        if not place and taken.point:
            place, source = notation.show(taken.point), "photo"
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
