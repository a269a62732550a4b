"""What the commands share: options, the password, the settings, the output."""

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from typing import Any

from civictui.domain.errors import NoPassword, UsageError
from civictui.domain.text import clean
from civictui.settings import Settings, load

_PLACES = ("--at", "--near")


def add_common(parser: argparse.ArgumentParser, *, at_top: bool = False) -> None:
    """The options that work before and after a subcommand: there, an absent one changes nothing."""
    absent = None if at_top else argparse.SUPPRESS
    off = False if at_top else argparse.SUPPRESS
    parser.add_argument("--server", metavar="URL", default=absent, help="the gateway's address")
    parser.add_argument(
        "--data-dir", metavar="DIR", default=absent, help="where the sealed stores lie"
    )
    parser.add_argument("--user", metavar="NAME", default=absent, help="who works")
    parser.add_argument(
        "--password-stdin", action="store_true", default=off, help="read the password from stdin"
    )
    parser.add_argument(
        "--take-over",
        action="store_true",
        default=off,
        help="if another civictui has the store open, have it save and leave",
    )
    parser.add_argument("--json", action="store_true", default=off, help="print JSON")
    parser.add_argument(
        "--ascii", action="store_true", default=absent, help="draw with ASCII characters only"
    )


def joined_values(arguments: Sequence[str]) -> list[str]:
    """`--at -33.8,151.2` as `--at=-33.8,151.2`: a leading minus is no option there."""
    words, rest = [], list(arguments)
    while rest:
        word = rest.pop(0)
        if word in _PLACES and rest and rest[0][:1] == "-" and rest[0][1:2].isdigit():
            word = f"{word}={rest.pop(0)}"
        words.append(word)
    return words


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings, with what the command line says. Raises UsageError."""
    given = {name: getattr(options, name, None) for name in ("server", "data_dir", "ascii")}
    return load(given)


def user_of(options: argparse.Namespace) -> str:
    if not options.user:
        raise UsageError("This command works for one user", "Name one with --user.")
    return str(options.user)


def password_of(options: argparse.Namespace) -> str:
    """From stdin where that was asked for, else typed unseen. Raises NoPassword."""
    if options.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise NoPassword("There is no password on stdin", "Pipe it in as the first line.")
        return password
    if not sys.stdin.isatty():
        raise NoPassword("A password is needed", "Pipe it in and say --password-stdin.")
    return getpass.getpass("Password: ")


def two_passwords_of(options: argparse.Namespace, bundle: str) -> tuple[str, str]:
    """The store's, and the bundle's, which is the second line of stdin, or typed; else the same.

    One that is typed for a "new bundle" is typed twice.
    """
    user_of(options)
    first = password_of(options)
    if options.password_stdin:
        return first, sys.stdin.readline().rstrip("\r\n") or first
    typed = getpass.getpass(f"Password of the {bundle} (empty: the same): ")
    if typed and bundle.startswith("new") and getpass.getpass("Once more: ") != typed:
        raise UsageError("The two are not the same", "Try again; nothing was written.")
    return first, typed or first


def print_json(value: Any) -> None:
    """One JSON value on stdout. It is pure ASCII, so nothing in it can steer a terminal."""
    json.dump(value, sys.stdout, ensure_ascii=True, separators=(", ", ": "))
    print()


def print_clean(text: str) -> None:
    """A line for a person, without anything that a document smuggled in."""
    printed = clean(text)
    encoding = sys.stdout.encoding or "ascii"
    print(printed.encode(encoding, "replace").decode(encoding))
