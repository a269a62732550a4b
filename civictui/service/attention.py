"""What waits, what needs somebody, and what can be done about it."""

import asyncio
from dataclasses import replace

from civictui.domain.errors import PictureError
from civictui.domain.events import ReportsChanged
from civictui.domain.model import Photo, Report, Rescued, SyncNote, Waiting
from civictui.domain.ports import Picture
from civictui.service.changes import Changes

SMALLEST_PHOTO_BYTES = 20_000
"""A photo below this is not made smaller: nobody would see anything on it."""


class Attention(Changes):
    """The part of the service that answers for the outbox."""

    async def waiting(self) -> list[Waiting]:
        return await self.store.state.waiting()

    async def notes(self) -> list[SyncNote]:
        return await self.store.journal.notes()

    async def retry(self, report_id: str) -> None:
        await self.store.retry_refused(report_id)
        await self._work.sync.recount()
        self._announcer.emit(ReportsChanged())
        self._work.sync.wake()

    async def shrink(self, report_id: str) -> None:
        """Half the bytes for each photo of the report that the server refused."""
        doc = await self.reader.document(report_id)
        report = Report.from_doc(doc)
        refused = {
            job.photo
            for job in await self.store.outbox.jobs()
            if job.error and report_id in job.reports
        }
        photos = [await self._smaller(p) if p.large in refused else p for p in report.photos]
        if photos == list(report.photos):
            raise PictureError("No photo of this report was refused", "Try it again instead.")
        await self.store.writer.edit(replace(report, photos=tuple(photos)), doc["_rev"])
        await self._changed(report_id)

    async def discard_unsent(self, report_id: str) -> None:
        await self.store.writer.discard_unsent(report_id)
        await self._work.sync.recount()
        self._announcer.emit(ReportsChanged())
        self._work.sync.wake()

    async def export(self, path: str, password: str) -> Rescued:
        """Also where nobody may work with the store: it is a way out for what waits."""
        return await self.outgoing.export(path, password)

    def pause_sync(self) -> None:
        if self._working:
            self._working.sync.pause()

    def resume_sync(self) -> None:
        if self._working:
            self._working.sync.resume()

    def allow_deletions(self) -> None:
        if self._working:
            self.check_open()
            self._working.sync.allow_deletions()

    def send_photos(self) -> None:
        if self._working:
            self._working.sync.send_photos()

    async def _smaller(self, photo: Photo) -> Photo:
        from civictui import pictures

        content = await self.store.blobs.get(photo.large)
        if content is None:
            raise PictureError("The photo is not on this terminal", "Edit the report.")
        if len(content) < SMALLEST_PHOTO_BYTES:
            raise PictureError("The photo is as small as it can be", "Take another one.")
        taken = await asyncio.to_thread(pictures.take, content, len(content) // 2)
        await self._put(taken.picture)
        return replace(taken.picture.photo, caption=photo.caption)

    async def _put(self, picture: Picture) -> None:
        """Both objects of a photo, durable before anything refers to them.

        What was begun is finished, though somebody be barred meanwhile: its draft is saved, too.
        """
        blobs = self.outgoing.blobs
        await blobs.put(picture.photo.large, picture.large)
        await blobs.put(picture.photo.thumbnail, picture.thumbnail)
