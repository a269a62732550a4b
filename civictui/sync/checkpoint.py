"""Replication logs: where both sides agree that a replication has come to.

A log lies on the source and on the target under the replication's id. The last sequence counts
only where both logs know the session that recorded it: a server put back from a backup, or put in
another's place, then starts from the last common session or from the beginning.
Source: the CouchDB replication protocol, "Find out common ancestry".

The log on the server also says how far this terminal's store had come: a copy of the whole folder
that somebody put back cannot be told from inside it.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from civictui.domain.model import Doc
from civictui.domain.ports import Endpoint, Seq

_HISTORY = 20
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def replication_id(source: str, target: str) -> str:
    """A name for the replication from one identity to another, the same at every start."""
    return hashlib.sha256(f"civictui/1\n{source}\n{target}".encode()).hexdigest()[:32]


def common_sequence(source: Mapping[str, Any] | None, target: Mapping[str, Any] | None) -> Seq:
    """The newest sequence that both logs recorded in the same session, or 0.

    Of one session the source's word counts: it is never ahead of the target's, unless one side
    was put back from a backup, and a source that was put back must be read from where it is.
    """
    if not source or not target:
        return 0
    if source.get("session_id") == target.get("session_id"):
        return _seq(source.get("source_last_seq"))
    known = {entry.get("session_id") for entry in _entries(target)}
    for entry in _entries(source):
        if entry.get("session_id") in known:
            return _seq(entry.get("recorded_seq"))
    return 0


def _seq(value: object) -> Seq:
    return value if isinstance(value, int | str) else 0


def _entries(log: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    history = log.get("history")
    return (
        [entry for entry in history if isinstance(entry, dict)] if isinstance(history, list) else []
    )


def _is_behind(now: Doc, seen: object) -> bool:
    """Whether a store that was `seen` so far has come less far now, or come there differently."""
    if not isinstance(seen, dict) or not isinstance(seen.get("sequence"), int):
        return False
    if now["generation"] > seen.get("generation", 0):  # no copy of an earlier time has that
        return False
    if now["sequence"] == seen["sequence"]:
        return bool(now["tag"] != seen.get("tag"))
    return bool(now["sequence"] < seen["sequence"])


@dataclass
class Checkpoint:
    """The log of one replication on both its sides, in one session."""

    source: Endpoint
    target: Endpoint
    name: str
    session: str
    stamp: Callable[[], Awaitable[Doc]]
    """Where the store on the target's side stands, see `OpenStore.stamp`."""
    rolled_back: bool = False
    """Whether that store is behind what it was when the source heard of it last."""

    async def read(self) -> Seq:
        """Where to go on."""
        self._source_log = await self.source.get_local(self.name)
        self._target_log = await self.target.get_local(self.name)
        self._last = common_sequence(self._source_log, self._target_log)
        self.rolled_back = _is_behind(await self.stamp(), (self._source_log or {}).get("store"))
        return self._last

    @property
    def forgotten(self) -> bool:
        """Whether the source has lost what it had recorded: replaced, or put back from a backup."""
        before = _seq((self._target_log or {}).get("source_last_seq"))
        return before not in (0, self._last)

    async def write(self, sequence: Seq) -> None:
        """Record `sequence` on the target, then on the source; nothing new is not recorded."""
        if sequence == self._last:
            return
        self._target_log = await self._record(self.target, self._target_log, sequence)
        stamp = {"store": await self.stamp()}
        self._source_log = await self._record(self.source, self._source_log, sequence, stamp)
        self._last = sequence

    async def _record(
        self, side: Endpoint, log: Doc | None, sequence: Seq, more: Mapping[str, Any] = _NOTHING
    ) -> Doc:
        entry = {"session_id": self.session, "recorded_seq": sequence}
        others = [e for e in _entries(log or {}) if e.get("session_id") != self.session]
        renewed = {
            "session_id": self.session,
            "source_last_seq": sequence,
            "replication_id_version": 1,
            "history": [entry, *others][:_HISTORY],
            **more,
        }
        await side.put_local(self.name, renewed)
        return renewed
