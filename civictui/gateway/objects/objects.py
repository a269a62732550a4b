"""The pictures as the routes know them: checked on the way in, never overwritten."""

import hashlib
import re

from civictui import pictures
from civictui.domain.errors import PictureError
from civictui.gateway.objects.port import ObjectStorage
from civictui.gateway.policy import OBJECT_BYTES
from civictui.gateway.problems import Problem, too_large

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,100}", re.ASCII)
_HASHED_KEY = re.compile(r"([0-9a-f]{64})\.jpg", re.ASCII)


class Objects:
    """All objects, wherever they lie. Belongs to the event loop."""

    def __init__(self, storage: ObjectStorage) -> None:
        self._storage = storage
        self.find = storage.find
        self.has = storage.has
        self.read = storage.read
        self.put = storage.put
        self.check = storage.check
        self.close = storage.close

    async def get(self, key: str) -> bytes | None:
        """The whole object, or None where there is none that is sound."""
        stored = await self.find(key)
        return await self.read(stored, 0, stored.size - 1) if stored else None

    async def take(self, key: str, content: bytes) -> bool:
        """Store a picture that came whole; says whether it was not here before.

        Raises Problem 400, 409, 413, 415, 503.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        check_key(key, sha256)
        check_picture(content)
        stored = await self.find(key)
        if stored and stored.sha256 == sha256:
            return False
        await self.put(key, content, sha256)
        return True


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
    if not is_key(key):
        raise Problem(400, "bad_key", "A key has 1 to 100 letters, digits, dots, - and _.")
    if not may_be(key, sha256):
        raise Problem(400, "bad_key", "The key names another SHA-256 than the metadata.")


def may_be(key: str, sha256: str) -> bool:
    """Whether the name says nothing of its content, or this."""
    hashed = _HASHED_KEY.fullmatch(key)
    return not hashed or hashed[1] == sha256
