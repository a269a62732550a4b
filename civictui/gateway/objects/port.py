"""Where objects lie, wherever that is. Names and contents were checked before they come here."""

from dataclasses import dataclass, field
from typing import Protocol

from civictui.gateway.problems import Problem, backend_unavailable

RETRY_SECONDS = 5
"""How long a storage that did not answer is left alone."""

_TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}


@dataclass(frozen=True, slots=True)
class Stored:
    """An object that is here: what is known of it before it is read."""

    key: str
    size: int
    sha256: str
    """Of the whole content, as it was verified when it came."""
    media_type: str
    mark: str = ""
    """Names this very content where it lies; another one has another mark."""
    content: bytes = field(default=b"", repr=False)
    """All of it, where finding it meant reading it."""


class ObjectStorage(Protocol):
    """Objects by key. Whatever fails for a while is Problem 503 `backend_unavailable`."""

    async def find(self, key: str) -> Stored | None:
        """An object, or None where there is none, or one that is damaged."""
        ...

    async def has(self, key: str) -> bool:
        """Whether there is one, as far as that can be told without reading it."""
        ...

    async def read(self, stored: Stored, first: int, last: int) -> bytes | None:
        """The bytes from `first` to `last`, both included, proved to be part of that content.

        None where it turns out to be damaged or another one.
        """
        ...

    async def put(self, key: str, content: bytes, sha256: str) -> None:
        """Store it durably. Raises Problem 409 where the name has another content."""
        ...

    async def check(self) -> None:
        """Raises Problem 503 where the storage does not answer, or not to us."""
        ...

    async def close(self) -> None:
        """When nothing is asked any more."""
        ...


def refuse_other(stored: Stored | None, sha256: str) -> None:
    """Names are never given a new content: whoever has seen the old one would not notice."""
    if stored is not None and stored.sha256 != sha256:
        raise Problem(409, "object_exists", "There is another picture of this name.")


def unavailable() -> Problem:
    reason = "The object storage does not answer. What came is kept; try again later."
    return backend_unavailable("objects", reason, RETRY_SECONDS)


def media_type(content: bytes) -> str:
    """Of a picture that has been verified, by its first bytes."""
    for magic, name in _TYPES.items():
        if content.startswith(magic):
            return name
    return "application/octet-stream"
