"""Answers as JSON, compressed where the client asked for it and where it pays."""

import asyncio
import gzip
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from civictui.codec import encode
from civictui.gateway.problems import Problem

JSON = "application/json"
_WORTH_COMPRESSING = 1024
_LEVEL = 5


async def answer(
    request: Request, value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """`value` as the JSON answer to `request`."""
    return await answer_bytes(request, encode(value), status, headers)


async def answer_bytes(
    request: Request, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """As `answer`, for a body that is JSON already."""
    fields = {"Vary": "Accept-Encoding", **(headers or {})}
    if len(body) >= _WORTH_COMPRESSING and takes_gzip(request.headers.get("accept-encoding", "")):
        # Away from the event loop: a full page takes a good part of a second.
        body = await asyncio.to_thread(gzip.compress, body, _LEVEL)
        fields["Content-Encoding"] = "gzip"
    return Response(body, status, fields, JSON)


def problem_answer(problem: Problem) -> Response:
    return Response(encode(problem.body), problem.status, problem.headers, JSON)


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header names gzip without forbidding it."""
    for choice in accepted.lower().split(","):
        name, _, parameters = choice.partition(";")
        if name.strip() == "gzip":
            return parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
