"""`civictui export --sealed`: all that is unsent into one sealed file; the store keeps it, too.

It works also where this terminal is disabled, or has not heard from its gateway for too long.
"""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from civictui.bootstrap import Client
from civictui.commands.local import unlocked, with_store
from civictui.commands.options import print_clean, print_json, two_passwords_of
from civictui.domain.errors import UsageError
from civictui.domain.text import one_line
from civictui.storage.exchange import Exported, export_unsent
from civictui.storage.slots import Locksmith


def run(options: argparse.Namespace) -> int:
    """Write the bundle and say what is in it."""
    path = Path(options.sealed)
    if path.exists():  # before a password is asked for
        raise UsageError(f"{path} is there already", "Name a file that does not exist.")
    password, sealing = two_passwords_of(options, "new bundle")
    exported = with_store(
        options, lambda client: _exported(client, path, sealing), password, to_rescue=True
    )
    written = not exported.counts.nothing
    if options.json:
        file = str(path) if written else None
        print_json({"file": file, **asdict(exported.counts), "left_out": exported.left_out})
    elif written:
        for name, count in asdict(exported.counts).items():
            print(f"{name} {count}")
        print_clean(f"written to {one_line(str(path))}; nothing was removed from the store")
    else:
        print("nothing is unsent; no file was written")
    if exported.left_out:
        print(
            f"civictui: {exported.left_out} pictures cannot be read here and are not in the file",
            file=sys.stderr,
        )
    return 0


async def _exported(client: Client, path: Path, password: str) -> Exported:
    store = unlocked(client)
    return await store.run(export_unsent, store.tables, store.user, path, password, Locksmith())
