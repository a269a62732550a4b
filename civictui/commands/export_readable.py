"""`civictui export --csv FILE --geojson FILE`: reports for other programs, in clear."""

import argparse
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final

from civictui.bootstrap import Client
from civictui.commands import choosing
from civictui.commands.choosing import Choice
from civictui.commands.local import with_store
from civictui.commands.open_file import STDOUT, opened
from civictui.commands.options import print_json, user_of
from civictui.domain.errors import UsageError
from civictui.domain.text import one_line
from civictui.paper import Paper
from civictui.paper.geojson import GeoJson
from civictui.paper.line import Line
from civictui.paper.spreadsheet import Spreadsheet

AT_A_TIME: Final = 500
"""Reports that are read and written before the next ones are."""


def run(options: argparse.Namespace) -> int:
    """Write what was chosen, and say where it can be read."""
    names = _names(options)
    choice = choosing.choice_of(options)
    user_of(options)
    count = with_store(options, lambda client: _written(client, choice, names))
    if options.json:
        print_json({**names, "reports": count})
    _warn(names, count)
    return 0


def _names(options: argparse.Namespace) -> dict[str, str]:
    """What is written where. Raises UsageError before a password is asked for."""
    given = {"csv": options.csv, "geojson": options.geojson}
    names = {form: name for form, name in given.items() if name is not None}
    if len(set(map(os.path.abspath, names.values()))) < len(names):
        raise UsageError("Both would be written to one place", "Name two files.")
    if options.json and STDOUT in names.values():
        raise UsageError("stdout has room for one of them", "Leave --json out, or name a file.")
    for name in names.values():
        if name != STDOUT and os.path.lexists(name):
            raise UsageError(f"{name} is there already", "Name a file that does not exist.")
    return names


async def _written(client: Client, choice: Choice, names: Mapping[str, str]) -> int:
    """How many reports were written into each."""
    client.service.require("export")
    reader = client.service.reader
    ids, services = await choice.ids(client), await reader.services()
    papers: list[tuple[Paper, str]] = [(_FORMS[form](), name) for form, name in names.items()]
    count = 0
    with ExitStack() as ending:
        files = [(paper, opened(name, ending)) for paper, name in papers]
        for paper, file in files:
            file.write(paper.head())
        for start in range(0, len(ids), AT_A_TIME):
            rows = await reader.rows(ids[start : start + AT_A_TIME], choice.near)
            lines = [Line.of(row, services) for row in rows]
            count += len(lines)
            for paper, file in files:
                file.write(paper.body(lines))
            _tell(count, len(ids))
        for paper, file in files:
            file.write(paper.tail())
    return count


_FORMS: Final[Mapping[str, type[Spreadsheet] | type[GeoJson]]] = {
    "csv": Spreadsheet,
    "geojson": GeoJson,
}


def _tell(count: int, total: int) -> None:
    """How far it is, where somebody is looking and it takes a while."""
    if total > AT_A_TIME and sys.stderr.isatty():
        end = "\n" if count >= total else ""
        print(f"\r{count:,} of {total:,} reports", end=end, file=sys.stderr, flush=True)


def _warn(names: Mapping[str, str], count: int) -> None:
    places = ["stdout" if name == STDOUT else one_line(name) for name in names.values()]
    reports = "1 report" if count == 1 else f"{count:,} reports"
    have = "have" if len(places) > 1 else "has"
    print(
        f"civictui: {' and '.join(places)} {have} {reports}, not sealed: "
        "whoever gets it can read all of it",
        file=sys.stderr,
    )
