"""The pictures: sealed files behind the store's thread, never overwritten."""

import hashlib
import re
from dataclasses import dataclass

from civictui import pictures
from civictui.domain.errors import PictureError, StoreDamaged
from civictui.gateway.journal import LOGGER
from civictui.gateway.policy import OBJECT_BYTES
from civictui.gateway.problems import Problem, too_large
from civictui.storage.blobs import BlobFiles
from civictui.storage.thread import StoreThread

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,100}", re.ASCII)
_HASHED_KEY = re.compile(r"([0-9a-f]{64})\.jpg", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stored:
    """An object that is whole."""

    content: bytes
    sha256: str


class Objects:
    """All objects. Belongs to the event loop, but for what says otherwise."""

    def __init__(self, thread: StoreThread, blobs: BlobFiles) -> None:
        self._thread = thread
        self._blobs = blobs

    async def get(self, key: str) -> Stored | None:
        """The object `key`, or None where there is none.

        A damaged one counts as absent, for one picture must not stop a sync; the log says so.
        """
        try:
            content = await self._thread.run(self._blobs.get, key)
        except StoreDamaged as error:
            LOGGER.error("an object is damaged", exc_info=error)
            return None
        return None if content is None else Stored(content, hashlib.sha256(content).hexdigest())

    async def take(self, key: str, content: bytes) -> bool:
        """Store a picture that came whole; says whether it was not here before.

        Raises Problem 400, 409, 413, 415.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        check_key(key, sha256)
        check_picture(content)
        if await self._thread.run(self.sha256, key) == sha256:
            return False
        await self._thread.run(self.put, key, content, sha256)
        return True

    def sha256(self, key: str) -> str | None:
        """In the store's thread. A damaged object counts as absent, so that it can come again."""
        try:
            return self._blobs.sha256(key)
        except StoreDamaged:
            return None

    def put(self, key: str, content: bytes, sha256: str) -> None:
        """In the store's thread. Raises Problem 409 where the name has another content."""
        refuse_other(key, self.sha256(key), sha256)
        self._blobs.put(key, content)


def refuse_other(key: str, stored: str | None, sha256: str) -> None:
    """Names are never given a new content: whoever has seen the old one would not notice."""
    if stored not in {None, sha256}:
        raise Problem(409, "object_exists", "There is another picture of this name.")


def check_picture(content: bytes) -> None:
    """Raises Problem 413 for what is too large, 415 for what is no picture."""
    if not 0 < len(content) <= OBJECT_BYTES:
        raise too_large(f"A picture has 1 to {OBJECT_BYTES} bytes.")
    try:
        pictures.inspect(content)
    except PictureError as error:
        raise Problem(415, "not_a_picture", error.sentence) from error


def is_key(key: str) -> bool:
    """Whether an object could have this name."""
    return bool(_KEY.fullmatch(key) and key.strip("."))


def check_key(key: str, sha256: str) -> None:
    """Raises Problem 400 for a name that this content may not have."""
    hashed = _HASHED_KEY.fullmatch(key)
    if not is_key(key):
        raise Problem(400, "bad_key", "A key has 1 to 100 letters, digits, dots, - and _.")
    if hashed and hashed[1] != sha256:
        raise Problem(400, "bad_key", "The key names another SHA-256 than the metadata.")
