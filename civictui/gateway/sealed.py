"""Small sealed JSON documents in files of their own, replaced as a whole.

For what the record log is not meant for: things that change often and end (sessions, attempts,
uploads), which would make a log grow, and accounts, which a second process writes.
"""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreDamaged, StoreError
from civictui.domain.model import Doc
from civictui.storage.envelope import blind, derive, open_sealed, seal
from civictui.storage.files import disk_errors, read_private, sync_directory, write_durably

T = TypeVar("T")
_LOGGER = logging.getLogger("civictui.gateway")


class SealedFile:
    """One document in one file. `purpose` binds the content to its place."""

    def __init__(self, path: Path, key: bytes, purpose: bytes) -> None:
        self.path = path
        self._key = key
        self._purpose = purpose

    def read(self) -> Doc | None:
        """The document, or None where there is none yet. Raises StoreDamaged."""
        try:
            return decode_object(open_sealed(self._key, read_private(self.path), self._purpose))
        except FileNotFoundError:
            return None
        except (StoreDamaged, BadJson) as error:
            raise StoreDamaged(
                f"{self.path} is damaged", "Put a copy of it back, or move it away."
            ) from error

    def write(self, document: Doc) -> None:
        """Replace it durably."""
        write_durably(self.path, seal(self._key, encode(document), self._purpose))

    def remove(self) -> None:
        with disk_errors(self.path.name):
            self.path.unlink(missing_ok=True)
            sync_directory(self.path.parent)

    def version(self) -> tuple[int, ...]:
        """Something that differs after a write of any process."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return ()
        return found.st_ino, found.st_mtime_ns, found.st_size


class Watched(Generic[T]):
    """What a file says to a process that serves, `read` again when another process has written.

    What cannot be read then changes nothing: the word before holds on, and the log says so.
    """

    def __init__(self, file: SealedFile, read: Callable[[], T]) -> None:
        self._file = file
        self._read = read
        self._known: tuple[tuple[int, ...], T] | None = None

    def current(self) -> T:
        """Cheap enough for each request. Raises StoreError where it could never be read."""
        version = self._file.version()
        if self._known is None or self._known[0] != version:
            self._known = (version, self._anew())
        return self._known[1]

    def _anew(self) -> T:
        try:
            return self._read()
        except StoreError as error:
            if self._known is None:
                raise
            _LOGGER.error(
                "%s cannot be read; what it said before holds on",
                self._file.path.name,
                exc_info=error,
            )
            return self._known[1]


class Shelf:
    """Documents by name, one file each; the file's name is an HMAC of the document's."""

    def __init__(self, folder: Path, key: bytes, purpose: str) -> None:
        self._folder = folder
        self._purpose = purpose.encode()
        self._key = key
        self._names = derive(key, b"", b"civictui/shelf-names/v1")

    def get(self, name: str) -> Doc | None:
        """The document, or None where none can be read: on a shelf either means to begin anew."""
        try:
            return self.file(name).read()
        except StoreDamaged:
            return None

    def put(self, name: str, document: Doc) -> None:
        self.file(name).write(document)

    def remove(self, name: str) -> None:
        self.file(name).remove()

    def readable(self) -> Iterator[tuple[SealedFile, Doc]]:
        """Every document that opens; a damaged one is nobody's and is passed over."""
        for path in sorted(self._folder.iterdir()):
            file = self._at(path.name)
            try:
                document = None if path.suffix else file.read()
            except StoreDamaged:
                continue
            if document is not None:
                yield file, document

    def file(self, name: str) -> SealedFile:
        """Where the document `name` lies, or would lie."""
        return self._at(blind(self._names, name.encode("utf-8", "surrogatepass")).hex()[:40])

    def _at(self, filename: str) -> SealedFile:
        purpose = self._purpose + b"\x00" + filename.encode()
        return SealedFile(self._folder / filename, self._key, purpose)
