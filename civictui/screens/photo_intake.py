"""The photo of a draft: the file that was named, and what was taken in from it."""

import asyncio

from civictui.domain.model import Draft, Photo
from civictui.domain.ports import Service, TakenPhoto
from civictui.terminal.paths import expanded
from civictui.widgets import words


class PhotoIntake:
    """Takes a photo in when its path has changed; `photos` are sealed in the store."""

    def __init__(self, service: Service, draft: Draft) -> None:
        self._service = service
        self.photos: tuple[Photo, ...] = draft.photos
        self._path = draft.photo_path if draft.photos else ""
        self._turn = asyncio.Lock()

    def has_taken(self, path: str) -> bool:
        """Whether `photos` are what `path` names."""
        return path == self._path

    async def take(self, path: str) -> TakenPhoto | None:
        """Make `photos` those of `path`; None when nothing had to be done. Raises CivicError."""
        async with self._turn:
            if self.has_taken(path):
                return None
            self.photos, self._path = (), ""
            if not path:
                return None
            taken = await self._service.take_photo(expanded(path))
            self.photos, self._path = (taken.photo,), path
            return taken


def facts(photo: Photo) -> str:
    return f"photo taken in: {photo.width}x{photo.height}, {words.size(photo.bytes)}"
