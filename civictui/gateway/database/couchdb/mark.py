"""What tells this database from any other of the same name: a mark that lies in it.

Sequences leave the gateway as `<sequence>-<mark>`. Where a database was deleted and made anew the
mark is gone with it, and a sequence of the former one is refused instead of skipping documents.
"""

import os
from dataclasses import dataclass
from time import monotonic

from civictui.domain.ports import Clock, Seq
from civictui.gateway.database.couchdb.faults import unavailable
from civictui.gateway.database.couchdb.local_docs import LocalDocs
from civictui.gateway.problems import Problem, bad_request

_NAME = "database"
_BYTES = 4
_BELIEVED = 5.0
"""Seconds until it is looked at again."""
_LONGEST_SEQUENCE = 4096


@dataclass(frozen=True, slots=True)
class Mark:
    text: str
    made: int
    """When it was made, in Unix seconds."""

    def marked(self, seq: Seq) -> str:
        return f"{seq}-{self.text}"

    def unmarked(self, text: str) -> str:
        """The backend's own sequence. Raises Problem 400."""
        if text == "0":
            return text
        seq, _, mark = text.rpartition("-")
        number = (seq or mark).partition("-")[0]
        plain = text.isascii() and text.isprintable() and len(text) <= _LONGEST_SEQUENCE
        if not (plain and number.isdigit()) or " " in text:
            raise bad_request("Malformed sequence supplied in 'since' parameter.")
        if not seq or mark != self.text:
            raise foreign_sequence()
        return seq


def foreign_sequence() -> Problem:
    return Problem(400, "foreign_sequence", "This sequence is of another database or area.")


class Marking:
    """The mark that lies in the database; made where there is none."""

    def __init__(self, local: LocalDocs, clock: Clock) -> None:
        self._local = local
        self._clock = clock
        self._mark: Mark | None = None
        self._read_at = 0.0

    async def current(self) -> Mark:
        """Raises Problem."""
        if self._mark is None or monotonic() - self._read_at > _BELIEVED:
            self._mark = await self._found() or await self._made()
            self._read_at = monotonic()
        return self._mark

    async def _found(self) -> Mark | None:
        body = await self._local.get(_NAME) or {}
        text, made = body.get("mark"), body.get("made")
        if not (isinstance(text, str) and text.isalnum() and text.isascii()):
            return None
        return Mark(text, made if isinstance(made, int) else 0)

    async def _made(self) -> Mark:
        """A new mark, or that of another gateway which was quicker."""
        body = {"mark": os.urandom(_BYTES).hex(), "made": int(self._clock.now().timestamp())}
        await self._local.put(_NAME, body, new=True)
        found = await self._found()
        if found is None:
            raise unavailable("The gateway's database keeps nothing.")
        return found
