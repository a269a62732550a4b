"""What of a client's log is sealed: what is counted, and the batch that is on its way.

What goes into a batch leaves the counts with the same write, and a batch keeps its name until the
gateway has answered: so an answer that was lost has nothing told twice, and nothing left out.

    {"days": [[day, kind, code, count]], "sent": day, "told": [crash id],
     "batch": {"name", "counts": [[day, kind, code, count]], "crashes": [crash id]}}
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from civictui.domain.crash import Crash
from civictui.sync.log_lines import Count, Line, crash_line, line, read_counts, write_counts

MOST_COUNTS = 100
"""Counts of one request; with the crashes they stay well below 64 KiB."""
_NAME = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Batch:
    """The lines of one request, as that of which they are made anew for each attempt."""

    counts: Mapping[str, Mapping[Count, int]]
    crashes: Sequence[str]
    """Ids of records."""
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    def lines(self, records: Sequence[Crash], today: str) -> list[Line]:
        crashes = [crash_line(crash, today) for crash in records if crash.id in self.crashes]
        counts = [
            line(day, count, number)
            for day, found in self.counts.items()
            for count, number in found.items()
        ]
        return crashes + counts[:MOST_COUNTS]

    @classmethod
    def from_doc(cls, doc: Any) -> Self | None:
        """None for what is none."""
        name = doc.get("name") if isinstance(doc, dict) else None
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            return None
        return cls(read_counts(doc.get("counts")), _ids(doc.get("crashes")), name)

    def to_doc(self) -> dict[str, Any]:
        counts = write_counts(self.counts)
        return {"name": self.name, "counts": counts, "crashes": list(self.crashes)}


@dataclass(slots=True)
class Kept:
    """`sent` is the day of the last counts that were gathered, `told` the ids of crash records."""

    days: dict[str, dict[Count, int]] = field(default_factory=dict)
    sent: str = ""
    told: list[str] = field(default_factory=list)
    batch: Batch | None = None

    @classmethod
    def from_doc(cls, doc: Any) -> Self:
        if not isinstance(doc, dict):
            return cls()
        days, told = read_counts(doc.get("days")), _ids(doc.get("told"))
        return cls(days, str(doc.get("sent", "")), told, Batch.from_doc(doc.get("batch")))

    def to_doc(self) -> dict[str, Any]:
        doc = {"days": write_counts(self.days), "sent": self.sent, "told": self.told}
        return doc | ({"batch": self.batch.to_doc()} if self.batch else {})


def _ids(said: object) -> list[str]:
    return [str(each) for each in said] if isinstance(said, list) else []
