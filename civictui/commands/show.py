"""`civictui show`: one report, and its picture into a file where that is asked for."""

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from civictui.bootstrap import Client
from civictui.commands.local import with_store
from civictui.commands.options import print_clean, print_json, user_of
from civictui.domain.errors import NotFound, UsageError
from civictui.domain.merge import Conflict, groups
from civictui.domain.model import ReportRow, RowState, Services, Update
from civictui.domain.model.answers import answered
from civictui.domain.model.services import MOST_QUESTIONS
from civictui.domain.model.values import text_of
from civictui.domain.text import clean, one_line

_Said: TypeAlias = tuple[Update, RowState]
_NEEDED, _WAITS = RowState.NEEDS_YOU, RowState.QUEUED
_LINK_CHARACTERS = 2_000


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the report's id, as list prints it")
    parser.add_argument("--picture", metavar="FILE", help="write the picture into this file")
    parser.add_argument(
        "--versions", action="store_true", help="what it said before, also where it is gone"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print one report. Raises NotFound for an unknown id or a picture that is not here."""
    if options.versions:
        return _print_versions(options)
    document, row, picture, conflict, services, said = with_store(
        options, lambda client: _found(client, options.id, with_picture=bool(options.picture))
    )
    if options.picture and picture is not None:
        _write(Path(options.picture), picture)
    if options.json:
        versions = {"_conflict": _versions(conflict)} if conflict else {}
        updates = [{**update.to_doc(), "_sync": state.value} for update, state in said]
        remarks = {"_updates": updates} if updates else {}
        print_json({**document, **standing(row), **versions, **remarks})
    else:
        print_clean(_page(row, services))
        for update, state in said:
            print_clean(_remark(update, state))
        if conflict:
            print_clean(_dispute(conflict, user_of(options)))
    return 0


def _print_versions(options: argparse.Namespace) -> int:
    """What is kept of it, the latest first."""
    kept = with_store(options, lambda client: client.service.reader.versions(options.id))
    if not kept:
        raise NotFound(f"Nothing is kept of what {options.id} said before")
    if options.json:
        print_json([asdict(version) for version in kept])
    else:
        for version in kept:
            fields = (version.rev, version.why, version.at, version.words)
            print_clean("\t".join(one_line(field) for field in fields))
    return 0


async def _found(
    client: Client, key: str, *, with_picture: bool
) -> tuple[dict[str, Any], ReportRow, bytes | None, Conflict | None, Services, list[_Said]]:
    if with_picture:
        client.service.require("export")  # a file that anybody can read
    reader = client.service.reader
    row = await reader.report(key)
    picture = await _picture(client, row) if with_picture else None
    document, conflict = await reader.document(key), await reader.conflict(key)
    services, said = await reader.services(), await _said(client, key)
    return document, row, picture, conflict, services, said


async def _said(client: Client, key: str) -> list[_Said]:
    """All updates of a report, each with how it stands itself."""
    waiting = {entry.id: entry for entry in await client.service.waiting()}
    states = {key: _NEEDED if entry.reason else _WAITS for key, entry in waiting.items()}
    updates = await client.service.reader.updates(key)
    return [(update, states.get(update.id, RowState.SENT)) for update in updates]


async def _picture(client: Client, row: ReportRow) -> bytes:
    if not row.report.photos:
        raise NotFound("This report has no picture")
    picture = await client.service.picture(row.report.photos[0].large)
    if picture is None:
        raise NotFound("The picture is not on this terminal yet", "Fetch it with civictui sync.")
    return picture


def standing(row: ReportRow) -> dict[str, str]:
    """How a report stands after all updates; its document has what it was written with."""
    in_force = {"_status": row.report.status, "_assignee": row.report.assignee}
    return {"_sync": row.state.value, **in_force}


def _remark(update: Update, state: RowState) -> str:
    """Who said when what about the report; a change of its status, too."""
    facts = [f"{one_line(update.reported_at)} by {one_line(update.reported_by)}"]
    facts += [f"status {one_line(update.status)}"] if update.status else []
    if update.assignee is not None:
        facts.append(f"assigned to {one_line(update.assignee) or 'nobody'}")
    facts += [", ".join(one_line(photo.large) for photo in update.photos)] if update.photos else []
    facts += [state.value] if state is not RowState.SENT else []
    said = clean(update.text).strip()
    return "\n".join(["", f"remark    {'; '.join(facts)}", *([said] if said else [])])


def _versions(conflict: Conflict) -> dict[str, Any]:
    """Both sides of a conflict, what both came from, and the groups of fields that clash."""
    return {
        **{side: asdict(getattr(conflict, side)) for side in ("mine", "theirs")},
        "before": conflict.before,
        "clashing": _clashing(conflict),
    }


def _clashing(conflict: Conflict) -> list[str]:
    return [found.group for found in conflict.differences() if found.clashing]


def _dispute(conflict: Conflict, user: str) -> str:
    """The same for a person: who made the two versions, and what clashes in them."""
    lines = ["", "conflict"]
    if conflict.is_between_others(user):
        lines.append("  neither is yours: mine is the one shown above, theirs the other one")
    for side, version in (("mine", conflict.mine), ("theirs", conflict.theirs)):
        deed = "withdrawn" if version.body is None else "changed"
        lines.append(f"  {side:<7} {deed} by {one_line(version.author)} {one_line(version.at)}")
        fields = groups(version.body or {})
        for name in _clashing(conflict):
            values = fields.get(name, {}).values()
            said = ", ".join(_plain(value) for value in values) or "(nothing)"
            lines.append(f"          {one_line(name)}: {one_line(said)}")
    return "\n".join([*lines, "  end it with civictui settle, --mine or --theirs"])


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _write(path: Path, picture: bytes) -> None:
    """The one thing that leaves the store in clear, because a person asked for it: 0600."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(picture)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _page(row: ReportRow, services: Services) -> str:
    report = row.report
    service = services.called(report.category)
    category = report.category
    if service and service.name != category:
        category = f"{service.name} ({category})"
    lines = {
        "id": report.id,
        "state": row.state.value,
        "reported": f"{report.reported_at} by {report.reported_by}",
        "status": report.status,
        "assigned": report.assignee,
        "category": category,
        "address": report.address,
        "place": str(report.point) if report.point else "",
        "photos": ", ".join(photo.large for photo in report.photos),
        "link": text_of(report.extra.get("media_url"))[:_LINK_CHARACTERS],
    }
    head = [f"{name:<9} {one_line(value)}" for name, value in lines.items() if value]
    said = answered(report.attributes, service)[:MOST_QUESTIONS]
    head += [f"answer    {question}: {answer}" for question, answer in said]
    return "\n".join([*head, "", clean(report.description)])
