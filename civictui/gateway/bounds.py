"""What a request's head may be: so long, whatever came of it at once, and with one length.

The parser below gives up only on a head whose end has not come yet. Of a body that says its length
in two ways it believes one; a proxy before it may believe the other, and take the rest of the
connection for somebody else's request. So such a connection ends with its refusal (RFC 9112, 6.1).
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from civictui.gateway.problems import Problem

HEAD_BYTES = 64 * 1024
"""The path with its query, and all names and values of the headers."""


Told = Callable[[Request, Problem], Awaitable[Response]]


class Bounds:
    """Middleware that answers 431 `head_too_large` and 400; `told` says how."""

    def __init__(self, app: ASGIApp, told: Told) -> None:
        self._app = app
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = _problem(scope) if scope["type"] == "http" else None
        if problem is None:
            await self._app(scope, receive, send)
            return
        answer = await self._told(Request(scope), problem)
        await answer(scope, receive, send)


def _problem(scope: Scope) -> Problem | None:
    """What is wrong with a head."""
    if _head_bytes(scope) > HEAD_BYTES:
        reason = f"The request's head has more than {HEAD_BYTES} bytes."
        return Problem(431, "head_too_large", reason)
    if {b"content-length", b"transfer-encoding"} <= {name for name, _ in scope["headers"]}:
        reason = "The request says its length in two ways."
        return Problem(400, "bad_request", reason, headers={"Connection": "close"})
    return None


def _head_bytes(scope: Scope) -> int:
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    return headers + len(scope.get("raw_path") or b"") + len(scope["query_string"])
