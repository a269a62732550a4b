"""Earlier versions of documents: what an edit replaced, what a merge or a deletion took away.

    {"id", "rev", "at": RFC 3339, "why", "body"} under "<id>/<rev>"

They are this terminal's own, for 90 days: the common ancestor that a later merge needs, and a way
back for whoever's version lost.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from civictui.domain.model import Doc, EarlierVersion, now_text, read_time
from civictui.storage.tables import SealedDatabase

DAYS: Final = 90
EDITED: Final = "edited"
MERGED: Final = "merged"
SETTLED: Final = "settled"
WITHDRAWN: Final = "withdrawn"
DISCARDED: Final = "discarded"


class HistoryTable:
    """`now` gives the time, RFC 3339; changes are part of the transaction under way."""

    def __init__(self, database: SealedDatabase, now: Callable[[], str]) -> None:
        self._rows = database.sealed("history")
        self._now = now

    def keep(self, key: str, rev: str, body: Doc, why: str) -> None:
        """Put a version away; one that is kept already stays as it is, for longer."""
        row = {"id": key, "rev": rev, "at": self._now(), "why": why, "body": body}
        self._rows.put(_name(key, rev), row)

    def body(self, key: str, rev: str) -> Doc | None:
        row = self._rows.one(_name(key, rev))
        return None if row is None else row["body"]

    def of(self, key: str) -> list[EarlierVersion]:
        """All that is kept of one document, the latest first."""
        names = [name for name in self._rows.ids() if name.startswith(f"{key}/")]
        rows = [row for name in names if (row := self._rows.one(name)) and row["id"] == key]
        found = [
            EarlierVersion(rev=row["rev"], at=row["at"], why=row["why"], body=row["body"])
            for row in rows
        ]
        return sorted(found, key=lambda version: version.at, reverse=True)

    def forget_old(self) -> None:
        """Let go of what was put away more than 90 days ago."""
        now = read_time(self._now())
        if now is None:
            return
        end = now_text(now - timedelta(days=DAYS))
        for name in self._rows.ids():
            row = self._rows.one(name)
            if row is not None and row["at"] < end:
                self._rows.drop(name)


def _name(key: str, rev: str) -> str:
    return f"{key}/{rev}"
