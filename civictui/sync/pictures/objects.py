"""Pictures on the gateway: fetched and verified, sent by tus 1.0 (core and creation).

An upload goes on where it stopped: its address is kept with the job, and the server says how many
bytes it has. The object exists only when the server has verified its SHA-256; we ask once more.
Source: the tus resumable upload protocol 1.0.0.
"""

import base64
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urljoin, urlsplit

from civictui.couchdb.endpoint import Requests
from civictui.domain.errors import GatewayError, NotConfirmed, Refused, Unreachable
from civictui.domain.model import TransferJob
from civictui.domain.ports import RemoteObject
from civictui.net import Reply
from civictui.sync.pictures.downloads import NOWHERE, Downloads, Parts, hash_in, object_path
from civictui.sync.pictures.pieces import PieceSize

_TUS = {"Tus-Resumable": "1.0.0"}
_UPLOADS = "/v1/uploads"
_UPLOAD = re.compile(_UPLOADS + r"/(?!\.{1,2}$)[A-Za-z0-9_.~+=-]{1,256}")
FULL_SECONDS = 3600.0
"""So long it is not asked again, at most: a quota may be raised before the day is over."""
_FULL = {"quota_reached", "too_many_uploads"}
"""Codes of a server that takes no more pictures of this user for a while, and all else."""


class GatewayObjects:
    """`ObjectStore` over the gateway's `/v1/objects` and `/v1/uploads`."""

    def __init__(
        self,
        link: Requests,
        now: Callable[[], float] = time.monotonic,
        *,
        parts: Parts = NOWHERE,
        moved: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`now` gives monotonic seconds; `moved` is told of the bytes of pictures, both ways."""
        self._link = link
        self._now = now
        self._moved = moved
        self._size = PieceSize()
        self.fetch = Downloads(link, parts, moved, now).fetch
        self._full_until = 0.0

    def hurry(self) -> None:
        """Somebody asks: a server that took no more pictures is asked again at once."""
        self._full_until = 0.0

    async def head(self, key: str) -> RemoteObject | None:
        reply = await self._link.request("HEAD", object_path(key))
        if reply.status == 404:
            return None
        if reply.status != 200:
            raise reply.refusal()
        return RemoteObject(_number(reply.headers, "content-length"), hash_in(reply))

    async def send(
        self, job: TransferJob, content: bytes, began: Callable[[str], Awaitable[None]]
    ) -> RemoteObject:
        location = job.location
        offset = await self._offset(location) if _UPLOAD.fullmatch(location) else None
        if offset is None:
            location, offset = await self._create(job)
            if location:
                await began(location)
        while offset < len(content):
            reached = await self._piece(location, offset, content)
            if reached <= offset:
                raise NotConfirmed("The upload does not get on", "It is tried again.")
            offset = reached
        found = await self.head(job.key)
        if found is None or (found.sha256, found.bytes) != (job.sha256, job.bytes):
            await began("")
            raise NotConfirmed("The server does not confirm the picture", "It is sent again.")
        return found

    async def _create(self, job: TransferJob) -> tuple[str, int]:
        """A new upload: its path and how much the server has (all, if it knows the object)."""
        if self._now() < self._full_until:
            raise _full()
        names = {"key": job.key, "sha256": job.sha256}
        metadata = ",".join(
            f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in names.items()
        )
        headers = {**_TUS, "Upload-Length": str(job.bytes), "Upload-Metadata": metadata}
        reply = await self._link.request("POST", _UPLOADS, headers=headers)
        if reply.status != 201:
            raise self._refused(reply)
        offset = _number(reply.headers, "upload-offset", 0)
        return _upload_path(reply), offset

    def _refused(self, reply: Reply) -> GatewayError:
        """A day's quota is over: pictures wait, and text goes on, which a Refused would stop."""
        refusal = reply.refusal()
        if refusal.code not in _FULL:
            return refusal
        self._full_until = self._now() + min(refusal.retry_after, FULL_SECONDS)
        return _full()

    async def _offset(self, location: str) -> int | None:
        """How much of an upload the server has; None where it forgot the upload."""
        reply = await self._link.request("HEAD", location, headers=_TUS)
        if reply.status in {403, 404, 410}:
            return None
        if reply.status not in {200, 204}:
            raise reply.refusal()
        return _number(reply.headers, "upload-offset")

    async def _piece(self, location: str, offset: int, content: bytes) -> int:
        headers = {
            **_TUS,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }
        piece, began = content[offset : offset + self._size.bytes], self._now()
        self._moved(len(piece))
        try:
            reply = await self._link.request("PATCH", location, content=piece, headers=headers)
        except Unreachable:
            self._size.broke()
            raise
        self._size.took(len(piece), self._now() - began)
        if reply.status == 409:  # a lost answer: the server is further than we know
            found = await self._offset(location)
            if found is None:
                raise Unreachable("The server dropped the upload", "It is sent again.")
            return found
        if reply.status not in {200, 204}:
            raise reply.refusal()
        return _number(reply.headers, "upload-offset")


_FINAL = {"not_a_picture", "bad_key", "too_large", "forbidden", "key_taken", "bad_metadata"}


def _full() -> NotConfirmed:
    return NotConfirmed(
        "The server takes no more pictures of yours for now", "They are kept, and sent later."
    )


def is_permanent(error: Refused) -> bool:
    """Whether trying the same thing again cannot help: the gateway itself said no, in its words.

    A bare 404 or 413 may be a proxy's in front of a gateway that is restarting.
    """
    return 400 <= error.status < 500 and error.code in _FINAL


def _upload_path(reply: Reply) -> str:
    """The path of the upload; another origin's address is not followed."""
    try:
        path = urlsplit(urljoin(_UPLOADS, reply.headers.get("location", ""))).path
    except ValueError:
        path = ""
    if not _UPLOAD.fullmatch(path):
        raise GatewayError("The server gave no usable address for the upload")
    return path


def _number(headers: Mapping[str, str], name: str, default: int | None = None) -> int:
    text = headers.get(name, "")
    if text.isascii() and text.isdigit():
        return int(text)
    if default is None:
        raise GatewayError(f"The server's answer lacks {name}")
    return default
