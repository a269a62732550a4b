"""The summary at the end of a shift, by what the store says at that moment."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from civictui.domain.merge import EDITED
from civictui.domain.model import (
    Deed,
    Deeds,
    Doc,
    EarlierVersion,
    Query,
    Report,
    RowState,
    Shift,
    Status,
    Update,
    Waiting,
    clock_offset,
    read_time,
)
from civictui.domain.model.filters import status_word
from civictui.domain.model.values import text_of
from civictui.service.attention import Attention

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
TRIES: Final = 3
"""After so many the last one counts: a sync goes on, and whoever looks will look again."""


class Shifts(Attention):
    """The part of the service that sums up."""

    async def shift(self, since: datetime) -> Shift:
        """Told again where the store changed meanwhile: all of it is to be of one moment."""
        self.require("export")
        for _ in range(TRIES):
            shift = await self._summed_up(since)
            if shift.unsent.sequence == (await self.store.state.unsent()).sequence:
                break
        return shift

    async def _summed_up(self, since: datetime) -> Shift:
        unsent = await self.store.state.unsent()
        ahead = clock_offset(await self.store.secrets.get("clock offset"))
        done = await self.reader.deeds(since + ahead)
        waiting = await self.waiting()
        stands = {entry.id: entry for entry in waiting}
        reported = await self._reports(done.reported, stands)
        return Shift(
            user=self.user,
            since=since,
            until=self._clock.now(),
            reported=reported,
            edited=await self._edits(done, stands),
            said=await self._said(done.said, stands),
            withdrawn=await self._withdrawn(done.withdrawn, stands),
            unsent=unsent,
            refused=tuple(entry for entry in waiting if entry.reason),
            conflicts=await self._disputed(),
            drafts=tuple(draft.description for draft in await self.reader.drafts()),
            assigned=await self._assigned(),
        )

    async def _reports(
        self, keys: Sequence[str], stands: Mapping[str, Waiting]
    ) -> tuple[Deed, ...]:
        rows = await self.reader.rows(keys)
        return _in_order(_standing(_deed(row.report), stands) for row in rows)

    async def _edits(self, done: Deeds, stands: Mapping[str, Waiting]) -> tuple[Deed, ...]:
        """With the time of the user's last edit: by now somebody else may have edited it."""
        news = {*done.reported, *done.withdrawn, *done.said}
        found = []
        for deed in await self._reports([key for key in done.edited if key not in news], stands):
            versions = [version.body for version in await self.reader.versions(deed.report)]
            bodies = [await self.reader.document(deed.report), *versions]
            at = max(_edited_at(body, self.user) for body in bodies)
            found.append(replace(deed, at=at, photos=()))
        return _in_order(found)

    async def _said(self, keys: Sequence[str], stands: Mapping[str, Waiting]) -> tuple[Deed, ...]:
        updates = [Update.from_doc(await self.reader.document(key)) for key in keys]
        about = await self._about({update.report for update in updates})
        return _in_order(
            _standing(_deed_of(update, about.get(update.report)), stands) for update in updates
        )

    async def _about(self, keys: Set[str]) -> dict[str, Report]:
        """These reports; those that are gone as they were last."""
        rows = await self.reader.rows(sorted(keys))
        found = {row.report.id: row.report for row in rows}
        for key in keys - found.keys():
            for version in (await self.reader.versions(key))[:1]:
                found[key] = Report.from_doc(version.body)
        return found

    async def _withdrawn(
        self, keys: Sequence[str], stands: Mapping[str, Waiting]
    ) -> tuple[Deed, ...]:
        """Not those of which a version is in force again."""
        back = {row.report.id for row in await self.reader.rows(keys)}
        found = []
        for key in keys:
            versions = await self.reader.versions(key) if key not in back else []
            if versions:
                found.append(_standing(_last_words(versions[0]), stands))
        return _in_order(found)

    async def _disputed(self) -> tuple[tuple[str, str], ...]:
        ids = await self.reader.conflicts()
        titles = {row.report.id: row.report.description for row in await self.reader.rows(ids)}
        return tuple((key, titles.get(key, "")) for key in ids)

    async def _assigned(self) -> int:
        """To the user, and not closed."""
        closed = frozenset({status_word(Status.CLOSED)})
        every = await self.reader.find(Query(assigned=self.user))
        return len(every) - len(await self.reader.find(Query(assigned=self.user, statuses=closed)))


def _edited_at(body: Doc, user: str) -> str:
    edited = body.get(EDITED)
    said = edited if isinstance(edited, dict) else {}
    return text_of(said.get("at")) if said.get("by") == user else ""


def _deed(report: Report) -> Deed:
    return Deed(
        id=report.id,
        report=report.id,
        at=report.reported_at,
        title=report.description,
        address=report.address,
        photos=tuple(photo.key for photo in report.photos),
    )


def _deed_of(update: Update, about: Report | None) -> Deed:
    return Deed(
        id=update.id,
        report=update.report,
        at=update.reported_at,
        title=about.description if about else "",
        address=about.address if about else "",
        text=update.text,
        status=update.status,
        assignee=update.assignee,
        photos=tuple(photo.key for photo in update.photos),
    )


def _last_words(version: EarlierVersion) -> Deed:
    report = Report.from_doc(version.body)
    return Deed(
        id=version.id,
        report=version.id,
        at=version.at,
        title=report.description,
        address=report.address,
    )


def _standing(deed: Deed, stands: Mapping[str, Waiting]) -> Deed:
    """How this document stands: the queue has every one that is not sent, or has a photo there."""
    entry = stands.get(deed.id)
    if entry is None:
        return deed
    state = RowState.NEEDS_YOU if entry.reason else RowState.QUEUED
    return replace(deed, state=state, reason=entry.reason)


def _in_order(found: Iterable[Deed]) -> tuple[Deed, ...]:
    return tuple(sorted(found, key=lambda deed: (read_time(deed.at) or _EARLIEST, deed.id)))
