"""Answers as JSON, compressed where the client asked for it and where it pays.

None has a `Vary`: whatever needs a token may be kept by no cache that serves several (RFC 9111,
section 3.5), and on a thin line every header is paid for.
"""

import asyncio
import gzip
import zlib
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from civictui.codec import encode
from civictui.gateway.journal import note_refusal
from civictui.gateway.problems import Problem
from civictui.gateway.routes.sight import judge_device_again

JSON = "application/json"
PACKED = {"Content-Encoding": "gzip"}
_WORTH_COMPRESSING = 400
"""Below this, gzip's own frame and its header eat up what it saves."""
_IN_PLACE = 16 * 1024
"""A larger body is compressed in a thread of its own: a full page takes half a second."""
_LEVEL = 5


async def answer(
    request: Request, value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """`value` as the JSON answer to `request`."""
    return await answer_bytes(request, encode(value), status, headers)


async def answer_bytes(
    request: Request, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """As `answer`, for a body that is JSON already.

    Raises Problem 403 where the sender was barred while it was made.
    """
    judge_device_again(request)
    fields = dict(headers or {})
    if len(body) >= _WORTH_COMPRESSING and takes_gzip(request):
        if len(body) <= _IN_PLACE:
            body = gzip.compress(body, _LEVEL)
        else:
            body = await asyncio.to_thread(gzip.compress, body, _LEVEL)
        fields |= PACKED
    return Response(body, status, fields, JSON)


def problem_answer(problem: Problem) -> Response:
    return _Refusal(problem)


class _Refusal(Response):
    """The answer of a request that cannot be done; the log is told its code when it is given."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(encode(problem.body), problem.status, problem.headers, JSON)
        self._problem = problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        note_refusal(scope, self._problem)
        await super().__call__(scope, receive, send)


class Packer:
    """Compresses a body that comes in pieces, each to be read as soon as it is sent."""

    def __init__(self, gzip: bool) -> None:
        self._gzip = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31) if gzip else None

    @property
    def headers(self) -> Mapping[str, str]:
        return PACKED if self._gzip else {}

    def piece(self, content: bytes) -> bytes:
        if self._gzip is None:
            return content
        return self._gzip.compress(content) + self._gzip.flush(zlib.Z_SYNC_FLUSH)

    def last(self, content: bytes) -> bytes:
        return self._gzip.compress(content) + self._gzip.flush() if self._gzip else content


def takes_gzip(request: Request) -> bool:
    return accepts_gzip(request.headers.get("accept-encoding", ""))


def accepts_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header names gzip without forbidding it."""
    for choice in accepted.lower().split(","):
        name, _, parameters = choice.partition(";")
        if name.strip() == "gzip":
            return parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
