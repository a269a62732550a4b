"""Documents for one answer: read a few at a time, and counted while they are read.

A request names in kilobytes what is answered in megabytes, so nothing is read ahead of the count,
and whoever asks for much keeps one of the few places for long answers while it is put together.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Self, TypeVar

from starlette.requests import Request

from civictui.codec import encode
from civictui.domain.model import Doc
from civictui.gateway.backends import backends_of
from civictui.gateway.policy import PAGE_BYTES
from civictui.gateway.problems import Problem

MOST_NAMED = 10_000
"""How many documents or revisions one request may name."""
_ROOM = PAGE_BYTES - 1024
_LONG_BYTES = 2 * 1024 * 1024
"""A longer answer waits for a place; the program's own requests are answered with less."""
_AT_FIRST, _AT_MOST = 16, 32
"""How many are read in one turn of the database; how large they are is known afterwards."""
_TURN_BYTES = 2 * 1024 * 1024
_YIELDING_BYTES = 256 * 1024

T = TypeVar("T")


class Gathering:
    """`async with Gathering(request)`: `turns` says what to read next, `encoded` counts it."""

    def __init__(self, request: Request) -> None:
        self._places = backends_of(request).long_answers
        self._has_place = False
        self._count = self._bytes = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._has_place:
            self._places.release()

    async def turns(self, wanted: Sequence[T]) -> AsyncIterator[Sequence[T]]:
        """`wanted` in pieces that are read at once, the smaller the larger the documents are."""
        if len(wanted) > MOST_NAMED:
            raise too_many()
        start = 0
        while start < len(wanted):
            count = self._at_once()
            yield wanted[start : start + count]
            start += count

    async def encoded(self, entry: Doc) -> bytes:
        """`entry` as JSON. Raises Problem 413 where the answer becomes too large with it."""
        content = encode(entry)
        self._count += 1
        self._bytes += len(content) + 1
        if self._bytes > _ROOM:
            raise _too_much(f"This would be more than {PAGE_BYTES} bytes")
        if self._bytes > _LONG_BYTES and not self._has_place:
            await self._places.acquire()
            self._has_place = True
        if len(content) > _YIELDING_BYTES:
            await asyncio.sleep(0)  # it took a while, and others wait
        return content

    def _at_once(self) -> int:
        if not self._count:
            return _AT_FIRST
        return max(1, min(_AT_MOST, _TURN_BYTES * self._count // self._bytes))


def too_many() -> Problem:
    return _too_much(f"This is more than {MOST_NAMED} at once")


def _too_much(why: str) -> Problem:
    return Problem(413, "page_too_large", f"{why}; ask for fewer.")
