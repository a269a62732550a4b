"""Request bodies, read under a cap: so many bytes, inflated, and none of them late for ever."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from starlette.requests import Request

from civictui.codec import BadJson, decode
from civictui.gateway.problems import Problem, bad_request, too_large

SILENCE_SECONDS = 60.0
"""How long a client may send nothing in the middle of a body."""

_PARSED_IN_PLACE = 64 * 1024
"""A larger body is parsed in a thread of its own, so that other requests go on meanwhile."""


async def chunks(request: Request) -> AsyncIterator[bytes]:
    """The raw body, piece by piece. Raises Problem 408; ClientDisconnect where it breaks off."""
    async with aclosing(request.stream()) as stream:
        while True:
            try:
                async with asyncio.timeout(SILENCE_SECONDS):
                    chunk = await anext(stream, None)
            except TimeoutError as error:
                raise Problem(408, "timeout", "The request's body did not come.") from error
            if chunk is None:
                return
            if chunk:
                yield chunk


async def read(request: Request, most: int) -> bytes:
    """The whole body, inflated, at most `most` bytes of it. Raises Problem 400, 413, 415."""
    if announced(request) > most:
        raise _over(most)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"identity", ""}:
        return await _plain(request, most)
    if encoding in {"gzip", "x-gzip"}:
        return await _inflated(request, most)
    raise Problem(415, "bad_encoding", "A body is sent as it is, or with gzip.")


async def read_json(request: Request, most: int) -> Any:
    """The body as JSON."""
    content = await read(request, most)
    try:
        if len(content) <= _PARSED_IN_PLACE:
            return decode(content)
        return await asyncio.to_thread(decode, content)
    except BadJson as error:
        raise bad_request("invalid UTF-8 JSON") from error


async def read_object(request: Request, most: int) -> dict[str, Any]:
    """The body as a JSON object."""
    value = await read_json(request, most)
    if not isinstance(value, dict):
        raise bad_request("Request body must be a JSON object")
    return value


async def _plain(request: Request, most: int) -> bytes:
    content = bytearray()
    async for chunk in chunks(request):
        content += chunk
        if len(content) > most:
            raise _over(most)
    return bytes(content)


async def _inflated(request: Request, most: int) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    content = bytearray()
    async for chunk in chunks(request):
        try:
            # One byte over the cap is enough to know; the bomb's rest is never inflated.
            content += inflater.decompress(chunk, most + 1 - len(content))
        except zlib.error as error:
            raise bad_request("The body is no gzip.") from error
        if len(content) > most:
            raise _over(most)
        if inflater.unused_data:
            raise bad_request("There is something behind the end of the gzip body.")
    if not inflater.eof:
        raise bad_request("The gzip body is not complete.")
    return bytes(content)


def announced(request: Request) -> int:
    """The Content-Length, or 0 where there is none."""
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _over(most: int) -> Problem:
    return too_large(f"The body may have {most} bytes at most.")
