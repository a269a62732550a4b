"""Every row of the tables: that it decodes, that the trees are sound, that what it names exists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from civictui.codec import BadJson, decode_object
from civictui.domain.model import Doc, Draft, Report, TransferJob
from civictui.domain.revtree import BadRevision, parse
from civictui.storage.checks.findings import Checkup
from civictui.storage.checks.log import LogReading
from civictui.storage.rescue import keys_of
from civictui.storage.stored_document import StoredDocument

T = TypeVar("T")
_KEEP = "Keep the folder, and ask whoever looks after the program."


@dataclass(slots=True)
class Tables:
    """What a store holds, as far as the other checks need it: of 50,000 documents only the ids."""

    documents: dict[str, int] = field(default_factory=dict)
    """The place of each document in the changes feed."""
    marked: dict[str, set[str]] = field(default_factory=dict)
    """The revisions that wait to be sent, by document."""
    pictures: set[str] = field(default_factory=set)
    """The keys of all pictures that a kept revision names."""
    jobs: list[TransferJob] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    def by_report(self) -> dict[str, set[str]]:
        """The keys of the pictures that each report waits for."""
        found: dict[str, set[str]] = {}
        for job in self.jobs:
            for report in job.reports:
                found.setdefault(report, set()).add(job.key)
        return found


def check_tables(reading: LogReading, checkup: Checkup) -> Tables:
    """Decode every row; say which cannot be, and which document's history is not sound."""
    tables = Tables()
    for key, row in _decoded(reading, "docs", _as_it_is, checkup):
        _take_document(tables, key, row, checkup)
    tables.jobs = [job for _, job in _decoded(reading, "outbox", _job, checkup)]
    tables.drafts = [draft for _, draft in _decoded(reading, "drafts", _draft, checkup)]
    for name in reading.tables.keys() - {"docs", "outbox", "drafts"}:
        for _ in _decoded(reading, name, _as_it_is, checkup):
            pass
    _check_sequences(tables, checkup)
    _tell(tables, checkup)
    return tables


def _decoded(
    reading: LogReading, table: str, make: Callable[[str, Doc], T], checkup: Checkup
) -> Iterable[tuple[str, T]]:
    for key, content in reading.rows(table).items():
        try:
            made = make(key, decode_object(content))
        except (BadJson, KeyError, TypeError, ValueError) as error:
            checkup.loss(f"{table}, {key}", f"it cannot be decoded ({type(error).__name__})", _KEEP)
            continue
        yield key, made


def _job(key: str, row: Doc) -> TransferJob:
    job = TransferJob.from_doc(row)
    if job.key != key:
        raise ValueError("a job under another key than its own")
    return job


def _draft(key: str, row: Doc) -> Draft:
    draft = Draft.from_doc(row)
    if draft.id != key:
        raise ValueError("a draft under another id than its own")
    return draft


def _as_it_is(_: str, row: Doc) -> Doc:
    return row


def _take_document(tables: Tables, key: str, row: Doc, checkup: Checkup) -> None:
    try:
        document = StoredDocument.from_row(key, row)
        unsound = _unsound(document)
    except (BadRevision, KeyError, IndexError, TypeError, ValueError) as error:
        checkup.loss(f"docs, {key}", f"it cannot be decoded ({type(error).__name__})", _KEEP)
        return
    if unsound:
        checkup.loss(f"docs, {key}", unsound, _KEEP)
    tables.documents[key] = document.sequence
    if document.pending:
        tables.marked[key] = set(document.pending)
    for body in document.bodies.values():
        tables.pictures.update(keys_of(Report.from_doc(body).photos))


def _unsound(document: StoredDocument) -> str:
    """What is wrong with the tree or the bodies of a document, "" for nothing."""
    nodes = document.tree.nodes
    if not nodes:
        return "it has no revision"
    for rev, node in nodes.items():
        if node.parent is not None and parse(node.parent)[0] != parse(rev)[0] - 1:
            return f"revision {rev} does not follow {node.parent}"
        if node.parent is None:
            parse(rev)
    wanted = {*document.tree.leaves(), *document.pending}
    if wanted - set(document.bodies):
        return "the text of a revision is missing"
    if set(document.bodies) - wanted:
        return "it keeps the text of a revision that nobody needs"
    return ""


def _check_sequences(tables: Tables, checkup: Checkup) -> None:
    seen: dict[int, str] = {}
    for key, sequence in tables.documents.items():
        other = seen.setdefault(sequence, key)
        if other != key:
            checkup.loss(f"docs, {key}", f"it has the same place in the feed as {other}", _KEEP)


def _tell(tables: Tables, checkup: Checkup) -> None:
    checkup.facts["documents"] = len(tables.documents)
    checkup.facts["unsent reports"] = len(tables.marked)
    checkup.facts["unsent photos"] = len({job.photo for job in tables.jobs})
    checkup.facts["drafts"] = len(tables.drafts)
    for report in sorted(tables.by_report().keys() - tables.documents.keys()):
        checkup.note(f"outbox, {report}", "a picture waits for a report that is not here yet")
