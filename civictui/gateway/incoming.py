"""Which documents may come in: their shape, and whose they are. Pure, but for what it is told.

A report is its author's: `reportedBy` is the sender when a document is created and never changes.
Others may change it (merging and closing must work), but only its author may delete it as a whole.
Design documents, attachments and service definitions are refused: they are code, bulk and an
administrator's. One bad document never stops the rest; each is refused by its own id and revision.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from civictui.codec import BadJson, encode
from civictui.domain.model import Doc
from civictui.domain.ports import WriteFailure
from civictui.domain.revtree import BadRevision, parse, path_of
from civictui.gateway.policy import DOCUMENT_BYTES
from civictui.gateway.problems import bad_request

ADMIN = "admin"
_OWN_MEMBERS = {"_id", "_rev", "_revisions", "_deleted", "_attachments"}
_DIGEST = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
_LONGEST_ID = 512


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


@dataclass(frozen=True, slots=True)
class Sender:
    user: str
    roles: frozenset[str] = frozenset()


@dataclass(slots=True)
class Review:
    """A batch, sorted: what may be stored, what may not, and who wrote what is deleted by it."""

    accepted: list[Doc] = field(default_factory=list)
    failures: list[WriteFailure] = field(default_factory=list)
    orphaned: dict[str, str] = field(default_factory=dict)
    """Author by id of the documents that have no living revision any more."""


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
    sender: Sender,
    known: Callable[[str], Known],
    has: Callable[[str, str], bool],
) -> Review:
    """Sort a batch. `known` tells of a document, `has` whether a revision is here already."""
    result = Review()
    seen: dict[str, Known] = {}
    for doc in docs:
        try:
            shaped, path = shape(doc)
            key = shaped["_id"]
            if not has(key, path[0]):  # the same again is success, whoever sends it
                if key not in seen:
                    seen[key] = known(key)
                _judge(shaped, path, seen[key], sender)
                _apply(shaped, path, seen[key], sender, result)
                result.accepted.append(shaped)
        except Refused as refused:
            result.failures.append(_failure(doc, refused))
    return result


def shape(doc: Doc) -> tuple[Doc, list[str]]:
    """The document as it will be stored, and its history, newest first. Raises Refused."""
    key = doc.get("_id")
    if not isinstance(key, str) or not key or len(key) > _LONGEST_ID:
        raise Refused("illegal_docid", f"A document id is a text of 1 to {_LONGEST_ID} characters.")
    if key.startswith("_"):
        raise Refused("illegal_docid", "Only reserved document ids may start with underscore.")
    if doc.get("_attachments"):
        raise Refused("attachments_refused", "Pictures go to /v1/uploads, not into documents.")
    _check_members(doc)
    path = _history(doc)
    revisions = {"start": parse(path[0])[0], "ids": [parse(rev)[1] for rev in path]}
    return {**doc, "_rev": path[0], "_revisions": revisions}, path


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


def _history(doc: Doc) -> list[str]:
    """The path of revisions; where `_rev` and `_revisions` differ the latter counts."""
    revisions = doc.get("_revisions")
    try:
        told = (revisions["start"], revisions["ids"]) if revisions is not None else None
        path = path_of(*told) if told else [doc["_rev"]]
        if not all(_DIGEST.fullmatch(parse(rev)[1]) for rev in path):
            raise BadRevision("a digest has up to 64 letters and digits")
    except (BadRevision, TypeError, KeyError, AttributeError) as error:
        raise Refused("bad_request", "Invalid rev format") from error
    return path


def _judge(doc: Doc, path: list[str], known: Known, sender: Sender) -> None:
    """Raises Refused where `sender` may not add this revision."""
    if "service" in {doc.get("type"), known.kind} and ADMIN not in sender.roles:
        raise Refused("forbidden", "Service definitions are written by administrators.")
    own = sender.user == known.author or not known.exists
    if doc.get("_deleted"):
        if known.living and known.living <= set(path) and not own:
            raise Refused("forbidden", "Only its author may delete a document.")
    elif not known.exists:
        if author_of(doc) != sender.user:
            raise Refused("forbidden", "A new document's `reportedBy` is the user who sends it.")
    elif author_of(doc) != known.author:
        raise Refused("forbidden", "A document's `reportedBy` never changes.")


def _apply(doc: Doc, path: list[str], known: Known, sender: Sender, result: Review) -> None:
    """Let `known` be as if `doc` were stored, for the documents behind it in the batch."""
    known.living -= set(path)
    if not known.exists:
        known.author, known.exists = sender.user, True
    if not doc.get("_deleted"):
        known.living.add(path[0])
        known.kind = doc.get("type")
    if known.living:
        result.orphaned.pop(doc["_id"], None)
    elif known.author is not None:
        result.orphaned[doc["_id"]] = known.author


def author_of(doc: Doc) -> str | None:
    """Whose a document is, by its own word."""
    author = doc.get("reportedBy")
    return author if isinstance(author, str) else None


def _failure(doc: Doc, refused: Refused) -> WriteFailure:
    named = [doc.get("_id"), doc.get("_rev")]
    key, rev = (value if isinstance(value, str) else "" for value in named)
    return WriteFailure(key, rev, refused.code, refused.reason)
