"""`civictui serve services FILE`: the city's categories, and what is asked of each."""

import argparse
import asyncio
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from civictui.commands import serve_backing
from civictui.commands.options import print_clean, print_json, settings_of
from civictui.commands.serve_folder import quiet, takes_folder, takes_json
from civictui.domain.errors import StoreBusy, UsageError
from civictui.domain.model import Doc

if TYPE_CHECKING:
    from civictui.gateway.database.definitions import Published

_SERVED = "Stop it, say this again, and start it: terminals go on by themselves."


def register(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the action to the parser of `serve`."""
    said = "write the categories of reports and what is asked of each"
    parser = actions.add_parser("services", help=said, description=said.capitalize() + ".")
    parser.add_argument("file", metavar="FILE", type=Path, help="JSON; see docs/gateway.md")
    takes_folder(parser)
    takes_json(parser)
    serve_backing.register_database(parser, "Without these it is in the gateway's folder.")
    parser.set_defaults(action=write_services)


def write_services(options: argparse.Namespace) -> int:
    """Write what the file says and differs; 1 where the database refused something.

    Raises UsageError for a file that will not do, StoreBusy while the folder itself is served.
    """
    from civictui.gateway.services_file import read_definitions

    definitions = read_definitions(options.file)
    done = asyncio.run(_published(options, definitions))
    if options.json:
        print_json(asdict(done))
    else:
        counts = [("written", done.written), ("no longer offered", done.retired)]
        counts.append(("as they were", done.unchanged))
        print_clean(", ".join(f"{len(keys)} {words}" for words, keys in counts))
    for failure in done.refused:
        print_clean(f"refused {failure.id}: {failure.reason or failure.error}")
    return 1 if done.refused else 0


async def _published(options: argparse.Namespace, definitions: list[Doc]) -> "Published":
    from civictui.clock import SystemClock
    from civictui.gateway import provisioning
    from civictui.gateway.audit import SERVICES
    from civictui.gateway.database.definitions import publish
    from civictui.gateway.database.opening import open_database
    from civictui.gateway.problems import Problem
    from civictui.gateway.services_file import AUTHOR
    from civictui.storage.thread import StoreThread

    quiet()
    backing = serve_backing.backing_of(options)
    folder = provisioning.existing_folder(settings_of(options).data_dir)
    own: AbstractContextManager[None] = nullcontext() if backing.database else folder.alone()
    try:
        with own:
            thread = StoreThread("services")
            database = open_database(folder, thread, backing, SystemClock())
            try:
                with provisioning.audit_of(folder) as audit, audit.doing(SERVICES):
                    return await publish(database, definitions, AUTHOR)
            finally:
                await database.close()
                thread.close()
    except StoreBusy as error:
        raise StoreBusy("A gateway serves this folder now", _SERVED) from error
    except Problem as error:
        raise UsageError(
            f"The database refused it: {error.reason.rstrip('.')}",
            "Look at the options that name it; what is written already stays.",
        ) from error
