"""`civictui list`: the reports on this terminal.

With --json an array of the documents as they are stored; what is ours alone begins with an
underscore, which no document's field may: `_sync` (the state, updates included), `_status` and
`_assignee` (in force after all updates) and `_meters` (with --near). With --gone it is what
reports said that were withdrawn or deleted, with `_gone` (why) and `_at` (when).
"""

import argparse
from typing import Any

from civictui.bootstrap import Client
from civictui.commands import choosing
from civictui.commands.choosing import Choice
from civictui.commands.local import with_store
from civictui.commands.options import print_clean, print_json
from civictui.commands.show import standing
from civictui.domain.errors import UsageError
from civictui.domain.model import EarlierVersion, Report, ReportRow
from civictui.domain.text import folded, one_line
from civictui.geo import distance


def register(parser: argparse.ArgumentParser) -> None:
    choosing.register(parser)
    kinds = parser.add_mutually_exclusive_group()
    choosing.register_states(kinds)
    kinds.add_argument(
        "--gone", action="store_true", help="those withdrawn or deleted, which are kept for 90 days"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the reports that fit, the newest (or nearest) first."""
    if options.gone:
        return _print_gone(options)
    choice = choosing.choice_of(options)
    listed = with_store(options, lambda client: _listed(client, choice))
    if options.json:
        print_json([doc for doc, _ in listed])
    else:
        for _, row in listed:
            print_clean(_line(row))
    return 0


def _print_gone(options: argparse.Namespace) -> int:
    """What the reports that are gone said last, the latest to go first."""
    if choosing.is_given(options, "search", "limit"):
        raise UsageError("--gone goes with --search and --limit", "Leave the other filters out.")
    gone = with_store(options, lambda client: client.service.reader.gone())
    words = folded(options.search)
    found = [version for version in gone if words in folded(_searched(version))][: options.limit]
    if options.json:
        print_json([_last_words(version) for version in found])
    else:
        for version in found:
            print_clean(_gone_line(version))
    return 0


def _searched(version: EarlierVersion) -> str:
    report = Report.from_doc(version.body)
    return f"{version.words} {report.address}"


def _last_words(version: EarlierVersion) -> dict[str, Any]:
    ours = {"_id": version.id, "_rev": version.rev, "_gone": version.why, "_at": version.at}
    return {**version.body, **ours}


def _gone_line(version: EarlierVersion) -> str:
    report = Report.from_doc(version.body)
    fields = (version.id, version.why, version.at, version.words, report.address)
    return "\t".join(one_line(field) for field in fields)


async def _listed(client: Client, choice: Choice) -> list[tuple[dict[str, Any], ReportRow]]:
    reader = client.service.reader
    rows = await reader.rows(await choice.ids(client), choice.near)
    return [(_entry(await reader.document(row.report.id), row), row) for row in rows]


def _entry(document: dict[str, Any], row: ReportRow) -> dict[str, Any]:
    entry: dict[str, Any] = {**document, **standing(row)}
    if row.meters is not None:
        entry["_meters"] = round(row.meters, 1)
    return entry


def _line(row: ReportRow) -> str:
    report = row.report
    away = "" if row.meters is None else distance.show_distance(row.meters)
    fields = (report.id, row.state.value, report.reported_at, report.description, report.address)
    return "\t".join(one_line(field) for field in (*fields, away))
