"""Replication logs as both sides keep them, and the newest point that two of them agree on.

A log is {"session_id", "source_last_seq", "history": [a session, ...], ...}, the newest session
first. Source: the CouchDB replication protocol, "Find out common ancestry".
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from civictui.codec import encode
from civictui.domain.model import Doc
from civictui.domain.ports import Seq

HISTORY = 5
"""Sessions that a log remembers: it travels with every checkpoint."""


def replication_id(source: str, target: str, selector: Mapping[str, Any] | None = None) -> str:
    """A name for the replication from one identity to another, the same at every start.

    A replication of some of the documents is another one than that of all.
    """
    chosen = f"\n{encode_sorted(selector)}" if selector is not None else ""
    return hashlib.sha256(f"civictui/1\n{source}\n{target}{chosen}".encode()).hexdigest()[:32]


def encode_sorted(value: Any) -> str:
    """The same text for the same JSON, in whatever order its names come."""
    if isinstance(value, Mapping):
        names = sorted(value)
        return "{" + ",".join(f"{name!r}:{encode_sorted(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(encode_sorted, value)) + "]"
    return encode(value).decode()


def common_sequence(source: Mapping[str, Any] | None, target: Mapping[str, Any] | None) -> Seq:
    """The newest sequence that both logs recorded in the same session, or 0.

    Of one session the source's word counts: it is never ahead of the target's, unless one side
    was put back from a backup, and a source that was put back must be read from where it is.
    """
    if not source or not target:
        return 0
    session = source.get("session_id")
    if isinstance(session, str) and session == target.get("session_id"):
        return sequence_in(source.get("source_last_seq"))
    known = {entry["session_id"] for entry in _entries(target)}
    for entry in _entries(source):
        if entry["session_id"] in known:
            return sequence_in(entry.get("recorded_seq"))
    return 0


def recalls(log: Mapping[str, Any] | None, told: Mapping[str, Any] | None) -> bool:
    """Whether `log`, as it is found now, has the newest session of the log that was written.

    Others may have gone on in it since: two copies of one terminal write the same log.
    """
    newest = next(iter(_entries(told or {})), None)
    if newest is None:
        return True
    asked = (newest["session_id"], newest.get("recorded_seq"))
    return asked in [(e["session_id"], e.get("recorded_seq")) for e in _entries(log or {})]


def sequence_in(value: object) -> Seq:
    return value if isinstance(value, int | str) and not isinstance(value, bool) else 0


@dataclass(slots=True, kw_only=True)
class SessionEntry:
    """What one session did, in the words of the protocol."""

    session_id: str
    start_time: str = ""
    end_time: str = ""
    start_last_seq: Seq = 0
    recorded_seq: Seq = 0
    docs_read: int = 0
    docs_written: int = 0
    doc_write_failures: int = 0

    def to_doc(self) -> Doc:
        entry: Doc = {name: getattr(self, name) for name in self.__slots__}
        return {**entry, "end_last_seq": self.recorded_seq}


def renewed(log: Mapping[str, Any] | None, entry: SessionEntry) -> Doc:
    """The log with `entry` as its newest session."""
    others = [e for e in _entries(log or {}) if e.get("session_id") != entry.session_id]
    return {
        "session_id": entry.session_id,
        "source_last_seq": entry.recorded_seq,
        "replication_id_version": 1,
        "history": [entry.to_doc(), *others][:HISTORY],
    }


def _entries(log: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sessions of a log that can be told apart by their names."""
    history = log.get("history")
    entries = history if isinstance(history, list) else []
    return [e for e in entries if isinstance(e, dict) and isinstance(e.get("session_id"), str)]
