"""Objects in a bucket, each with its SHA-256 beside it as metadata, and looked at on the way out.

Of a part nobody can compute the hash of the whole. So the bucket is asked for a part alone where
this process has seen the whole content of that very ETag; else all of it is fetched and proved.
"""

import asyncio
import base64
import hashlib
from collections import OrderedDict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from civictui.gateway.journal import LOGGER
from civictui.gateway.objects.objects import may_be
from civictui.gateway.objects.port import Stored, media_type, refuse_other, unavailable
from civictui.gateway.objects.s3_address import S3Address
from civictui.gateway.objects.s3_client import S3Client
from civictui.gateway.policy import OBJECT_BYTES

_SHA256 = "sha256"
_REMEMBERED = 10_000
"""Objects of which this process knows whether their content is what it should be."""


@dataclass(slots=True)
class _Turn:
    """Who stores under one name waits here: in one process, one after the other."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class S3Objects:
    """`ObjectStorage` in a bucket of one gateway. Belongs to the event loop."""

    def __init__(self, address: S3Address, client: S3Client) -> None:
        self._address = address
        self._client = client
        self._sound: OrderedDict[tuple[str, str], bool] = OrderedDict()
        self._turns: dict[str, _Turn] = {}

    async def find(self, key: str) -> Stored | None:
        stored = await self._found(key)
        return None if stored is None or self._is_bad(stored) else stored

    async def has(self, key: str) -> bool:
        return await self.find(key) is not None

    async def read(self, stored: Stored, first: int, last: int) -> bytes | None:
        whole = (first, last) == (0, stored.size - 1)
        if not whole and self._sound.get((stored.key, stored.mark)):
            part = await self._get(stored, first, last)
            return part if part and len(part) == last - first + 1 else None
        content = await self._get(stored, 0, stored.size - 1)
        if content is None or not self._proved(stored, content):
            return None
        return content[first : last + 1]

    async def put(self, key: str, content: bytes, sha256: str) -> None:
        async with AsyncExitStack() as turn:
            await self._take_turn(turn, key)
            stored = await self._found(key)
            if stored is not None and not self._is_bad(stored):
                refuse_other(stored, sha256)
                return
            await self._store(key, content, sha256)
            kept = await self._found(key)
        if kept is None or (kept.size, kept.sha256) != (len(content), sha256):
            LOGGER.error("the object storage does not keep what it is given")
            raise unavailable()
        self._remember(kept, True)

    async def check(self) -> None:
        await self._client.run(lambda s3: s3.head_bucket(Bucket=self._address.bucket))

    async def close(self) -> None:
        await self._client.close()

    # --- requests ----------------------------------------------------------------------------

    async def _found(self, key: str) -> Stored | None:
        """What the bucket says of an object; without a size and hash of ours it is none of ours."""
        said = await self._asked(lambda s3: s3.head_object(**self._place(key)))
        if said is None:
            return None
        size, sha256 = said.get("ContentLength", 0), said.get("Metadata", {}).get(_SHA256, "")
        if not (0 < size <= OBJECT_BYTES and len(sha256) == 64 and may_be(key, sha256)):
            LOGGER.error("an object in the bucket is not one of this gateway")
            return None
        return Stored(key, size, sha256, said.get("ContentType", ""), said.get("ETag", ""))

    async def _get(self, stored: Stored, first: int, last: int) -> bytes | None:
        """Some bytes of the content with this ETag; None where there is another one by now."""
        span, place = f"bytes={first}-{last}", self._place(stored.key)

        def fetched(s3: Any) -> bytes:
            body = s3.get_object(**place, Range=span, IfMatch=stored.mark)["Body"]
            with body:
                content: bytes = body.read(last - first + 2)  # one more would be noticed
                return content

        content: bytes | None = await self._asked(fetched)
        return content

    async def _store(self, key: str, content: bytes, sha256: str) -> None:
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        await self._client.run(
            lambda s3: s3.put_object(
                **self._place(key),
                Body=content,
                ContentMD5=base64.b64encode(digest).decode(),
                ContentType=media_type(content),
                Metadata={_SHA256: sha256},
            )
        )

    async def _asked(self, call: Any) -> Any:
        """What a call returns, or None where the bucket says that there is no such object."""
        from botocore.exceptions import ClientError

        try:
            return await self._client.run(call)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in {404, 412, 416}:
                return None
            raise unavailable() from error

    def _place(self, key: str) -> dict[str, str]:
        return {"Bucket": self._address.bucket, "Key": self._address.prefix + key}

    # --- what is known of contents -----------------------------------------------------------

    def _proved(self, stored: Stored, content: bytes) -> bool:
        sound = hashlib.sha256(content).hexdigest() == stored.sha256
        if not sound:
            LOGGER.error("an object in the bucket is damaged or was replaced")
        self._remember(stored, sound)
        return sound

    def _is_bad(self, stored: Stored) -> bool:
        return self._sound.get((stored.key, stored.mark)) is False

    def _remember(self, stored: Stored, sound: bool) -> None:
        self._sound[stored.key, stored.mark] = sound
        self._sound.move_to_end((stored.key, stored.mark))
        if len(self._sound) > _REMEMBERED:
            self._sound.popitem(last=False)

    async def _take_turn(self, until: AsyncExitStack, key: str) -> None:
        turn = self._turns.setdefault(key, _Turn())
        turn.users += 1

        def leave() -> None:
            turn.users -= 1
            if not turn.users:
                del self._turns[key]

        until.callback(leave)
        await until.enter_async_context(turn.lock)
