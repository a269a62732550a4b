"""CivicService: the work with reports, on top of who works.

What it needs (vault, session, loop) comes as ports; who calls it is the app, the command line or a
test.
"""

from collections.abc import Mapping
from typing import Any

from civictui.domain.ids import new_id
from civictui.domain.model import (
    Answer,
    Draft,
    Photo,
    Report,
    SyncState,
    clock_offset,
    now_text,
)
from civictui.domain.ports import Clock
from civictui.geo import notation
from civictui.service.addresses import Addresses
from civictui.service.crashes import Crashes
from civictui.service.drafts import Drafts
from civictui.service.forms import checked, located, source_of
from civictui.service.listing import Lists
from civictui.service.nearby import NearbyReports
from civictui.service.packing import PackedDay
from civictui.service.photos import Photos
from civictui.service.shift import Shifts
from civictui.service.standing import Standing
from civictui.service.updates import Updates
from civictui.service.whereabouts import Whereabouts


class CivicService(
    Addresses,
    Crashes,
    Drafts,
    Lists,
    NearbyReports,
    PackedDay,
    Photos,
    Shifts,
    Standing,
    Updates,
    Whereabouts,
):
    """`Service`."""

    # --- reports -------------------------------------------------------------------------------

    async def submit(self, draft: Draft) -> str:
        if draft.report:
            return await self._submit_edit(draft)
        self.require("new")
        report = self.awaiting_address(await self._report_of(draft))
        key = await self.store.writer.submit(report, draft.id)
        await self._stand_at(report)
        await self._changed(key)
        return key

    async def picture(self, key: str) -> bytes | None:
        return await self.store.blobs.get(key)

    def want_picture(self, key: str) -> None:
        if self._working:
            self._working.sync.want_picture(key)

    def sync_now(self) -> None:
        if self._working:
            self._working.sync.wake(retry=True)

    def sync_state(self) -> SyncState:
        return self._working.sync.state() if self._working else SyncState()

    # --- inside --------------------------------------------------------------------------------

    async def _report_of(self, draft: Draft) -> Report:
        """The report that a draft makes. Raises UsageError, PlaceError."""
        fields = checked(draft, await self.reader.services())
        point = notation.parse(draft.place) if draft.place.strip() else None
        device = self._clock.now()
        ahead = clock_offset(await self.store.secrets.get("clock offset"))
        return Report(
            id=draft.id or new_id(device),
            reported_by=self.user,
            reported_at=now_text(device + ahead),
            description=fields.description,
            category=fields.category,
            address=fields.address,
            address_source=source_of(draft, fields.address),
            point=point,
            location=located(draft, device) if point else {},
            photos=draft.photos,
            attributes=fields.attributes,
            extra={"clock": {"device": now_text(device), "offset": ahead.total_seconds()}},
        )


def new_draft(
    clock: Clock,
    photos: tuple[Photo, ...] = (),
    answers: Mapping[str, Answer] | None = None,
    **fields: Any,
) -> Draft:
    """A draft with an id of its own, which the report will keep."""
    return Draft(id=new_id(clock.now()), photos=photos, answers=answers or {}, **fields)
