"""`civictui serve replicate MAPPING.toml`: a SQL table as another system of record."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from civictui.commands import serve_backing
from civictui.commands.options import print_clean, print_json, settings_of
from civictui.commands.serve_folder import quiet, takes_folder, takes_json
from civictui.domain.errors import (
    Barred,
    CivicError,
    GatewayError,
    StoreBusy,
    StoreError,
    UsageError,
)
from civictui.domain.ports import Endpoint
from civictui.domain.text import one_line

if TYPE_CHECKING:
    from civictui.commands.replicating import Done
    from civictui.gateway.accounts.accounts import StoredAccount
    from civictui.sql.mapping import TableMapping

_MISSING = "Install it with pip install 'civictui[sql]'."
_SERVED = "Name it with --gateway URL and --password-file FILE."
_BARRED = "Nothing is exchanged until it is let in again, and nothing is lost."


def register(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the action to the parser of `serve`."""
    said = "replicate with a table of another system, both ways"
    parser = actions.add_parser("replicate", help=said, description=said.capitalize() + ".")
    parser.add_argument("mapping", metavar="MAPPING", type=Path, help="TOML; see docs/sql.md")
    parser.add_argument(
        "--every", metavar="SECONDS", type=seconds, default=0, help="again and again; once without"
    )
    parser.add_argument(
        "--all-gone",
        action="store_true",
        help="withdraw the reports of however many rows are gone, this time",
    )
    parser.add_argument("--gateway", metavar="URL", default="", help="a gateway that is served")
    parser.add_argument(
        "--password-file", metavar="FILE", default="", help="of the mapping's account there"
    )
    takes_folder(parser)
    takes_json(parser)
    serve_backing.register_database(parser, "Without these it is in the gateway's folder.")
    parser.set_defaults(action=replicate)


def seconds(text: str) -> int:
    """1 to 86400. Raises UsageError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 86400):
        raise UsageError(f"{text[:20]!r} is no number of seconds", "Write one up to 86400.")
    return int(text)


def replicate(options: argparse.Namespace) -> int:
    """A round, or one after the other; 1 where something could not be exchanged."""
    if bool(options.gateway) != bool(options.password_file):
        raise UsageError("A gateway and a password belong together", _SERVED)
    try:
        from civictui.sql.mapping_file import read_mapping
        from civictui.sql.tables import Tables  # noqa: F401  # whether the extra is there
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("civictui"):
            raise
        raise UsageError(f"A SQL table needs {error.name}", _MISSING) from error
    quiet()
    mapping = read_mapping(options.mapping)
    try:
        if not options.every:
            return _say(asyncio.run(_round(options, mapping)), as_json=options.json)
        asyncio.run(_rounds(options, mapping))
    except KeyboardInterrupt:
        return 130
    return 0


async def _rounds(options: argparse.Namespace, mapping: "TableMapping") -> None:
    """For ever; what fails is said, and tried again the next time. UsageError ends it."""
    while True:
        try:
            _say(await _round(options, mapping), as_json=options.json)
        except (GatewayError, StoreError) as error:
            print(_clean(error), file=sys.stderr, flush=True)
        options.all_gone = False
        await asyncio.sleep(options.every)


async def _round(options: argparse.Namespace, mapping: "TableMapping") -> "Done":
    from civictui.commands.replicating import one_round
    from civictui.sql.endpoint import SqlEndpoint

    table = SqlEndpoint.open(mapping)
    try:
        async with _city(options, mapping.account) as city:
            return await one_round(table, city, all_gone=options.all_gone)
    except Barred as error:
        error.advice = _BARRED
        raise
    finally:
        await table.close()


@asynccontextmanager
async def _city(options: argparse.Namespace, account: str) -> AsyncIterator[Endpoint]:
    """The other side: a served gateway, or the database that a gateway's folder has or names."""
    if options.gateway:
        from civictui.commands.gateway_endpoint import signed_in

        password = serve_backing.secret_in(options.password_file)
        async with signed_in(options.gateway, account, password) as endpoint:
            yield endpoint
        return
    from civictui.clock import SystemClock
    from civictui.gateway import provisioning
    from civictui.gateway.database.as_endpoint import DatabaseEndpoint
    from civictui.gateway.database.opening import open_database
    from civictui.gateway.database.port import NAME
    from civictui.gateway.viewer import SUPERVISOR, Viewer
    from civictui.storage.thread import StoreThread

    backing = serve_backing.backing_of(options)
    folder = provisioning.existing_folder(settings_of(options).data_dir)
    _check_account(provisioning.users_of(folder), account)
    own: AbstractContextManager[None] = nullcontext() if backing.database else folder.alone()
    try:
        with own:
            thread = StoreThread("replicate")
            database = open_database(folder, thread, backing, SystemClock())
            viewer = Viewer(account, frozenset({SUPERVISOR}))
            try:
                yield DatabaseEndpoint(database, viewer, backing.database or f"{folder.id}/{NAME}")
            finally:
                thread.close()
                await database.close()
    except StoreBusy as error:
        raise StoreBusy("A gateway serves this folder now", _SERVED) from error


def _check_account(known: "Sequence[StoredAccount]", name: str) -> None:
    """Raises UsageError. Where a CouchDB has the accounts, the folder has none to look among."""
    if known and not any(account.name == name and account.enabled for account in known):
        raise UsageError(
            f"The mapping's account {one_line(name)[:60]!r} is not let in by this gateway",
            f"Add it with civictui serve add-user {one_line(name)[:60]} --role supervisor.",
        )


def _say(done: "Done", *, as_json: bool) -> int:
    from civictui.commands.replicating import told

    if as_json:
        print_json(told(done))
    else:
        counts = [(done.to_table, "to the table"), (done.to_city, "to the city")]
        counts.append((done.contested, "to be settled by somebody"))
        print_clean(", ".join(f"{count} {words}" for count, words in counts))
        for name, problem in done.problems.items():
            print_clean(f"{name}: {problem}")
    sys.stdout.flush()
    return 1 if done.problems else 0


def _clean(error: CivicError) -> str:
    return one_line(error.sentence)
