"""Where both sides agree that a replication has come to, recorded on both of them.

A log lies on the source and on the target under the replication's id. The last sequence counts
only where both logs know the session that recorded it: a server put back from a backup, or put in
another's place, then starts from the last common session or from the beginning.

The target's log is written after each batch, the source's, which is far away, now and then.
The target's also says what the source recorded last, so that a source that lags because this side
was killed can be told from one that has forgotten.

The log on the server also says how far this terminal's store had come: a copy of the whole folder
that somebody put back cannot be told from inside it.

A server can be put back while a session runs, and pass the sequence that this session had come to.
So its log is looked at again after every lost connection, and what it answers to a new log tells
whether that followed the last one.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from civictui.couchdb.log_count import LogLost
from civictui.domain.model import Doc
from civictui.domain.ports import Endpoint, Seq
from civictui.sync.ancestry import (
    SessionEntry,
    common_sequence,
    recalls,
    renewed,
    sequence_in,
)

SOURCE_SECONDS = 5.0
SOURCE_DOCUMENTS = 200
"""After so much the source is told: what was done since is read again after a kill."""


def _is_behind(now: Doc, seen: object) -> bool:
    """Whether a store that was `seen` so far has come less far now, or come there differently."""
    if not isinstance(seen, dict):
        return False
    generation, sequence = seen.get("generation", 0), seen.get("sequence")
    if not isinstance(generation, int) or not isinstance(sequence, int):
        return False
    if now["generation"] > generation:  # no copy of an earlier time has that
        return False
    if now["sequence"] == sequence:
        return bool(now["tag"] != seen.get("tag"))
    return bool(now["sequence"] < sequence)


@dataclass
class Checkpoint:
    """The log of one replication on both its sides, in one session."""

    source: Endpoint
    target: Endpoint
    name: str
    session: str
    stamp: Callable[[], Awaitable[Doc]]
    """Where the store on the target's side stands, see `OpenStore.stamp`."""
    now_text: Callable[[], str] = lambda: ""
    """The time, for whoever reads a log."""
    rolled_back: bool = False
    """Whether that store is behind what it was when the source heard of it last."""
    forgotten: bool = False
    """Whether the source has lost what it had recorded: replaced, or put back from a backup."""
    entry: SessionEntry = field(init=False)
    """What this session has done; whoever replicates counts in it."""

    def __post_init__(self) -> None:
        self.entry = SessionEntry(session_id=self.session)
        self._source_log: Mapping[str, Any] | None = None
        self._target_log: Mapping[str, Any] | None = None
        self._telling: Mapping[str, Any] | None = None
        self._disowned = False
        self._at_source: Seq = 0
        self._at_target: Seq = 0
        self._told_at = 0.0
        self._told_of = 0

    @property
    def told(self) -> Seq:
        """Where the source's own log stands."""
        return self._at_source

    async def read(self) -> Seq:
        """Where to go on."""
        self._disowned = False
        self._source_log = await self.source.get_local(self.name)
        self._target_log = await self.target.get_local(self.name)
        last = common_sequence(self._source_log, self._target_log)
        self._at_source = self._at_target = self.entry.start_last_seq = last
        self.entry.start_time = self.now_text()
        recorded = sequence_in((self._target_log or {}).get("source_last_seq"))
        told = sequence_in((self._target_log or {}).get("told", recorded))
        self.forgotten = recorded != 0 and last not in {recorded, told}
        self.rolled_back = _is_behind(await self.stamp(), (self._source_log or {}).get("store"))
        return last

    async def is_recalled(self) -> bool:
        """Whether the source still has what this session recorded there last.

        Or what it was being told when the connection was lost: the answer alone may have been.
        """
        if self._disowned:
            return False
        found = await self.source.get_local(self.name)
        if self._telling and found and recalls(found, self._telling):
            self._told(self._telling, sequence_in(self._telling.get("source_last_seq")))
        return recalls(found, self._source_log)

    async def write(self, sequence: Seq) -> None:
        """Record `sequence` on the target and, when it is time, on the source."""
        if sequence != self._at_target:
            self.entry.recorded_seq, self.entry.end_time = sequence, self.now_text()
            log = {**renewed(self._target_log, self.entry), "told": self._at_source}
            await self.target.put_local(self.name, log)
            self._target_log, self._at_target = log, sequence
        documents = self.entry.docs_read - self._told_of
        if documents >= SOURCE_DOCUMENTS or time.monotonic() - self._told_at >= SOURCE_SECONDS:
            await self.conclude()

    async def conclude(self) -> None:
        """Record on the source what the target has; nothing new is not recorded.

        Raises LogLost where the source had another log than this session's last one.
        """
        if self._at_source == self._at_target:
            return
        self._telling = {**renewed(self._source_log, self.entry), "store": await self.stamp()}
        try:
            await self.source.put_local(self.name, self._telling)
        except LogLost as lost:
            if lost.written:
                await self._disown()
            raise
        self._told(self._telling, self._at_target)
        self._told_at, self._told_of = time.monotonic(), self.entry.docs_read
        # Noted here, too: a source that forgets it now must not look like one never told.
        self._target_log = {**(self._target_log or {}), "told": self._at_source}
        await self.target.put_local(self.name, self._target_log)

    def _told(self, log: Mapping[str, Any], sequence: Seq) -> None:
        self._source_log, self._at_source, self._telling = log, sequence, None

    async def _disown(self) -> None:
        """Agree on nothing with the source any more, also after a kill: `read` says `forgotten`."""
        log = {**(self._target_log or {}), "session_id": "", "history": [], "told": self._at_target}
        await self.target.put_local(self.name, log)
        self._target_log, self._disowned = log, True
