"""Request bodies, read under a cap: so many bytes, inflated, and none of them late for ever.

Who sends it is judged anew once it is here: a byte a minute must not carry a permission on that
has been taken away.
"""

import asyncio
import math
import zlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from starlette.requests import Request

from civictui.codec import BadJson, decode
from civictui.gateway.problems import Problem, bad_request, too_large
from civictui.gateway.routes.bulk import LIGHT, Hold, Places, is_much, is_too_heavy
from civictui.gateway.routes.sight import judge_again

SILENCE_SECONDS = 60.0
"""How long a client may send nothing in the middle of a body."""
WHOLE_SECONDS = 600.0
LEAST_SPEED = 150.0
"""Bytes a second that a body needs on the whole, after the first ten minutes: a line of 2,400 bit/s
brings 240, and the largest request of the program within the ten minutes."""

BULK_SECONDS = 120.0
"""How long a body may come that keeps a place from others."""

_IN_PLACE = 64 * 1024
"""A larger body is parsed in a thread of its own, so that other requests go on meanwhile."""


async def chunks(request: Request) -> AsyncGenerator[bytes, None]:
    """The raw body, piece by piece. Raises Problem 408; ClientDisconnect where it breaks off."""
    now = asyncio.get_running_loop().time
    end = now() + WHOLE_SECONDS
    async with aclosing(request.stream()) as stream:
        while True:
            try:
                async with asyncio.timeout_at(min(now() + SILENCE_SECONDS, end)):
                    chunk = await anext(stream, None)
            except TimeoutError as error:
                raise late() from error
            if chunk is None:
                return
            if chunk:
                end += len(chunk) / LEAST_SPEED
                yield chunk


async def read_object(request: Request, most: int) -> dict[str, Any]:
    """The body as a JSON object, for routes whose `most` is little. As `large_object` raises."""
    async with large_object(request, most) as value:
        return value


@asynccontextmanager
async def large_object(request: Request, most: int) -> AsyncIterator[dict[str, Any]]:
    """The body as a JSON object of at most `most` bytes, inflated.

    One that is much to hold keeps a place for the length of `with`. Raises Problem 400, 408, 413,
    415, and 401 where its sender's session is over by now.
    """
    inflates = _inflates(request)
    if announced(request) > most:
        raise _over(most)
    async with Hold(request) as hold:
        content = await _raw(request, most, hold)
        if inflates:
            content = await _inflated(content, most, hold)
        value = await _parsed(content, hold)
        del content  # what it says is held, and need not be held twice
        await judge_again(request)
        if not isinstance(value, dict):
            raise bad_request("Request body must be a JSON object")
        yield value


@asynccontextmanager
async def plain_body(request: Request, most: int, places: Places) -> AsyncIterator[bytes]:
    """The body as it came, of at most `most` bytes.

    A long one keeps one of `places` for the length of `with`. Raises Problem 408, 413, 415.
    """
    if _inflates(request):
        raise Problem(415, "bad_encoding", "This body is sent as it is.")
    if announced(request) > most:
        raise _over(most)
    async with Hold(request, places) as hold:
        yield await _raw(request, most, hold)


def _inflates(request: Request) -> bool:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip", "x-gzip"}:
        raise Problem(415, "bad_encoding", "A body is sent as it is, or with gzip.")
    return encoding in {"gzip", "x-gzip"}


async def _raw(request: Request, most: int, hold: Hold) -> bytes:
    """The body as it came. A long one waits in its middle, and has to come soon after that."""
    now, until = asyncio.get_running_loop().time, math.inf
    content = bytearray()
    async with aclosing(chunks(request)) as pieces:
        async for chunk in pieces:
            content += chunk
            if len(content) > most:
                raise _over(most)
            if now() > until:
                raise late()
            if len(content) > LIGHT and until == math.inf:
                await hold.to_come()
                until = now() + BULK_SECONDS
    return bytes(content)


async def _inflated(packed: bytes, most: int, hold: Hold) -> bytes:
    """In steps: a little at once, more in a thread, and much when there is a place for it."""
    inflation = _Inflation(packed)
    if not inflation.exceeds(min(_IN_PLACE, most)):
        return inflation.whole()
    if not await asyncio.to_thread(inflation.exceeds, min(LIGHT, most)):
        return inflation.whole()
    if most > LIGHT:
        await hold.to_be_parsed()
        if not await asyncio.to_thread(inflation.exceeds, most):
            return inflation.whole()
    raise _over(most)


class _Inflation:
    """A gzip body on the way to what it holds. Raises Problem 400 where it is none."""

    def __init__(self, packed: bytes) -> None:
        self._inflater = zlib.decompressobj(wbits=31)
        self._packed = packed
        self._content = bytearray()

    def exceeds(self, most: int) -> bool:
        """Inflate one byte more than `most`: enough to know, and the bomb's rest stays packed."""
        room = most + 1 - len(self._content)
        if room > 0:  # to zlib 0 is no bound
            try:
                self._content += self._inflater.decompress(self._packed, room)
            except zlib.error as error:
                raise bad_request("The body is no gzip.") from error
            self._packed = self._inflater.unconsumed_tail
        return len(self._content) > most

    def whole(self) -> bytes:
        if self._inflater.unused_data:
            raise bad_request("There is something behind the end of the gzip body.")
        if not self._inflater.eof:
            raise bad_request("The gzip body is not complete.")
        return bytes(self._content)


async def _parsed(content: bytes, hold: Hold) -> Any:
    try:
        if len(content) <= _IN_PLACE:
            return decode(content)
        if await asyncio.to_thread(is_too_heavy, content):
            raise too_large("The body has too many parts; send fewer at once.")
        if await asyncio.to_thread(is_much, content):
            await hold.to_be_parsed()
        return await asyncio.to_thread(decode, content)
    except BadJson as error:
        raise bad_request("invalid UTF-8 JSON") from error


def announced(request: Request) -> int:
    """The Content-Length, or 0 where there is none."""
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _over(most: int) -> Problem:
    return too_large(f"The body may have {most} bytes at most.")


def late() -> Problem:
    """The rest may come yet, when nobody waits for it: the connection ends with this."""
    reason, close = "The request's body did not come.", {"Connection": "close"}
    return Problem(408, "timeout", reason, headers=close)
