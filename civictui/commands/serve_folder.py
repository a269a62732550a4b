"""What the actions of `civictui serve` share: their parser, the gateway's folder, a word on stderr.

The gateway's modules are loaded when an action runs, not with the command line.
"""

import argparse
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from civictui.commands.options import GATEWAY_FOLDER, password_of, settings_of

if TYPE_CHECKING:
    from civictui.gateway.folder import GatewayFolder

Options = argparse.Namespace
Actions: TypeAlias = "argparse._SubParsersAction[Any]"


def action(
    actions: Actions, name: str, summary: str, run: Callable[[Options], int], more: str = ""
) -> argparse.ArgumentParser:
    """A parser for one action; its `action` takes the options and returns the exit code."""
    description = f"{summary[0].upper()}{summary[1:]}. {more}".strip()
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=summary, description=description
    )
    takes_folder(parser)
    parser.set_defaults(action=run)
    return parser


def takes_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", metavar="DIR", default=argparse.SUPPRESS, help=GATEWAY_FOLDER)


def takes_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def takes_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        default=argparse.SUPPRESS,
        help="read the password from stdin, also where that is a terminal",
    )


def new_password(options: Options) -> str:
    """The first line of stdin, or typed unseen. Raises NoPassword."""
    options.password_stdin = options.password_stdin or not sys.stdin.isatty()
    return password_of(options)


def folder_of(options: Options) -> "GatewayFolder":
    """The folder of a gateway that is there. Raises UsageError."""
    from civictui.gateway import provisioning

    return provisioning.existing_folder(settings_of(options).data_dir)


def quiet() -> None:
    """Nothing goes to the log of a gateway that is not served: the action's error says it all."""
    from civictui.gateway.journal import LOGGER

    LOGGER.addHandler(logging.NullHandler())


def say(words: str) -> None:
    """To the person, beside the answer."""
    print(words, file=sys.stderr)
