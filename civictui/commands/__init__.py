"""One module a subcommand of the command line; this one knows them all."""

import argparse
import gc
from collections.abc import Callable, Container
from importlib import import_module
from typing import NoReturn

from civictui import __version__
from civictui.commands import completion
from civictui.commands.options import add_common, add_for_gateway, joined_values
from civictui.domain.errors import UsageError

COMMANDS = {
    "demo": "try everything: an embedded gateway with real reports, and the app",
    "sync": "one full sync with the gateway, both ways, pictures included",
    "new": "store a new report, without a link; it is sent by the next sync",
    "list": "the reports on this terminal, the newest first",
    "show": "one report, and its picture",
    "edit": "change a report; the next sync sends it",
    "remark": "say something about reports: words, a status, who sees to it, photos",
    "withdraw": "delete a report for everybody: your own, or any as a supervisor",
    "settle": "end a conflict: your version or the other one",
    "restore": "bring back what a report said before, one that is gone, too",
    "export": "what is unsent into a sealed file; reports as CSV or GeoJSON; your shift's summary",
    "import": "what such a file holds into the store of the same user",
    "map": "base maps of this terminal: add a file, list, remove",
    "doctor": "check this terminal and a whole store, and repair without deleting",
    "recover": "open a store with the organisation's recovery key, and set a new password",
    "serve": "run the gateway, and look after its accounts",
}
_MODULES = {"import": "import_"}
"""Commands whose name is no name for a module."""

_EXAMPLES = """\
examples:
  civictui demo                                   everything at once, on this machine
  civictui --server https://reports.example.org   the app
  civictui sync --server URL --user asha --password-stdin < password
  civictui new --user asha --description "Lamp out" --photo lamp.jpg --at -33.8,151.2 \\
      --address "1 George St" --password-stdin < password
  civictui list --user asha --near 37.77,-122.41 --limit 10 --json --password-stdin < password
  civictui edit ID --category lamp --user asha    change a report
  civictui list --conflicts --user asha           and what is to be settled
  civictui list --gone --user asha                what was withdrawn or deleted
  civictui restore ID --user asha                 and one of it back
  civictui export --sealed /media/stick/asha.cvx --user asha      what is unsent, onto a stick
  civictui export --csv open.csv --status open --user asha        reports as a table, readable
  civictui export --shift --user asha             what you did today, and what is left
  civictui import /media/stick/asha.cvx --user asha               and into another terminal
  civictui doctor --user asha --repair                            check and mend the store

Options may stand before or after the command. Exit codes are listed in the README.
"""


class _Parser(argparse.ArgumentParser):
    """Usage faults as one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, f"See {self.prog} --help.")


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; the result's `run` takes it and returns the exit code."""
    words = joined_values(arguments)
    if not completion.is_asked_for(words):
        return _parser(words, completion.add_option).parse_args(words)
    parser = _parser(COMMANDS, completion.add_printing_option)
    completion.complete_files(parser)
    return parser.parse_args(words)


def whole_parser() -> argparse.ArgumentParser:
    """All commands with all their options: what the manual is made from."""
    return _parser(COMMANDS, completion.add_option)


def _parser(
    named: Container[str], add_completion: Callable[[argparse.ArgumentParser], None]
) -> argparse.ArgumentParser:
    """The options of the commands that are `named` are loaded, of the others there is the name."""
    parser = _Parser(
        prog="civictui",
        description="Report civic problems from a terminal: encrypted, offline first.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"civictui {__version__}")
    add_common(parser, at_top=True)
    add_completion(parser)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    for name, summary in COMMANDS.items():
        said = f"{summary[0].upper()}{summary[1:]}."
        command = commands.add_parser(name, help=summary, description=said)
        (add_for_gateway if name == "serve" else add_common)(command)
        if name in named:
            import_module(f"civictui.commands.{_MODULES.get(name, name)}").register(command)
    parser.set_defaults(run=_run_app)
    return parser


def _run_app(options: argparse.Namespace) -> int:
    gc.disable()  # what is loaded stays: a fifth of the start went into looking for garbage

    from civictui.commands.options import settings_of
    from civictui.starting import run_app

    return run_app(settings_of(options), user=getattr(options, "user", None) or "")
