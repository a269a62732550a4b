"""A picture on its way down: piece by piece, each kept sealed, so that a cut costs one of them.

It goes on where it stopped, also after a restart: by Range, with If-Range, so that pieces of two
contents are never put together (RFC 9110, sections 13.1.5 and 14). What is whole has the SHA-256
that the server names, and its key, where that is one.
"""

import hashlib
import re
import time
from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote

from civictui.couchdb.endpoint import Requests
from civictui.domain.errors import NotConfirmed, NotFound, Unreachable
from civictui.net import Reply
from civictui.sync.pictures.pieces import PieceSize

OBJECT_BYTES = 16 * 1024 * 1024
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_BY_HASH = re.compile(r"([0-9a-f]{64})\.jpg")
_SPAN = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}")


class Parts(Protocol):
    """Where pieces of a picture that is not whole yet are kept."""

    async def parts(self, key: str) -> tuple[str, list[bytes]]:
        """The SHA-256 that the whole is to have, and its pieces from the beginning on."""
        ...

    async def put_part(self, key: str, sha256: str, number: int, content: bytes) -> None: ...

    async def drop_parts(self, key: str) -> None: ...


class _Forgetful:
    """`Parts` where nothing is kept."""

    async def parts(self, key: str) -> tuple[str, list[bytes]]:
        return "", []

    async def put_part(self, key: str, sha256: str, number: int, content: bytes) -> None:
        """The next try begins anew."""

    async def drop_parts(self, key: str) -> None:
        """There are none."""


NOWHERE = _Forgetful()


class _Coming:
    """What of one picture is here."""

    def __init__(self, key: str, sha256: str, pieces: list[bytes]) -> None:
        self.key = key
        self.sha256 = sha256
        self.content = bytearray(b"".join(pieces))
        self.number = len(pieces)
        """How many pieces of it are kept."""
        self.total = self.asked = 0

    @property
    def is_whole(self) -> bool:
        return bool(self.total) and len(self.content) == self.total

    def range(self, piece: int) -> dict[str, str]:
        begun, self.asked = len(self.content), piece
        headers = {"Range": f"bytes={begun}-{begun + piece - 1}"}
        return {**headers, "If-Range": f'"{self.sha256}"'} if begun else headers

    def is_proved(self) -> bool:
        digest = hashlib.sha256(self.content).hexdigest()
        named = _BY_HASH.fullmatch(self.key)
        return digest == self.sha256 and not (named and named[1] != digest)


class Downloads:
    """Fetches objects of a gateway. One at a time of each key.

    `moved` is told of the bytes that came; `now` gives monotonic seconds.
    """

    def __init__(
        self,
        link: Requests,
        parts: Parts,
        moved: Callable[[int], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link = link
        self._parts = parts
        self._moved = moved
        self._now = now
        self._size = PieceSize()

    async def fetch(self, key: str) -> bytes:
        """The whole picture. Its pieces are dropped by whoever stores it.

        Raises NotFound, Refused, Unreachable (what came is kept), NotConfirmed for other bytes
        than were promised.
        """
        if not is_key(key):
            raise NotFound("The report names a picture in a way that no server can have")
        coming = _Coming(key, *await self._parts.parts(key))
        while not coming.is_whole:
            reply = await self._asked(coming)
            if reply.status == 416 and coming.number:  # what is here is of another content
                await self._parts.drop_parts(key)
                coming = _Coming(key, "", [])
                continue
            await self._take(coming, reply)
        if not coming.is_proved():
            if coming.number:
                await self._parts.drop_parts(key)
            raise _damaged()
        return bytes(coming.content)

    async def _asked(self, coming: _Coming) -> Reply:
        began, headers = self._now(), coming.range(self._size.bytes)
        try:
            reply = await self._link.request(
                "GET", object_path(coming.key), headers=headers, cap=OBJECT_BYTES
            )
        except Unreachable:
            self._size.broke()
            raise
        self._moved(len(reply.body))
        self._size.took(len(reply.body), self._now() - began)
        return reply

    async def _take(self, coming: _Coming, reply: Reply) -> None:
        """Add what came; all of it where the server gave more than was asked for."""
        if reply.status == 200:  # it knows no ranges, or has another content by now
            coming.content[:] = reply.body
            coming.sha256, coming.total = _promised(coming.key, reply), len(reply.body)
            coming.number = 0  # the pieces are none of it; if this is no picture, they still count
            if not reply.body:
                raise _damaged()
            return
        if reply.status != 206:
            await self._refused(coming, reply)
        if not _fits(coming, reply):
            await self._parts.drop_parts(coming.key)
            raise _damaged()
        coming.content += reply.body
        if not coming.is_whole:
            number, coming.number = coming.number, coming.number + 1
            await self._parts.put_part(coming.key, coming.sha256, number, reply.body)

    async def _refused(self, coming: _Coming, reply: Reply) -> None:
        """Raises NotFound or Refused. What came of a content that is there no more is waste."""
        if reply.status in {404, 416}:
            await self._parts.drop_parts(coming.key)
        if reply.status == 404:
            raise NotFound("The picture is not on the server yet", "It is fetched when it is.")
        raise reply.refusal()


def _fits(coming: _Coming, reply: Reply) -> bool:
    """Whether a part of an answer goes on where we are, and is of the same content."""
    span = _SPAN.fullmatch(reply.headers.get("content-range", "").strip())
    if span is None:
        return False
    first, last, total = (int(number) for number in span.groups())
    here, sha256 = len(coming.content), _promised(coming.key, reply)
    if not here < total <= OBJECT_BYTES or (here and sha256 != coming.sha256):
        return False
    # All that was asked for: a byte at a time would never end, and be a file each.
    size = min(coming.asked, total - here)
    if (first, last) != (here, here + size - 1) or len(reply.body) != size:
        return False
    coming.sha256, coming.total = sha256, total
    return bool(_HASH.fullmatch(sha256))


def _promised(key: str, reply: Reply) -> str:
    """The SHA-256 that the whole is to have: a proxy that packs answers may name another ETag."""
    said, named = hash_in(reply), _BY_HASH.fullmatch(key)
    return named[1] if named and not _HASH.fullmatch(said) else said


def is_key(key: str) -> bool:
    """Whether an object of a gateway could have this name; documents may name anything."""
    return bool(_KEY.fullmatch(key))


def _damaged() -> NotConfirmed:
    return NotConfirmed("A picture arrived damaged", "It is fetched again.")


def hash_in(reply: Reply) -> str:
    """The SHA-256 that an answer names, in hexadecimal."""
    return reply.headers.get("etag", "").removeprefix("W/").strip('"')


def object_path(key: str) -> str:
    return f"/v1/objects/{quote(key, safe='')}"
