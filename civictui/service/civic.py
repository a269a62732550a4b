"""CivicService: the work with reports, on top of who works.

What it needs (vault, session, loop) comes as ports; who calls it is the app, the command line or a
test.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from civictui.domain.errors import StoreError
from civictui.domain.ids import new_id
from civictui.domain.model import (
    Answer,
    Draft,
    GeoPoint,
    Photo,
    Report,
    SyncState,
    clock_offset,
    now_text,
)
from civictui.domain.ports import Clock, TakenPhoto
from civictui.geo import notation
from civictui.service.attention import Attention
from civictui.service.forms import checked

PHOTO_BYTES = 400_000
"""What a photo may have where the gateway's policy says nothing."""
LEAST_PHOTO_BYTES = 50_000
MOST_PHOTO_BYTES = 16 * 1024 * 1024
"""A policy of less takes no photo at all, one of more none that the gateway takes."""


class CivicService(Attention):
    """`Service`."""

    # --- reports -------------------------------------------------------------------------------

    async def take_photo(self, path: str) -> TakenPhoto:
        from civictui import pictures

        content = await asyncio.to_thread(pictures.read_file, path)
        policy = await self.store.secrets.get("policy") or {}
        taken = await asyncio.to_thread(pictures.take, content, _budget(policy.get("photo_bytes")))
        await self._put(taken.picture)
        return TakenPhoto(taken.picture.photo, taken.point, taken.taken_at)

    async def submit(self, draft: Draft) -> str:
        if draft.report:
            return await self._submit_edit(draft)
        report = await self._report_of(draft)
        await self.store.writer.submit(report, draft.id)
        if report.point:
            await self._stand_at(report.point)
        await self._changed(report.id)
        return report.id

    async def save_draft(self, draft: Draft) -> None:
        stamped = Draft.from_doc({**draft.to_doc(), "saved_at": now_text(self._clock.now())})
        await self.store.writer.save_draft(stamped)

    async def discard_draft(self, draft_id: str) -> None:
        await self.store.writer.discard_draft(draft_id)

    async def picture(self, key: str) -> bytes | None:
        return await self.store.blobs.get(key)

    def want_picture(self, key: str) -> None:
        if self._working:
            self._working.sync.want_picture(key)

    async def position(self) -> GeoPoint | None:
        """Where the settings say, else where this user's last report was."""
        if self._position or not self._working:
            return self._position
        return GeoPoint.from_geojson(await self.store.secrets.get("position"))

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
            address_source="typed" if fields.address else "",
            point=point,
            location={"source": draft.place_source, "at": now_text(device)} if point else {},
            photos=draft.photos,
            attributes=fields.attributes,
            extra={"clock": {"device": now_text(device), "offset": ahead.total_seconds()}},
        )

    async def _stand_at(self, point: GeoPoint) -> None:
        """Where the last report is, the person was last. The report itself is saved already."""
        with suppress(StoreError):
            await self.store.secrets.put("position", point.to_geojson())


def _budget(said: object) -> int:
    """The bytes that a photo may have, of what a gateway has said, within reason."""
    if not isinstance(said, int) or isinstance(said, bool):
        return PHOTO_BYTES
    return min(max(said, LEAST_PHOTO_BYTES), MOST_PHOTO_BYTES)


def new_draft(
    clock: Clock,
    photos: tuple[Photo, ...] = (),
    answers: Mapping[str, Answer] | None = None,
    **fields: str,
) -> Draft:
    """A draft with an id of its own, which the report will keep."""
    return Draft(id=new_id(clock.now()), photos=photos, answers=answers or {}, **fields)
