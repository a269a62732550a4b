"""Taking photos into a draft: from a file, from the inbox, from a camera."""

import asyncio
import threading
from collections.abc import Mapping

from civictui.domain.errors import PictureError
from civictui.domain.ports import TakenPhoto
from civictui.domain.text import one_line
from civictui.service.attention import Attention

PHOTO_BYTES, THUMBNAIL_BYTES = 400_000, 8_000
"""What a photo and its thumbnail may have where the gateway's policy says nothing."""
LEAST_PHOTO_BYTES, MOST_PHOTO_BYTES = 50_000, 16 * 1024 * 1024
"""A policy of less takes no photo at all, one of more none that the gateway takes."""
LEAST_THUMBNAIL_BYTES = 3_000
"""Some pictures cannot be made smaller; more than THUMBNAIL_BYTES no store reckons with."""


class Photos(Attention):
    """The part of the service that takes photos in; see `Service`."""

    async def lock(self, *, linger: bool = False) -> None:
        """Close the store, and end the picture process: nothing of a picture stays in it, and
        whoever leaves does not wait for one that hangs.
        """
        from civictui import pictures

        try:
            await super().lock(linger=linger)
        finally:
            pictures.close()

    async def take_photo(self, path: str) -> TakenPhoto:
        self.require("photos")
        from civictui import pictures

        content = await asyncio.to_thread(pictures.read_file, path)
        return await self._take(content, one_line(path.rpartition("/")[2]))

    async def take_newest(self) -> TakenPhoto:
        self.require("photos")
        from civictui import pictures

        name, content = await asyncio.to_thread(pictures.newest, self._means.photos.inbox)
        try:
            return await self._take(content, name)
        except PictureError as error:
            raise PictureError(f"{name}: {error}", error.advice) from error

    async def capture_photo(self) -> TakenPhoto:
        self.require("photos")
        from civictui import pictures

        sources, stop = self._means.photos, threading.Event()
        try:
            content = await asyncio.to_thread(
                pictures.capture, sources.capture, sources.seconds, stop
            )
        finally:
            stop.set()  # whoever leaves meanwhile does not wait for the camera
        return await self._take(content, "camera")

    async def _take(self, content: bytes, name: str) -> TakenPhoto:
        """Made ready in the picture process, then sealed. Raises PictureError."""
        from civictui import pictures

        taken = await asyncio.to_thread(pictures.take, content, *_budgets(self.policy.numbers))
        await self._put(taken.picture)
        return TakenPhoto(
            taken.picture.photo, taken.point, taken.taken_at, name=name, at_zero=taken.at_zero
        )


def _budgets(said: Mapping[str, int]) -> tuple[int, int]:
    """The bytes that a photo and its thumbnail may have, as a gateway has said, within reason."""
    photo = said.get("photo_bytes", PHOTO_BYTES)
    thumbnail = said.get("thumbnail_bytes", THUMBNAIL_BYTES)
    return (
        min(max(photo, LEAST_PHOTO_BYTES), MOST_PHOTO_BYTES),
        min(max(thumbnail, LEAST_THUMBNAIL_BYTES), THUMBNAIL_BYTES),
    )
