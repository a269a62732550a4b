"""A CouchDB's answers, read with suspicion: what has not the shape of one proves nothing.

A maintenance page can be JSON, and `{}` looks like "I have everything". Whatever is not what the
protocol says raises GatewayError, so that nothing is acknowledged by it; what is not even JSON
raises BadJson. Pages of documents are read from their bytes: only the documents themselves become
dicts, and each alone is checked for how deep it nests.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from civictui.codec import BadJson, Json, Misfit, Shape, decode, foreign_reader
from civictui.domain.errors import GatewayError
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, Seq, WriteFailure

_NOTHING, _NULL = Json(), b"null"


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


class _Results(Shape):
    docs: list[_Result]


class _Got(Shape):
    results: list[_Results]


_page, _got = foreign_reader(_Page), foreign_reader(_Got)
T = TypeVar("T")


def read_info(found: Any) -> tuple[str, Seq]:
    """The database's name and its sequence."""
    entry = _object(found)
    return _string(entry.get("db_name")), _sequence(entry.get("update_seq"))


def read_changes(body: bytes) -> Changes:
    page = _fitting(_page, body)
    pending = page.pending
    known = isinstance(pending, int) and not isinstance(pending, bool)
    return Changes(
        [_change(row) for row in page.results], page.last_seq, pending if known else None
    )


def read_documents(body: bytes) -> list[Doc]:
    """The documents of a `_bulk_get`; an absent one is left out."""
    found = [result.ok for results in _fitting(_got, body).results for result in results.docs]
    return [doc for doc in map(_document, found) if doc is not None]


def read_missing(found: Any) -> dict[str, list[str]]:
    return {
        key: [_string(rev) for rev in _list(_object(entry).get("missing"))]
        for key, entry in _object(found).items()
    }


def read_failures(found: Any, sent: set[str]) -> list[WriteFailure]:
    """What a `_bulk_docs` refused. A failure of a document that was not sent is no answer to it."""
    entries = [_object(entry) for entry in _list(found)]
    failures = [_failure(entry) for entry in entries if "error" in entry]
    if any(failure.id not in sent for failure in failures):
        raise _strange()
    return failures


def _change(row: _Row) -> Change:
    revs = tuple([leaf.rev for leaf in row.changes])
    return Change(row.seq, row.id, revs, row.deleted is True, _document(row.doc))


def _document(piece: Json) -> Doc | None:
    """A document, or None for none; one that nests too deep must not keep the others back."""
    content = bytes(piece)
    if len(content) <= len(_NULL) and content in {b"", _NULL}:
        return None
    try:
        doc = decode(content)
    except BadJson:
        return None
    if not isinstance(doc, dict) or not _is_named(doc):
        raise _strange()
    return doc


def _is_named(doc: Doc) -> bool:
    return isinstance(doc.get("_id"), str) and isinstance(doc.get("_rev"), str)


def _fitting(read: Callable[[bytes], T], body: bytes) -> T:
    try:
        return read(body)
    except Misfit as error:
        raise _strange() from error


def _failure(entry: dict[str, Any]) -> WriteFailure:
    texts = (entry.get(name) for name in ("id", "rev", "error", "reason"))
    return WriteFailure(*(text if isinstance(text, str) else "" for text in texts))


def _object(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise _strange()
    return found


def _list(found: Any) -> list[Any]:
    if not isinstance(found, list):
        raise _strange()
    return found


def _string(found: Any) -> str:
    if not isinstance(found, str):
        raise _strange()
    return found


def _sequence(found: Any) -> Seq:
    if not isinstance(found, str | int) or isinstance(found, bool):
        raise _strange()
    return found


def _strange() -> GatewayError:
    return GatewayError("The server's answer is not that of a CouchDB", "It is asked again.")
