"""Room for the pictures of others: what was not looked at for longest gives way.

First large pictures, the least recently used before the others, then thumbnails, those of the
oldest reports first. Never one of the person's own reports, nor one that is queued, shelved, in a
draft, packed, or taken in by hand since the store was opened. When a picture was last looked at is
the time of its file.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from civictui.domain.model import JobKind, Photo
from civictui.storage.blobs import BlobFile, BlobFiles

THUMBNAIL_BYTES = 8_000
"""What one may take that is not here yet: the policy's most."""
AT_A_TIME = 200
"""So many files go in one turn: others wait for the store meanwhile."""
LARGE_BYTES = 400_000
"""What a large one takes of which its report does not say it."""
MOST_BYTES = 16 * 1024 * 1024
"""More than that no gateway takes."""
_DOWN_TO = 0.95
"""Of the room: so that the next picture does not have all looked through again."""

Named = Callable[[], Iterable[tuple[str, Photo]]]
"""The photos that documents name, with the document's id; those of the newest report first."""


@dataclass(frozen=True, slots=True)
class _Other:
    """A picture of somebody else that lies here."""

    key: str
    kind: JobKind
    file: BlobFile


class PictureCache:
    """`kept` gives the keys that never give way; `is_own` says so of all of a document."""

    def __init__(
        self,
        blobs: BlobFiles,
        named: Named,
        kept: Callable[[], set[str]],
        is_own: Callable[[str], bool],
    ) -> None:
        self._blobs = blobs
        self._named = named
        self._kept = kept
        self._is_own = is_own
        self.most = 0
        """Bytes; 0 is no limit."""
        self._until = -1

    def make_room(self, most: int, but: str = "") -> int:
        """Have the pictures of others take `most` bytes at most; says how many files went.

        AT_A_TIME at once; then there may be more that should. The picture `but` stays in any case:
        it was fetched for somebody who waits for it.
        """
        if most != self.most:
            self.most, self._until = most, -1
        if not most or self._blobs.grown <= self._until:
            return 0
        files = {file.name: file for file in self._blobs.listed()}
        used, gone = sum(file.size for file in files.values()), 0
        if used > most:
            others = list(self._others(files))
            used = sum(other.file.size for other in others)
            going = _in_order(others) if used > most else iter(())
            for other in (other for other in going if other.key != but):
                if used <= most * _DOWN_TO:
                    break
                if gone == AT_A_TIME:
                    return gone
                self._blobs.remove(other.key)
                used, gone = used - other.file.size, gone + 1
        # What cannot go is not looked through again at every turn.
        self._until = self._blobs.grown + max(most - used, int(most * (1 - _DOWN_TO)))
        return gone

    def worth_having(self, kind: JobKind) -> Iterator[Photo]:
        """The photos of the newest reports, as many as may stay if they come.

        All that is fetched unasked fits, or it would come and go for ever.
        """
        if not self.most:
            yield from (photo for _, photo in self._named())
            return
        room = self.most * 3 // 4
        if kind is JobKind.LARGE:
            thumbnails = THUMBNAIL_BYTES * sum(1 for _ in self._named())
            room = int(self.most * _DOWN_TO) - min(room, thumbnails)
        for _, photo in self._named():
            room -= THUMBNAIL_BYTES if kind is JobKind.THUMBNAIL else likely_bytes(photo)
            if room < 0:
                return
            yield photo

    def _others(self, files: dict[str, BlobFile]) -> Iterator[_Other]:
        """What may give way of these files, those of the newest report first."""
        found: dict[str, _Other] = {}
        kept, own = self._kept(), set()
        for document, photo in self._named():
            for key, kind in ((photo.large, JobKind.LARGE), (photo.thumbnail, JobKind.THUMBNAIL)):
                file = files.get(self._blobs.name(key)) if key else None
                if file is None or key in kept:
                    continue
                if self._is_own(document):
                    own.add(key)
                found.setdefault(key, _Other(key, kind, file))
        return (other for key, other in found.items() if key not in own)


def likely_bytes(photo: Photo) -> int:
    """Of the large picture. Reports of the original application do not say; others may lie."""
    return min(photo.bytes or LARGE_BYTES, MOST_BYTES)


def _in_order(others: list[_Other]) -> Iterator[_Other]:
    """The first to go first; `others` begin with the newest report's."""
    oldest = others[::-1]
    large = [other for other in oldest if other.kind is JobKind.LARGE]
    yield from sorted(large, key=lambda other: other.file.used)
    yield from (other for other in oldest if other.kind is JobKind.THUMBNAIL)
