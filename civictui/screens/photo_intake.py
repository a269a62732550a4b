"""The photos of a draft: those that its report has, and the one of the file that was named."""

import asyncio
from collections.abc import Sequence

from civictui.domain.model import Draft, Photo
from civictui.domain.ports import Service, TakenPhoto
from civictui.terminal.paths import expanded
from civictui.widgets import words


class PhotoIntake:
    """Takes a photo in when its path has changed. All of `photos` are sealed in the store."""

    def __init__(self, service: Service, draft: Draft, of_report: Sequence[Photo] = ()) -> None:
        """`of_report` are the photos of the report that is being edited."""
        self._service = service
        self._of_report = tuple(of_report)
        self.kept = tuple(photo for photo in draft.photos if photo in self._of_report)
        self._taken = tuple(photo for photo in draft.photos if photo not in self._of_report)
        self._path = draft.photo_path if self._taken else ""
        self._turn = asyncio.Lock()

    @property
    def photos(self) -> tuple[Photo, ...]:
        return self.kept + self._taken

    def has_taken(self, path: str) -> bool:
        """Whether what `path` names is taken in."""
        return path == self._path

    @property
    def can_be_left_out(self) -> bool:
        return bool(self._of_report)

    def turn_kept(self) -> None:
        """Leave the report's photos out, or keep them all again."""
        self.kept = () if self.kept else self._of_report

    async def take(self, path: str) -> TakenPhoto | None:
        """Make `path` the photo that is added; None when there was nothing to take in.

        Raises CivicError.
        """
        async with self._turn:
            if self.has_taken(path):
                return None
            self._taken, self._path = (), ""
            if not path:
                return None
            taken = await self._service.take_photo(expanded(path))
            self._taken, self._path = (taken.photo,), path
            return taken

    @property
    def remark(self) -> str:
        """What is known of the photos, for the form."""
        parts = [facts(photo) for photo in self._taken]
        if self._of_report:
            parts.append(self._of_those_there())
        return "; ".join(parts)

    def _of_those_there(self) -> str:
        count = words.counted(len(self._of_report), "photo")
        return f"{count} of the report {'kept' if self.kept else 'left out'}"


def facts(photo: Photo) -> str:
    return f"photo taken in: {photo.width}x{photo.height}, {words.size(photo.bytes)}"
