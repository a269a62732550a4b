"""`civictui doctor --crashes`: the sealed records of the program's own failures."""

import argparse

from civictui.commands.local import with_store
from civictui.commands.options import print_clean, print_json
from civictui.domain.crash import Crash
from civictui.domain.text import one_line


def add_crashes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--crashes",
        metavar="ID",
        nargs="?",
        const="",
        help="the program's own failures, as the user's store has them; with ID one in full",
    )


def print_crashes(options: argparse.Namespace) -> int:
    """After the password. Raises NotFound for an id that is not there."""
    wanted = str(options.crashes)
    found = with_store(options, lambda client: client.service.crashes(wanted), to_rescue=True)
    if options.json:
        print_json([crash.to_doc() for crash in found])
        return 0
    for crash in found:
        for line in _in_full(crash) if wanted else [_in_short(crash)]:
            print_clean(line)
    if not found:
        print("no crash is on record")
    return 0


def _in_short(crash: Crash) -> str:
    return one_line(f"{crash.id}  {crash.at}  {crash.kind}  {crash.where}")


def _in_full(crash: Crash) -> list[str]:
    about = [
        f"report {crash.id}, {crash.at}, civictui {crash.version}",
        f"terminal: {crash.terminal or 'the command line'}",
        f"at: {crash.where}",
    ]
    return [one_line(line) for line in about] + list(crash.trace)
