"""Every row of the tables: that it decodes, that the trees are sound, that what it names exists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from civictui.codec import BadJson, decode_object
from civictui.domain.model import Doc, Draft, Photo, Report, TransferJob
from civictui.domain.revtree import BadRevision, parse
from civictui.storage.checks.findings import Checkup
from civictui.storage.checks.log import LogReading
from civictui.storage.documents import StoredDocument

T = TypeVar("T")
_KEEP = "Keep the folder, and ask whoever looks after the program."


@dataclass(slots=True)
class Tables:
    """What a store holds, decoded."""

    documents: dict[str, StoredDocument] = field(default_factory=dict)
    jobs: list[TransferJob] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    def by_report(self) -> dict[str, set[str]]:
        """The keys of the pictures that each report waits for."""
        found: dict[str, set[str]] = {}
        for job in self.jobs:
            for report in job.reports:
                found.setdefault(report, set()).add(job.key)
        return found

    def marked(self) -> dict[str, set[str]]:
        """The revisions that wait to be sent, by id."""
        return {key: set(doc.pending) for key, doc in self.documents.items() if doc.pending}

    def photos(self) -> Iterable[Photo]:
        """All photos that a kept revision of a document names."""
        bodies = (body for doc in self.documents.values() for body in doc.bodies.values())
        return (photo for body in bodies for photo in Report.from_doc(body).photos)


def check_tables(reading: LogReading, checkup: Checkup) -> Tables:
    """Decode every row; say which cannot be, and which document's history is not sound."""
    tables = Tables()
    for key, row in _decoded(reading, "docs", lambda _, row: row, checkup):
        document = _document(key, row, checkup)
        if document is not None:
            tables.documents[key] = document
    tables.jobs = [job for _, job in _decoded(reading, "outbox", _job, checkup)]
    tables.drafts = [draft for _, draft in _decoded(reading, "drafts", _draft, checkup)]
    for name in reading.tables.keys() - {"docs", "outbox", "drafts"}:
        for _ in _decoded(reading, name, lambda _, row: row, checkup):
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


def _document(key: str, row: Doc, checkup: Checkup) -> StoredDocument | None:
    try:
        document = StoredDocument.from_row(key, row)
        unsound = _unsound(document)
    except (BadRevision, KeyError, IndexError, TypeError, ValueError) as error:
        checkup.loss(f"docs, {key}", f"it cannot be decoded ({type(error).__name__})", _KEEP)
        return None
    if unsound:
        checkup.loss(f"docs, {key}", unsound, _KEEP)
    return document


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
    for key, document in tables.documents.items():
        other = seen.setdefault(document.sequence, key)
        if other != key:
            checkup.loss(f"docs, {key}", f"it has the same place in the feed as {other}", _KEEP)


def _tell(tables: Tables, checkup: Checkup) -> None:
    checkup.facts["documents"] = len(tables.documents)
    checkup.facts["unsent reports"] = len(tables.marked())
    checkup.facts["unsent photos"] = len({job.photo for job in tables.jobs})
    checkup.facts["drafts"] = len(tables.drafts)
    for report in sorted(tables.by_report().keys() - tables.documents.keys()):
        checkup.note(f"outbox, {report}", "a picture waits for a report that is not here yet")
