"""A database as a user with an area sees it: what is out of sight is not there."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from civictui.domain.model import Doc, is_report
from civictui.domain.ports import Change, Changes
from civictui.gateway.area import Area
from civictui.gateway.database.port import Database, Reading
from civictui.gateway.database.review import report_of
from civictui.gateway.database.scope import all_seen, area_mark
from civictui.gateway.problems import Problem
from civictui.gateway.viewer import Viewer

_ROWS_AT_ONCE = 500
"""Rows looked at in one turn; fewer where most of them are seen."""
_NEWEST_AT_ONCE = 100
_NEWEST = 6_400
"""How far back a descending feed looks."""
_COUNTS = {"doc_count", "doc_del_count"}


def reading_for(database: Database, viewer: Viewer) -> Reading:
    """What `viewer` may read; without an area the database itself."""
    return database if viewer.area is None else Scoped(database, viewer, viewer.area)


class Scoped:
    """`Reading` of what one viewer sees, for one request.

    Its sequences are the database's with the mark of the area behind a dot: where the area has
    become another one they are foreign, and the client begins anew.
    """

    def __init__(self, database: Database, viewer: Viewer, area: Area) -> None:
        self._database = database
        self._viewer = viewer
        self._tail = f".{area_mark(area)}"
        self._reach = 0

    @property
    def closing(self) -> bool:
        return self._database.closing

    @property
    def bell(self) -> asyncio.Event:
        return self._database.bell

    async def info(self) -> Doc:
        """Without the counts: they are of what is not seen, too."""
        told = await self._database.info()
        info = {name: value for name, value in told.items() if name not in _COUNTS}
        seqs = {name: f"{info[name]}{self._tail}" for name in ("update_seq", "purge_seq")
                if name in info}  # fmt: skip
        return info | seqs

    async def position(self, text: str) -> str:
        plain = text.removesuffix(self._tail)
        position = await self._database.position(plain)
        if plain == text and text not in {"0", "now"}:
            raise Problem(400, "foreign_sequence", "This sequence is of another area.")
        return position + self._tail

    async def leaves(self, key: str) -> list[tuple[str, bool]]:
        found = await self._database.leaves(key)
        return found if found and key in await self._seen_of([key]) else []

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, dict[str, list[str]]]:
        """What is out of sight is missing, like what is not here."""
        found = await self._database.revs_diff(revs)
        seen = await self._seen_of(revs)
        said: dict[str, dict[str, list[str]]] = {}
        for key, asked in revs.items():  # in this order, which must not tell them apart either
            if key not in seen and asked:
                said[key] = {"missing": list(asked)}
            elif key in found:
                said[key] = found[key]
        return said

    async def bulk_get(self, wanted: Sequence[tuple[str, str | None]]) -> list[Doc | None]:
        """Read first and judged by what is there then: what moves away meanwhile is not given."""
        found = await self._database.bulk_get(wanted)
        there = {key for (key, _), doc in zip(wanted, found, strict=True) if doc is not None}
        seen = await self._seen_of(there)
        return [doc if key in seen else None for (key, _), doc in zip(wanted, found, strict=True)]

    async def changes(
        self, since: str, limit: int, *, descending: bool = False, include_docs: bool = False
    ) -> Changes:
        """`pending` counts what is out of sight, too: nobody has looked at it yet.

        With a report come its updates from before `since`: they may have been out of sight until
        the report moved here. They have its sequence and no `doc`.
        """
        plain = since.removesuffix(self._tail)
        if descending:
            found, seen = await self._newest(plain, limit)
            earlier: dict[str, list[Change]] = {}
        else:
            count = min(_ROWS_AT_ONCE, max(limit, self._reach))
            found = await self._database.changes(plain, max(limit, count), include_docs=True)
            seen = await self._seen_among(found.rows)
            self._reach = 2 * count if 2 * len(seen) < limit else count
            earlier = await self._earlier([row for row in found.rows if row.id in seen], plain)
        return self._page(found, seen, earlier, limit, include_docs)

    # --- inside ------------------------------------------------------------------------------

    def _page(
        self,
        found: Changes,
        seen: set[str],
        earlier: Mapping[str, list[Change]],
        limit: int,
        include_docs: bool,
    ) -> Changes:
        """At most `limit` of the rows, those of `earlier` not counted."""
        rows: list[Change] = []
        given = 0
        for i, row in enumerate(found.rows):
            if given == limit:
                last, left = found.rows[i - 1].seq, len(found.rows) - i
                return Changes(rows, f"{last}{self._tail}", (found.pending or 0) + left)
            if row.id not in seen:
                continue
            seq = f"{row.seq}{self._tail}"
            rows.append(replace(row, seq=seq, doc=row.doc if include_docs else None))
            rows += [replace(update, seq=seq, doc=None) for update in earlier.get(row.id, ())]
            given += 1
        return Changes(rows, f"{found.last_seq}{self._tail}", found.pending)

    async def _newest(self, since: str, limit: int) -> tuple[Changes, set[str]]:
        """The newest rows, so many that `limit` of them are seen, and which are."""
        count = max(limit, _NEWEST_AT_ONCE)
        while True:
            found = await self._database.changes(since, count, descending=True, include_docs=True)
            seen = await self._seen_among(found.rows)
            if len(seen) >= limit or not found.pending or count >= _NEWEST:
                return found, seen
            count *= 4

    async def _earlier(self, rows: Sequence[Change], since: str) -> dict[str, list[Change]]:
        """By report, the updates that a feed from `since` on would not bring any more."""
        reports = [row.id for row in rows if row.doc and not row.deleted and is_report(row.doc)]
        if not reports or since.partition("-")[0] == "0":
            return {}
        earlier: dict[str, list[Change]] = {}
        for update in await self._database.earlier_updates(reports, since):
            if report := report_of(update.doc or {}):
                earlier.setdefault(report, []).append(update)
        return earlier

    async def _seen_among(self, rows: Sequence[Change]) -> set[str]:
        told = {row.id: row.doc for row in rows if row.doc is not None}
        return await self._judged(
            told | await self._winners(row.id for row in rows if row.doc is None)
        )

    async def _seen_of(self, keys: Iterable[str]) -> set[str]:
        """Those of the ids that are seen; of what is not here nothing is."""
        return await self._judged(await self._winners(keys))

    async def _judged(self, docs: Mapping[str, Doc]) -> set[str]:
        """In a thread of its own: an area may have thousands of corners."""
        if not docs:
            return set()
        about = {report for doc in docs.values() if (report := report_of(doc))}
        reports = await self._winners(about)
        return await asyncio.to_thread(all_seen, self._viewer, docs, reports)

    async def _winners(self, keys: Iterable[str]) -> dict[str, Doc]:
        """The winning documents of those ids that are here, tombstones too."""
        asked = list(dict.fromkeys(keys))
        if not asked:
            return {}
        found = await self._database.bulk_get([(key, None) for key in asked])
        return {key: doc for key, doc in zip(asked, found, strict=True) if doc is not None}
