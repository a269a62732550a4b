"""CivicService: the work with reports, on top of who works.

What it needs (vault, session, loop) comes as ports; who calls it is the app, the command line or a
test.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta

from civictui.domain.errors import StoreError, UsageError
from civictui.domain.events import ReportSaved, ReportsChanged
from civictui.domain.ids import new_id
from civictui.domain.model import Draft, GeoPoint, Photo, Report, SyncState, now_text
from civictui.domain.ports import Clock, Reader, Session, TakenPhoto, Vault
from civictui.domain.text import clean, one_line
from civictui.geo import notation
from civictui.service.lingering import SENDING_SECONDS
from civictui.service.passwords import Passwords
from civictui.service.working import Announcer, NewSync

PHOTO_BYTES = 400_000
"""What a photo may have where the gateway's policy says nothing."""
LEAST_PHOTO_BYTES = 50_000
MOST_PHOTO_BYTES = 16 * 1024 * 1024
"""A policy of less takes no photo at all, one of more none that the gateway takes."""
DESCRIPTION_CHARACTERS = 20_000
FIELD_CHARACTERS = 500
REASONABLE_OFFSET = 10 * 366 * 24 * 3600.0
"""Seconds that the two clocks may differ by before the server's word is not taken."""


class CivicService(Passwords):
    """`Service`."""

    def __init__(
        self,
        vault: Vault,
        session: Session,
        new_sync: NewSync,
        announcer: Announcer,
        clock: Clock,
        *,
        origin: str,
        position: GeoPoint | None = None,
        sending_seconds: float = SENDING_SECONDS,
    ) -> None:
        super().__init__(
            vault, session, new_sync, announcer, origin=origin, sending_seconds=sending_seconds
        )
        self._clock = clock
        self._position = position

    @property
    def reader(self) -> Reader:
        return self.store.reader

    # --- reports -------------------------------------------------------------------------------

    async def take_photo(self, path: str) -> TakenPhoto:
        from civictui import pictures

        content = await asyncio.to_thread(pictures.read_file, path)
        policy = await self.store.secrets.get("policy") or {}
        taken = await asyncio.to_thread(pictures.take, content, _budget(policy.get("photo_bytes")))
        picture = taken.picture
        await self.store.blobs.put(picture.photo.large, picture.large)
        await self.store.blobs.put(picture.photo.thumbnail, picture.thumbnail)
        return TakenPhoto(picture.photo, taken.point, taken.taken_at)

    async def submit(self, draft: Draft) -> str:
        store = self.store
        report = await self._report_of(draft)
        await store.writer.submit(report, draft.id)
        if report.point:
            await self._stand_at(report.point)
        await self._work.sync.recount()
        self._announcer.emit(ReportSaved(report.id))
        self._announcer.emit(ReportsChanged())
        self._work.sync.wake()
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
        description = clean(draft.description).strip()
        if not description:
            raise UsageError("A report needs a description", "Say in a few words what is wrong.")
        _limit("description", description, DESCRIPTION_CHARACTERS)
        address, category = one_line(draft.address), one_line(draft.category)
        _limit("address", address, FIELD_CHARACTERS)
        _limit("category", category, FIELD_CHARACTERS)
        point = notation.parse(draft.place) if draft.place.strip() else None
        device = self._clock.now()
        offset = await self._clock_offset()
        reported = now_text(device + timedelta(seconds=offset))
        return Report(
            id=draft.id or new_id(device),
            reported_by=self.user,
            reported_at=reported,
            description=description,
            category=category,
            address=address,
            address_source="typed" if address else "",
            point=point,
            location={"source": draft.place_source, "at": now_text(device)} if point else {},
            photos=draft.photos,
            extra={"clock": {"device": now_text(device), "offset": offset}},
        )

    async def _clock_offset(self) -> float:
        """Seconds by which the server's clock is ahead; one beyond reason is no clock's."""
        offset = float(await self.store.secrets.get("clock offset") or 0.0)
        return offset if abs(offset) <= REASONABLE_OFFSET else 0.0

    async def _stand_at(self, point: GeoPoint) -> None:
        """Where the last report is, the person was last. The report itself is saved already."""
        with suppress(StoreError):
            await self.store.secrets.put("position", point.to_geojson())


def _budget(said: object) -> int:
    """The bytes that a photo may have, of what a gateway has said, within reason."""
    if not isinstance(said, int) or isinstance(said, bool):
        return PHOTO_BYTES
    return min(max(said, LEAST_PHOTO_BYTES), MOST_PHOTO_BYTES)


def new_draft(clock: Clock, photos: tuple[Photo, ...] = (), **fields: str) -> Draft:
    """A draft with an id of its own, which the report will keep."""
    return Draft(id=new_id(clock.now()), photos=photos, **fields)


def _limit(name: str, text: str, characters: int) -> None:
    if len(text) > characters:
        raise UsageError(f"The {name} is longer than {characters} characters", "Shorten it.")
