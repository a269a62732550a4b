"""Replication logs: where both sides agree that a replication has come to.

A log lies on the source and on the target under the replication's id. The last sequence counts
only where both logs know the session that recorded it: a server put back from a backup, or put in
another's place, then starts from the last common session or from the beginning.
Source: the CouchDB replication protocol, "Find out common ancestry".
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from civictui.domain.model import Doc
from civictui.domain.ports import Endpoint, Seq

_HISTORY = 20


def replication_id(source: str, target: str) -> str:
    """A name for the replication from one identity to another, the same at every start."""
    return hashlib.sha256(f"civictui/1\n{source}\n{target}".encode()).hexdigest()[:32]


def common_sequence(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> Seq:
    """The newest sequence of the source that both logs recorded in the same session, or 0."""
    if not one or not other:
        return 0
    if one.get("session_id") == other.get("session_id"):
        found: Seq = one.get("source_last_seq", 0)
        return found
    theirs = {entry.get("session_id") for entry in _entries(other)}
    for entry in _entries(one):
        if entry.get("session_id") in theirs:
            recorded: Seq = entry.get("recorded_seq", 0)
            return recorded
    return 0


def _entries(log: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    history = log.get("history")
    return (
        [entry for entry in history if isinstance(entry, dict)] if isinstance(history, list) else []
    )


@dataclass
class Checkpoint:
    """The log of one replication on both its sides, in one session."""

    source: Endpoint
    target: Endpoint
    name: str
    session: str

    async def read(self) -> Seq:
        """Where to go on."""
        self._source_log = await self.source.get_local(self.name)
        self._target_log = await self.target.get_local(self.name)
        self._last = common_sequence(self._target_log, self._source_log)
        return self._last

    async def write(self, sequence: Seq) -> None:
        """Record `sequence` on the target, then on the source; nothing new is not recorded."""
        if sequence == self._last:
            return
        self._target_log = await self._record(self.target, self._target_log, sequence)
        self._source_log = await self._record(self.source, self._source_log, sequence)
        self._last = sequence

    async def _record(self, side: Endpoint, log: Doc | None, sequence: Seq) -> Doc:
        entry = {"session_id": self.session, "recorded_seq": sequence}
        others = [e for e in _entries(log or {}) if e.get("session_id") != self.session]
        renewed = {
            "session_id": self.session,
            "source_last_seq": sequence,
            "replication_id_version": 1,
            "history": [entry, *others][:_HISTORY],
        }
        await side.put_local(self.name, renewed)
        return renewed
