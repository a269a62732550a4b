"""`civictui recover`: open a store with the organisation's recovery key, and set a new password."""

import argparse
import asyncio
import getpass
import sys
from pathlib import Path

from civictui.commands.options import line_of_stdin, settings_of, user_of
from civictui.domain.errors import NoPassword, UsageError
from civictui.domain.text import one_line
from civictui.gateway.accounts.recovery_file import read_key_file
from civictui.geo import distance
from civictui.origin import origin_of
from civictui.service.access import STRONG_CHARACTERS
from civictui.storage.hardening import harden_process
from civictui.storage.vault import DeviceVault

_EPILOG = """\
For a user who forgot the password while the recovery key is kept off line. It changes the store on
this terminal alone: the gateway keeps the password that it has. Give the store the same one, or
the next sign-in asks for both. With --aside the stores that were set aside get the new password,
so that the next sign-in can take up what they hold. The new password is the first line of stdin,
or typed twice.
"""


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key-file",
        metavar="FILE",
        type=Path,
        required=True,
        help="the file that civictui serve recovery-key --off-line has written",
    )
    parser.add_argument(
        "--aside",
        action="store_true",
        help="open the stores that were set aside, not the one in use",
    )
    parser.epilog = _EPILOG
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Seal the store with a new password. Raises StoreMissing, StoreDamaged for another's key."""
    harden_process()
    settings, user = settings_of(options), user_of(options)
    origin = origin_of(settings.server) if settings.server else ""
    kid, private = read_key_file(options.key_file)
    password = _new_password(options)
    vault = DeviceVault(settings.data_dir, distance, pepper_file=settings.pepper_file)

    if options.aside:
        count = asyncio.run(vault.recover_aside_with_key(origin, user, private, password))
        print(f"{count} stores that were set aside have this password now: the next sign-in of")
        print(f"{one_line(user)} offers to take up what they hold")
        return 0

    async def recovered() -> str:
        store = await vault.recover_with_key(
            origin, user, private, password, take_over=options.take_over
        )
        await store.close()
        return store.notice

    notice = asyncio.run(recovered())
    print(f"the store was opened with the recovery key {kid} and has the new password now")
    print("the gateway keeps its own password: unless it is the same, sign-in asks for both")
    if notice:
        print(f"civictui: {notice}", file=sys.stderr)
    return 0


def _new_password(options: argparse.Namespace) -> str:
    if options.password_stdin:
        password = line_of_stdin()
    elif sys.stdin.isatty():
        password = getpass.getpass("New password: ")
        if password and getpass.getpass("Once more: ") != password:
            raise UsageError("The two are not the same", "Try again; nothing was changed.")
    else:
        password = ""
    if not password:
        raise NoPassword("A new password is needed", "Pipe it in and say --password-stdin.")
    if len(password) < STRONG_CHARACTERS:
        raise UsageError(
            f"A new password has at least {STRONG_CHARACTERS} characters", "Nothing was changed."
        )
    return password
