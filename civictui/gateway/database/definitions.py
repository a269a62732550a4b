"""Service definitions into a database, wherever it lies: what differs is written, no more.

It needs the port alone: the feed to find what is there, and bulk calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from civictui.domain.merge import MERGED_INTO
from civictui.domain.model import SERVICE, Doc
from civictui.domain.model.services import PREFIX
from civictui.domain.ports import Change, WriteFailure
from civictui.domain.revtree import next_revision, parse
from civictui.gateway.database.port import Database
from civictui.gateway.viewer import ADMIN, Viewer

PAGE = 2_000
"""Rows of the feed that are asked for at once."""


@dataclass(slots=True)
class Published:
    """What became of a file, by the ids of the documents."""

    written: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    """They are no longer in the file: they are not offered any more, and stay for the reports."""
    unchanged: list[str] = field(default_factory=list)
    refused: list[WriteFailure] = field(default_factory=list)


async def publish(database: Database, definitions: Sequence[Doc], author: str) -> Published:
    """Make these the definitions in force. Doing it again changes nothing. Raises Problem.

    `author` is the `reportedBy` of all of them; one that somebody else wrote first stays his.
    """
    result = Published()
    rows = await _rows(database)
    wanted = {doc["_id"]: _body(doc) for doc in definitions}
    there = await _winners(database, [*rows, *(key for key in wanted if key not in rows)])
    revisions: list[Doc] = []
    for key in [*wanted, *(key for key in there if key not in wanted)]:
        doc = there.get(key)
        if (body := _next(doc, wanted.get(key))) is None:
            if key in wanted:
                result.unchanged.append(key)
            continue
        (result.written if key in wanted else result.retired).append(key)
        revisions.append(_revision(key, doc, body))
    revisions += await _losers(database, rows)
    by_author: dict[str, list[Doc]] = {}
    for doc in revisions:
        by_author.setdefault(str(doc.get("reportedBy") or author), []).append(doc)
    for name, docs in by_author.items():
        sender = Viewer(name, frozenset({ADMIN}))
        result.refused += await database.bulk_docs(docs, sender)
    _take_out(result)
    return result


async def _rows(database: Database) -> dict[str, Change]:
    """The rows of the feed whose ids are definitions'."""
    found: dict[str, Change] = {}
    since = await database.position("0")
    while True:
        page = await database.changes(since, PAGE)
        found.update({row.id: row for row in page.rows if row.id.startswith(PREFIX)})
        if not page.pending or str(page.last_seq) == since:
            return found
        since = str(page.last_seq)


async def _winners(database: Database, keys: Sequence[str]) -> dict[str, Doc]:
    """Those that exist, with `_revisions`; also the tombstones."""
    found = await database.bulk_get([(key, None) for key in keys])
    return {key: doc for key, doc in zip(keys, found, strict=True) if doc is not None}


def _next(doc: Doc | None, wanted: Doc | None) -> Doc | None:
    """The body that is to be in force; None where it is already, or is no definition."""
    if doc is None or doc.get("_deleted"):
        return wanted
    body = _body(doc)
    if wanted is not None and body.get("type") != SERVICE:
        return wanted  # somebody has taken the name for something else, which ends here
    if wanted is None:
        keeps = body.get("type") != SERVICE or body.get("retired") is True
        return None if keeps else {**body, "retired": True}
    author = {"reportedBy": body["reportedBy"]} if "reportedBy" in body else {}
    made = {**{k: v for k, v in wanted.items() if k != "reportedBy"}, **author}
    return None if made == body else made


def _revision(key: str, parent: Doc | None, body: Doc, *, deleted: bool = False) -> Doc:
    """`body` as the next revision of `parent`, the document with its `_revisions`."""
    rev = next_revision(parent["_rev"] if parent else None, deleted, body)
    generation, digest = parse(rev)
    past: list[str] = list(parent["_revisions"]["ids"]) if parent else []
    revisions = {"start": generation, "ids": [digest, *past]}
    ended = {"_deleted": True} if deleted else {}
    return {"_id": key, "_rev": rev, "_revisions": revisions, **ended, **body}


async def _losers(database: Database, rows: Mapping[str, Change]) -> list[Doc]:
    """Tombstones for versions beside the winner: two administrators wrote at the same time."""
    ended: list[Doc] = []
    for key in (key for key, row in rows.items() if len(row.revs) > 1):
        living = [rev for rev, deleted in await database.leaves(key) if not deleted]
        found = await database.bulk_get([(key, rev) for rev in living[1:]])
        said = {MERGED_INTO: living[0]}
        ended += [_revision(key, doc, said, deleted=True) for doc in found if doc is not None]
    return ended


def _take_out(result: Published) -> None:
    """What was refused is neither written nor retired."""
    refused = {failure.id for failure in result.refused}
    result.written = [key for key in result.written if key not in refused]
    result.retired = [key for key in result.retired if key not in refused]


def _body(doc: Doc) -> Doc:
    return {name: value for name, value in doc.items() if not name.startswith("_")}
