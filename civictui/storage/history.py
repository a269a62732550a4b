"""Earlier versions of documents: what an edit replaced, what a merge or a deletion took away.

    {"id", "rev", "at": RFC 3339, "why", "body", "since": RFC 3339} under "<id>/<rev>"

They are this terminal's own, for 90 days: the common ancestor that a later merge needs, and a way
back for whoever's version lost. `at` is by the clock of that moment, which may have been wrong; the
90 days begin with `since`, the first time that a sync had told the server's time.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from civictui.domain.merge import MERGED_INTO, WITHDRAWN_BY
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
        self._ids = {name.rpartition("/")[0] for name in self._rows.ids()}

    def keep_base(self, key: str, rev: str, body: Doc) -> None:
        """Keep what a revision made here replaces, unless it is kept already."""
        if self._rows.one(_name(key, rev)) is None:
            self.keep(key, rev, body, EDITED)

    def keep(self, key: str, rev: str, body: Doc, why: str) -> None:
        """Put a version away; one that is kept already stays as it is, for longer."""
        row = {"id": key, "rev": rev, "at": self._now(), "why": why, "body": body}
        self._rows.put(_name(key, rev), row)
        self._ids.add(key)

    def knows(self, key: str) -> bool:
        """Whether something of this document was put away, so that somebody may come for more."""
        return key in self._ids

    def body(self, key: str, rev: str) -> Doc | None:
        row = self._rows.one(_name(key, rev))
        return None if row is None else row["body"]

    def of(self, key: str) -> list[EarlierVersion]:
        """All that is kept of one document and can be read, the latest first."""
        return _readable(self._kept(key))

    def latest(self, chosen: Callable[[str], bool]) -> list[EarlierVersion]:
        """The last version of each document that is `chosen` by its id, the latest first."""
        rows = [self._rows.one(name) or {} for name in self._rows.ids()]
        found = _readable([row for row in rows if chosen(row["id"])])
        last: dict[str, EarlierVersion] = {}
        for version in found:
            last.setdefault(version.id, version)
        return list(last.values())

    def worked_on(self) -> set[str]:
        """Ids of the documents that somebody here has edited, merged or settled."""
        rows = (self._rows.one(name) or {} for name in self._rows.ids())
        return {row["id"] for row in rows if row["why"] in {EDITED, MERGED, SETTLED}}

    def bodies(self, key: str) -> dict[str, Doc]:
        """The bodies of all kept revisions of one document, deletions too."""
        return {row["rev"]: row["body"] for row in self._kept(key)}

    def _kept(self, key: str) -> list[Doc]:
        names = [name for name in self._rows.ids() if name.startswith(f"{key}/")]
        rows = [self._rows.one(name) for name in names]
        return [row for row in rows if row is not None and row["id"] == key]

    def forget_old(self) -> None:
        """Let go of what was put away more than 90 days ago, once the server's time is known."""
        now = read_time(self._now())
        if now is None:
            return
        end = now_text(now - timedelta(days=DAYS))
        for name in self._rows.ids():
            row = self._rows.one(name) or {}
            if "since" not in row:
                self._rows.put(name, {**row, "since": now_text(now)})
            elif row["since"] < end:
                self._rows.drop(name)


def _readable(rows: Iterable[Doc]) -> list[EarlierVersion]:
    """Those of which there is something to read, the latest first."""
    found = [
        EarlierVersion(id=row["id"], rev=row["rev"], at=row["at"], why=row["why"], body=row["body"])
        for row in rows
        if not {MERGED_INTO, WITHDRAWN_BY} & row["body"].keys()
    ]
    return sorted(found, key=lambda version: version.at, reverse=True)


def _name(key: str, rev: str) -> str:
    return f"{key}/{rev}"
