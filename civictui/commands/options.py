"""What the commands share: options, the password, the settings, the output."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from civictui.domain.errors import NoPassword, UsageError
from civictui.domain.text import clean
from civictui.settings import Settings, load

_PLACES = ("--at", "--near", "--area")
PLACE_HELP = "the place: degrees, a plus code, MGRS, UTM or a map link"
_SHORT = 200
"""Characters of an answer that are said on stderr where stdout takes none: the id of a report."""


class NotPrinted(Exception):
    """What a command was asked for is done, but stdout took no answer: a full disk behind it."""

    def __init__(self, text: str = "") -> None:
        said = f": {text}" if text else ""
        super().__init__(f"What was asked for is done, but could not be printed{said}")


GATEWAY_FOLDER = "the gateway's folder"


def add_for_gateway(parser: argparse.ArgumentParser) -> None:
    """What `serve` takes of the common options; the two that its actions list are hidden there."""
    off, hidden = argparse.SUPPRESS, argparse.SUPPRESS
    parser.add_argument("--data-dir", metavar="DIR", default=off, help=GATEWAY_FOLDER)
    parser.add_argument("--password-stdin", action="store_true", default=off, help=hidden)
    parser.add_argument("--json", action="store_true", default=off, help=hidden)
    parser.add_argument("--server", type=_listens_elsewhere, default=off, help=hidden)
    parser.add_argument("--user", type=_named_behind, default=off, help=hidden)


def _listens_elsewhere(_: str) -> str:
    raise UsageError("--server is for the clients of a gateway", "It listens on --host and --port.")


def _named_behind(_: str) -> str:
    raise UsageError("--user is for the clients of a gateway", "Name a user behind the action.")


def add_common(parser: argparse.ArgumentParser, *, at_top: bool = False) -> None:
    """The options that work before and after a subcommand: there, an absent one changes nothing."""
    absent = None if at_top else argparse.SUPPRESS
    off = False if at_top else argparse.SUPPRESS
    parser.add_argument("--server", metavar="URL", default=absent, help="the gateway's address")
    parser.add_argument(
        "--data-dir", metavar="DIR", default=absent, help="where the sealed stores lie"
    )
    parser.add_argument("--user", metavar="NAME", type=_text, default=absent, help="who works")
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
    parser.add_argument(
        "--full-repaint",
        action="store_true",
        default=absent,
        help="leave drawing to the toolkit: for a terminal that the thin display does not suit",
    )


def _text(word: str) -> str:
    """A word of the command line in characters; bytes that are none come as lone surrogates."""
    if not _is_text(word):
        raise argparse.ArgumentTypeError("this is not UTF-8")
    return word


def _is_text(word: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in word)


def without_secrets(sentence: str, arguments: Sequence[str]) -> str:
    """A sentence about the command line, without the credentials of an address that is in it."""
    for word in arguments:
        before, at, rest = word.rpartition("@")
        if at and ":" in before:
            for shown in (word, repr(word)[1:-1]):
                sentence = sentence.replace(shown, f"…@{rest}")
    return sentence


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
    names = ("server", "data_dir", "ascii", "full_repaint")
    given = {name: getattr(options, name, None) for name in names}
    return load(given)


def user_of(options: argparse.Namespace) -> str:
    if not options.user:
        raise UsageError("This command works for one user", "Name one with --user.")
    return str(options.user)


def password_of(options: argparse.Namespace) -> str:
    """From stdin where that was asked for, else typed unseen. Raises NoPassword."""
    if options.password_stdin:
        password = line_of_stdin()
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
        return first, line_of_stdin() or first
    typed = getpass.getpass(f"Password of the {bundle} (empty: the same): ")
    if typed and bundle.startswith("new") and getpass.getpass("Once more: ") != typed:
        raise UsageError("The two are not the same", "Try again; nothing was written.")
    return first, typed or first


def line_of_stdin() -> str:
    """Raises UsageError for what is not UTF-8: no gateway could be told of it."""
    try:
        line = sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        line = "\udcff"
    if not _is_text(line):
        raise UsageError("The password on stdin is not UTF-8", "Write it in UTF-8.")
    return line


def print_json(value: Any) -> None:
    """One JSON value on stdout. It is pure ASCII, so nothing in it can steer a terminal.

    Raises NotPrinted, which says it again where it is short: a script that never hears the id of
    its new report would make the report once more.
    """
    text = json.dumps(value, ensure_ascii=True, separators=(", ", ": "))
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise NotPrinted(text if len(text) <= _SHORT else "") from error


def stdout_fails() -> bool:
    """Whether stdout takes nothing any more; it is asked with an empty line."""
    try:
        print(flush=True)
    except OSError:
        return True
    return False


def give_up_output(stream: TextIO) -> None:
    """What it did not take goes nowhere: at its end the interpreter would try it again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def print_clean(text: str) -> None:
    """A line for a person, without anything that a document smuggled in."""
    printed = clean(text)
    encoding = (sys.stdout and sys.stdout.encoding) or "ascii"
    print(printed.encode(encoding, "replace").decode(encoding))
