"""`civictui list`: the reports on this terminal.

With --json an array of the documents as they are stored; what is ours alone begins with an
underscore, which no document's field may: `_sync` (the state) and `_meters` (with --near). With
--gone it is what reports said that were withdrawn or deleted, with `_gone` (why) and `_at` (when).
"""

import argparse
from dataclasses import replace
from typing import Any

from civictui.bootstrap import Client
from civictui.commands.local import with_store
from civictui.commands.options import print_clean, print_json
from civictui.domain.errors import UsageError
from civictui.domain.model import EarlierVersion, Query, Report, ReportRow, Sort
from civictui.domain.text import folded, one_line
from civictui.geo import distance, notation


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--search", metavar="TEXT", default="", help="words that a report holds")
    parser.add_argument(
        "--near", metavar="PLACE", help="the nearest to this place first, written as for new --at"
    )
    parser.add_argument("--limit", metavar="N", type=_count, help="how many at most")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--conflicts", action="store_true", help="only those about which something is to be settled"
    )
    kinds.add_argument(
        "--gone", action="store_true", help="those withdrawn or deleted, which are kept for 90 days"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the reports that fit, the newest (or nearest) first."""
    if options.gone:
        return _print_gone(options)
    near = None if options.near is None else notation.parse(options.near)
    query = Query(
        text=options.search,
        near=near,
        limit=options.limit,
        sort=Sort.NEAREST if near else Sort.NEWEST,
    )
    conflicts = bool(options.conflicts)
    listed = with_store(options, lambda client: _listed(client, query, conflicts))
    if options.json:
        print_json([doc for doc, _ in listed])
    else:
        for _, row in listed:
            print_clean(_line(row))
    return 0


def _print_gone(options: argparse.Namespace) -> int:
    """What the reports that are gone said last, the latest to go first."""
    if options.near is not None:
        raise UsageError("What is gone has no place in a list by distance", "Leave --near out.")
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


async def _listed(
    client: Client, query: Query, conflicts: bool
) -> list[tuple[dict[str, Any], ReportRow]]:
    reader = client.service.reader
    ids = await reader.find(replace(query, limit=None) if conflicts else query)
    if conflicts:
        disputed = set(await reader.conflicts())
        ids = [report_id for report_id in ids if report_id in disputed][: query.limit]
    rows = await reader.rows(ids, query.near)
    return [(_entry(await reader.document(row.report.id), row), row) for row in rows]


def _entry(document: dict[str, Any], row: ReportRow) -> dict[str, Any]:
    entry = {**document, "_sync": row.state.value}
    if row.meters is not None:
        entry["_meters"] = round(row.meters, 1)
    return entry


def _line(row: ReportRow) -> str:
    report = row.report
    away = "" if row.meters is None else distance.show_distance(row.meters)
    fields = (report.id, row.state.value, report.reported_at, report.description, report.address)
    return "\t".join(one_line(field) for field in (*fields, away))


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(f"{text[:20]!r} is no number of reports", "Write --limit 20.")
    return int(text)
