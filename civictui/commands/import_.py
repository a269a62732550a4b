"""`civictui import`: what a rescue bundle holds into the store of the same user."""

import argparse
from dataclasses import asdict
from pathlib import Path

from civictui.bootstrap import Client
from civictui.commands.local import unlocked, with_store
from civictui.commands.options import print_json, two_passwords_of
from civictui.domain.model import Rescued
from civictui.storage.bundle import open_with_password
from civictui.storage.exchange import import_bundle
from civictui.storage.slots import Locksmith

_EPILOG = """\
The bundle's password is the second line of stdin, or typed; without one, the login password is
tried. What the store has already is left as it is: importing twice adds nothing.
"""


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a file that civictui export has written")
    parser.epilog = _EPILOG
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Take the bundle in and say what was new."""
    password, opening = two_passwords_of(options, "bundle")
    path = Path(options.file)
    taken = with_store(options, lambda client: _imported(client, path, opening), password)
    if options.json:
        print_json(asdict(taken))
    elif taken.nothing:
        print("nothing in it is new to this store")
    else:
        for name, count in asdict(taken).items():
            print(f"{name} {count}")
        print("taken in; the next sync sends it")
    return 0


async def _imported(client: Client, path: Path, password: str) -> Rescued:
    store = unlocked(client)

    def take() -> Rescued:
        with open_with_password(path, password, Locksmith()) as bundle:
            return import_bundle(store.tables, store.user, bundle)

    return await store.run(take)
