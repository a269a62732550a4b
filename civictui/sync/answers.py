"""A CouchDB's answers, read with suspicion: what has not the shape of one proves nothing.

A maintenance page can be JSON, and `{}` looks like "I have everything". Whatever is not what the
protocol says raises GatewayError, so that nothing is acknowledged by it.
"""

from typing import Any

from civictui.domain.errors import GatewayError
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, Seq, WriteFailure


def read_info(found: Any) -> tuple[str, Seq]:
    """The database's name and its sequence."""
    entry = _object(found)
    return _string(entry.get("db_name")), _sequence(entry.get("update_seq"))


def read_changes(found: Any) -> Changes:
    entry = _object(found)
    rows = [_change(_object(row)) for row in _list(entry.get("results"))]
    pending = entry.get("pending")
    known = isinstance(pending, int) and not isinstance(pending, bool)
    return Changes(rows, _sequence(entry.get("last_seq")), pending if known else None)


def read_missing(found: Any) -> dict[str, list[str]]:
    return {
        key: [_string(rev) for rev in _list(_object(entry).get("missing"))]
        for key, entry in _object(found).items()
    }


def read_documents(found: Any) -> list[Doc]:
    """The documents of a `_bulk_get`; an absent one is left out."""
    results = [_object(result) for result in _list(_object(found).get("results"))]
    entries = [_object(entry) for result in results for entry in _list(result.get("docs"))]
    return [_document(entry["ok"]) for entry in entries if "ok" in entry]


def read_failures(found: Any, sent: set[str]) -> list[WriteFailure]:
    """What a `_bulk_docs` refused. A failure of a document that was not sent is no answer to it."""
    entries = [_object(entry) for entry in _list(found)]
    failures = [_failure(entry) for entry in entries if "error" in entry]
    if any(failure.id not in sent for failure in failures):
        raise _strange()
    return failures


def _change(row: dict[str, Any]) -> Change:
    revs = tuple(_string(_object(entry).get("rev")) for entry in _list(row.get("changes")))
    doc = row.get("doc")
    return Change(
        _sequence(row.get("seq")),
        _string(row.get("id")),
        revs,
        row.get("deleted") is True,
        None if doc is None else _document(doc),
    )


def _document(found: Any) -> Doc:
    doc = _object(found)
    _string(doc.get("_id"))
    _string(doc.get("_rev"))
    return doc


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
