"""A CouchDB's answers, read with suspicion: what has not the shape of one proves nothing.

A maintenance page can be JSON, and `{}` looks like "I have everything". Whatever is not what the
protocol says raises GatewayError, so that nothing is acknowledged by it; what is not even JSON
raises BadJson. Pages of documents are read from their bytes: only the documents themselves become
dicts, and each alone is checked for its size and for how deep it nests.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from civictui.codec import BadJson, Json, Misfit, Shape, decode, foreign_reader
from civictui.domain.errors import GatewayError
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, Seq, WriteFailure

DOCUMENT_BYTES = 1024 * 1024 + 64 * 1024
"""The longest document that is read: the 1 MiB that a gateway takes, and room for its ancestry."""
_NOTHING, _NULL = Json(), b"null"
_COUNTABLE = 10**12
"""A server with more documents pending does not know what it says."""
_ABSENT = {"not_found", "missing", "deleted"}
"""What servers call a revision that they do not have; any other error may pass."""


class _Leaf(Shape):
    rev: str


class _Row(Shape):
    id: str
    seq: Seq
    changes: list[_Leaf]
    deleted: bool | None = None
    doc: Json = _NOTHING


class _Page(Shape):
    results: list[_Row]
    last_seq: Seq
    pending: Any = None
    """Absent where there is no `limit`, and of servers that do not count."""


class _Result(Shape):
    """One of the answers to one revision: `ok` is absent where there is an error, or `missing`."""

    ok: Json = _NOTHING
    error: Any = None


class _Results(Shape):
    docs: list[_Result]
    id: Any = None


class _Got(Shape):
    results: list[_Results]


class _Entry(Shape):
    id: str


class _View(Shape):
    rows: list[_Entry]


_page, _got = foreign_reader(_Page), foreign_reader(_Got)
_revisions, _view = foreign_reader(list[_Result]), foreign_reader(_View)
T = TypeVar("T")


def read_info(found: Any) -> tuple[str, Seq]:
    """The database's name and its sequence."""
    entry = _object(found)
    return _string(entry.get("db_name")), _sequence(entry.get("update_seq"))


def read_changes(body: bytes) -> Changes:
    page = _fitting(_page, body)
    pending = page.pending
    known = isinstance(pending, int) and not isinstance(pending, bool)
    left = pending if known and 0 <= pending < _COUNTABLE else None
    return Changes([_change(row) for row in page.results], page.last_seq, left)


class NotGiven(GatewayError):
    """Some documents met an error that may pass: those of the ids `failed`, where it says so.

    `docs` are the others.
    """

    def __init__(self, docs: Sequence[Doc] = (), failed: Collection[str] = ()) -> None:
        super().__init__("The server could not give all that it has", "It is asked again.")
        self.docs = list(docs)
        self.failed = failed


def read_documents(body: bytes) -> list[Doc]:
    """The documents of a `_bulk_get`; an absent one is left out.

    Any other error raises NotGiven: it may pass, and nothing must go on as if it had.
    """
    found = [(result, results.id) for results in _fitting(_got, body).results
             for result in results.docs]  # fmt: skip
    docs = [doc for result, _ in found if (doc := _document(result.ok)) is not None]
    errors = [(result.error, key) for result, key in found if result.error is not None]
    failed = [key for error, key in errors if not _is_absent(error)]
    if failed:
        raise NotGiven(docs, {key for key in failed if isinstance(key, str)})
    return docs


def read_missing(found: Any) -> dict[str, list[str]]:
    return {
        key: [_string(rev) for rev in _list(_object(entry).get("missing"))]
        for key, entry in _object(found).items()
    }


def read_differences(found: Any) -> dict[str, dict[str, list[str]]]:
    """The whole answer of a `_revs_diff`: what is missing, and what its ancestors may be."""
    differences: dict[str, dict[str, list[str]]] = {}
    for key, missing in read_missing(found).items():
        differences[key] = {"missing": missing}
        known = [_string(rev) for rev in _list(found[key].get("possible_ancestors", []))]
        if known:
            differences[key]["possible_ancestors"] = known
    return differences


def read_open_revisions(body: bytes, key: str) -> list[Doc]:
    """All leaves of the document `key`, from `?open_revs=all`."""
    found = [_document(result.ok) for result in _fitting(_revisions, body)]
    docs = [doc for doc in found if doc is not None]
    if not docs or len(docs) < len(found) or any(doc["_id"] != key for doc in docs):
        raise strange()
    return docs


def read_view(body: bytes) -> list[str]:
    """The ids that a view has rows of, each once."""
    return list(dict.fromkeys(row.id for row in _fitting(_view, body).rows))


def read_failures(found: Any, sent: set[str]) -> list[WriteFailure]:
    """What a `_bulk_docs` refused. A failure of a document that was not sent is no answer to it."""
    entries = [_object(entry) for entry in _list(found)]
    failures = [_failure(entry) for entry in entries if "error" in entry]
    if any(failure.id not in sent for failure in failures):
        raise strange()
    return failures


def _change(row: _Row) -> Change:
    revs = tuple([leaf.rev for leaf in row.changes])
    doc = _document(row.doc)
    if doc is not None and doc["_id"] != row.id:
        raise strange()
    return Change(row.seq, row.id, revs, row.deleted is True, doc)


def _is_absent(error: Any) -> bool:
    """Whether the revision is not there: a word, or an object with one among its words."""
    words = [error.get("error"), error.get("name")] if isinstance(error, dict) else [error]
    return any(isinstance(word, str) and word in _ABSENT for word in words)


def _document(piece: Json) -> Doc | None:
    """A document, or None for none.

    Neither one that nests too deep nor one that is too long must keep the others back.
    """
    content = bytes(piece)
    if len(content) <= len(_NULL) and content in {b"", _NULL}:
        return None
    if len(content) > DOCUMENT_BYTES:
        return None
    try:
        doc = decode(content)
    except BadJson:
        return None
    if not isinstance(doc, dict) or not _is_named(doc):
        raise strange()
    return doc


def _is_named(doc: Doc) -> bool:
    return isinstance(doc.get("_id"), str) and isinstance(doc.get("_rev"), str)


def _fitting(read: Callable[[bytes], T], body: bytes) -> T:
    try:
        return read(body)
    except Misfit as error:
        raise strange() from error


def _failure(entry: dict[str, Any]) -> WriteFailure:
    texts = (entry.get(name) for name in ("id", "rev", "error", "reason"))
    return WriteFailure(*(text if isinstance(text, str) else "" for text in texts))


def _object(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise strange()
    return found


def _list(found: Any) -> list[Any]:
    if not isinstance(found, list):
        raise strange()
    return found


def _string(found: Any) -> str:
    if not isinstance(found, str):
        raise strange()
    return found


def _sequence(found: Any) -> Seq:
    if not isinstance(found, str | int) or isinstance(found, bool):
        raise strange()
    return found


def strange() -> GatewayError:
    """What is raised for an answer that is none."""
    return GatewayError("The server's answer is not that of a CouchDB", "It is asked again.")
