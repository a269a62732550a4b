"""Which documents may come in: their shape, and whose they are. Pure, but for what it is told.

A report is its author's: `reportedBy` is the sender when a document is created and never changes.
Others who see it may change it (merging and closing must work), but only its author or a supervisor
may delete it as a whole. Where one of them did so and somebody's edit came in between, both are
leaves, and whoever settles that may go either way: delete what the edit made, or put an end to the
tombstone.
Design documents and attachments are refused: they are code and bulk. Service definitions, and all
ids that are theirs, are an administrator's. One bad document never stops the rest; each is refused
by its own id and revision.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeGuard

from civictui.codec import BadJson, encode
from civictui.couchdb.paths import is_name_in_paths
from civictui.domain.model import SERVICE, Doc, is_report
from civictui.domain.model.services import PREFIX as DEFINITION
from civictui.domain.model.update import WORD_CHARACTERS
from civictui.domain.ports import WriteFailure
from civictui.domain.revtree import MOST_GENERATION, BadRevision, parse, path_of
from civictui.gateway.policy import DOCUMENT_BYTES
from civictui.gateway.problems import bad_request
from civictui.gateway.viewer import Viewer

_OWN_MEMBERS = {"_id", "_rev", "_revisions", "_deleted", "_attachments"}
_DIGEST = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
_LONGEST_ID = 512
_LATER = "service_unavailable"
"""The code of a document that is to be offered again by itself, in CouchDB's words."""
UPDATE = "update"
_REPORT = "report"
"""What a document is that does not say: those of the original application are reports."""


class Refused(Exception):
    """Why one document may not come in."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(slots=True)
class Known:
    """What the database has of a document; `review` keeps it up to date within a batch."""

    exists: bool = False
    living: set[str] = field(default_factory=set)
    """Its leaves that are no tombstones."""
    author: str | None = None
    """Its `reportedBy`; of a deleted document, what it was. None where it never had one."""
    kind: object = None
    """Its `type`."""
    withdrawn: set[str] = field(default_factory=set)
    """Its leaves that are the word of its author, or of a supervisor, that it shall be gone."""
    is_report: bool = False
    """Whether the list shows it."""
    visible: bool = True
    """Whether the sender of the batch sees it (`scope`); what is not here is nobody's secret."""
    forgotten: bool = False
    """Whether it may have been here before the database was put back from a back-up."""


@dataclass(slots=True)
class Review:
    """A batch, sorted: what may be stored, what may not, and what tombstones do not say."""

    accepted: list[Doc] = field(default_factory=list)
    failures: list[WriteFailure] = field(default_factory=list)
    deleted: dict[str, Known] = field(default_factory=dict)
    """By id, what has to be remembered of documents of which a leaf was deleted."""


def batch_of(body: dict[str, Any]) -> list[Doc]:
    """The documents of a `_bulk_docs` request. Raises Problem 400, as CouchDB does."""
    docs = body.get("docs")
    if docs is None:
        raise bad_request("POST body must include `docs` parameter.")
    if not isinstance(docs, list):
        raise bad_request("`docs` parameter must be an array.")
    if body.get("new_edits") is not False:
        raise bad_request("Revisions are made by the client: `new_edits` must be false.")
    for doc in docs:
        _check_member(doc)
    return docs


def _check_member(doc: object) -> None:
    if not isinstance(doc, dict):
        raise bad_request("Document must be a JSON object")
    if "_rev" not in doc and "_revisions" not in doc:
        needs = "the document needs `_rev` or `_revisions` specified"
        raise bad_request(f"When `new_edits: false`, {needs}")


def review(
    docs: Sequence[Doc],
    sender: Viewer,
    known: Callable[[str], Known],
    has: Callable[[str, str], bool],
    kept: Callable[[str, str], Doc | None] = lambda key, rev: None,
) -> Review:
    """Sort a batch. `known` tells of a document, `has` whether a revision is here already.

    `kept` gives the document of a revision that is here, None where only its name is known.
    What `known` has to tell it is asked once for each of `wanted_ids(docs)`, or not at all.
    """
    result = Review()
    known = cache(known)
    for doc in docs:
        try:
            shaped, path = shape(doc)
            key = shaped["_id"]
            if has(key, path[0]):
                hidden = sender.area is not None and not known(key).visible
                _compare(shaped, kept(key, path[0]), hidden)
            else:
                _judge(shaped, path, known(key), sender)
                if sender.area is not None:
                    _check_target(shaped, known)
                _apply(shaped, path, known(key), sender)
                result.accepted.append(shaped)
                if shaped.get("_deleted"):
                    result.deleted[key] = known(key)
        except Refused as refused:
            result.failures.append(_failure(doc, refused))
    return result


def wanted_ids(docs: Iterable[Doc], *, targets: bool = True) -> list[str]:
    """The ids that `review` may ask `known` for, each once, for who has to fetch them beforehand.

    With `targets` the reports of updates are among them; only a sender with an area needs those.
    """
    wanted: dict[str, None] = {}
    for doc in docs:
        for key in (doc.get("_id"), report_of(doc) if targets else None):
            if is_id(key):
                wanted[key] = None
    return list(wanted)


def report_of(doc: Mapping[str, Any]) -> str | None:
    """The id of the report that an update is about; None for every other document."""
    report = doc.get("report") if doc.get("type") == UPDATE else None
    return report if is_id(report) else None


def is_id(key: object) -> TypeGuard[str]:
    """Whether a document may have this id."""
    return isinstance(key, str) and 0 < len(key) <= _LONGEST_ID and not key.startswith("_")


def _compare(doc: Doc, here: Doc | None, hidden: bool) -> None:
    """The same again is success, whoever sends it. Raises Refused where it is not the same.

    Names are made from content: somebody may have taken the name that a merge was about to have.
    Of what the sender does not see, only who has the very text is told that it is here: an edit
    that moves a report out of the sender's area may be sent again after a lost answer.
    """
    if hidden and (here is None or _said(doc) != _said(here)):
        raise _out_of_sight()
    if here is not None and _said(doc) != _said(here):
        raise Refused("revision_taken", "Another text has this revision's name.")


def _check_target(doc: Doc, known: Callable[[str], Known]) -> None:
    """Raises Refused for an update of a report that the sender does not see.

    One of a report that is not here is taken: the report may come later.
    """
    report = report_of(doc)
    if report is not None and not known(report).visible:
        raise _out_of_sight()


def _out_of_sight() -> Refused:
    return Refused(
        "forbidden",
        "This is outside your area. Ask a supervisor to write it, or discard your change.",
    )


def _said(doc: Doc) -> tuple[bool, Doc]:
    body = {name: value for name, value in doc.items() if not name.startswith("_")}
    return doc.get("_deleted") is True, body


def shape(doc: Doc) -> tuple[Doc, list[str]]:
    """The document as it will be stored, and its history, newest first. Raises Refused."""
    key = doc.get("_id")
    if not isinstance(key, str) or not key or len(key) > _LONGEST_ID:
        raise Refused("illegal_docid", f"A document id is a text of 1 to {_LONGEST_ID} characters.")
    if not is_name_in_paths(key):
        raise Refused("illegal_docid", "A document id is nothing that leads elsewhere in a path.")
    if key.startswith("_"):
        raise Refused("illegal_docid", "Only reserved document ids may start with underscore.")
    if doc.get("_attachments"):
        raise Refused("attachments_refused", "Pictures go to /v1/uploads, not into documents.")
    _check_members(doc)
    start, digests = _history(doc)
    path = [f"{start - i}-{digest}" for i, digest in enumerate(digests)]
    return {**doc, "_rev": path[0], "_revisions": {"start": start, "ids": digests}}, path


def _check_members(doc: Doc) -> None:
    odd = [name for name in doc if name.startswith("_") and name not in _OWN_MEMBERS]
    if odd:
        raise Refused("doc_validation", f"Bad special document member: {odd[0][:64]}")
    if not isinstance(doc.get("_deleted", False), bool):
        raise Refused("doc_validation", "`_deleted` is true or false.")
    try:
        size = len(encode(doc))
    except BadJson as error:
        raise Refused("bad_request", "This document cannot be written as JSON.") from error
    if size > DOCUMENT_BYTES:
        raise Refused("too_large", f"A document has {DOCUMENT_BYTES} bytes at most.")


def _check_words(doc: Doc) -> None:
    """What an update changes is in rows and in memory: a word or two. Raises Refused."""
    if doc.get("type") != UPDATE or doc.get("_deleted"):
        return
    for name in ("status", "assignee"):
        word = doc.get(name, "")
        if not isinstance(word, str) or len(word) > WORD_CHARACTERS:
            most = f"An update's {name} is a text of {WORD_CHARACTERS} characters at most."
            raise Refused("doc_validation", most)


def _history(doc: Doc) -> tuple[int, list[str]]:
    """Generation and digests; where `_rev` and `_revisions` differ the latter counts."""
    told = doc.get("_revisions")
    try:
        if told is None:
            start, digest = parse(doc["_rev"])
            digests = [digest]
        else:
            digests = told["ids"]
            start, _ = parse(path_of(told["start"], digests)[0])
        if not isinstance(digests, list) or not all(map(_DIGEST.fullmatch, digests)):
            raise BadRevision("a digest has up to 64 letters and digits")
        if start > MOST_GENERATION:
            raise BadRevision("no document was changed that often")
    except (BadRevision, TypeError, KeyError, AttributeError) as error:
        raise Refused("bad_request", "Invalid rev format") from error
    return start, digests


def _judge(doc: Doc, path: list[str], known: Known, sender: Viewer) -> None:
    """Raises Refused where `sender` may not add this revision."""
    defines = doc["_id"].startswith(DEFINITION)
    if (defines or SERVICE in (doc.get("type"), known.kind)) and not sender.is_admin:
        raise Refused("forbidden", "Service definitions are written by administrators.")
    if not known.visible:
        raise _out_of_sight()
    _check_words(doc)
    own = _may_withdraw(sender, known) or not known.exists
    if doc.get("_deleted"):
        if doc.get("withdrawnBy", sender.user) != sender.user:
            raise Refused("forbidden", "A withdrawal is by the user who sends it.")
        if _is_last(path, known) and not (own or known.withdrawn):
            raise Refused("forbidden", "Only its author or a supervisor deletes a document.")
    elif not known.exists:
        if author_of(doc) != sender.user:
            if known.forgotten and len(path) > 1:
                raise Refused(_LATER, "Its author has to send it first: it was forgotten here.")
            raise Refused("forbidden", "A new document's `reportedBy` is the user who sends it.")
    elif defines and author_of(doc) == sender.user:
        return  # whatever somebody else has put there, an administrator puts it right
    elif author_of(doc) != known.author:
        raise Refused("forbidden", "A document's `reportedBy` never changes.")
    elif (known.kind or _REPORT) != (doc.get("type") or _REPORT):
        raise Refused("forbidden", "A document's `type` never changes.")
    elif known.is_report and not is_report(doc):
        raise Refused("forbidden", "What is a report stays one.")


def _apply(doc: Doc, path: list[str], known: Known, sender: Viewer) -> None:
    """Let `known` be as if `doc` were stored, for the documents behind it in the batch."""
    was_last = _is_last(path, known)
    known.living -= set(path)
    known.withdrawn -= set(path)
    if not known.exists:
        known.author, known.exists = sender.user, True
    if not doc.get("_deleted"):
        known.living.add(path[0])
        known.kind, known.is_report = doc.get("type"), is_report(doc)
    elif _may_withdraw(sender, known) and (was_last or doc.get("withdrawnBy") == sender.user):
        known.withdrawn.add(path[0])


def _may_withdraw(sender: Viewer, known: Known) -> bool:
    return sender.user == known.author or sender.is_supervisor


def _is_last(path: list[str], known: Known) -> bool:
    """Whether nothing of the document lives on beside this history."""
    return bool(known.living) and known.living <= set(path)


def author_of(doc: Doc) -> str | None:
    """Whose a document is, by its own word."""
    author = doc.get("reportedBy")
    return author if isinstance(author, str) else None


def _failure(doc: Doc, refused: Refused) -> WriteFailure:
    named = [doc.get("_id"), doc.get("_rev")]
    key, rev = (value if isinstance(value, str) else "" for value in named)
    return WriteFailure(key, rev, refused.code, refused.reason)
