"""`civictui edit`: change a report; what is not named stays as it is."""

import argparse
from dataclasses import replace
from typing import Any

from civictui.bootstrap import Client
from civictui.commands import answers
from civictui.commands.local import with_store
from civictui.commands.options import PLACE_HELP, print_json
from civictui.domain.errors import UsageError
from civictui.geo import notation

_FIELDS = ("description", "category", "address")


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the report's id, as list prints it")
    parser.add_argument("--description", metavar="TEXT", help="what is wrong")
    parser.add_argument("--category", metavar="CODE", help="the kind of problem; '' for none")
    parser.add_argument("--address", metavar="TEXT", help="the place in words; '' for none")
    parser.add_argument("--at", metavar="PLACE", help=f"{PLACE_HELP}; '' for none")
    answers.register(parser, emptied=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Save the change; the next sync sends it. Raises NotFound for an unknown id."""
    changes = _changes(options)
    print_json({"id": with_store(options, lambda client: _edited(client, options.id, changes))})
    return 0


def _changes(options: argparse.Namespace) -> dict[str, Any]:
    """What is to be changed of a draft. Raises UsageError, PlaceError."""
    changes = {name: getattr(options, name) for name in _FIELDS}
    changes = {name: value for name, value in changes.items() if value is not None}
    if options.at is not None:
        if options.at:
            notation.parse(options.at)  # before the password is asked for
        changes |= {"place": options.at, "place_source": "typed"}
    if options.answer:
        changes["answers"] = answers.answers_of(options.answer)
    if not changes:
        raise UsageError("Nothing is to be changed", "Name a field, --description for one.")
    return changes


async def _edited(client: Client, key: str, changes: dict[str, Any]) -> str:
    service = client.service
    if any(draft.report == key and draft.base for draft in await service.reader.drafts()):
        raise UsageError(
            "An edit of this report was begun in the app and is not finished",
            "Finish it there, or throw it away.",
        )
    draft = await service.begin_edit(key)
    said = {**draft.answers, **changes.pop("answers", {})}
    return await service.submit(replace(draft, **changes, answers=said))
