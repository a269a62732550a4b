"""What the gateway writes into its log: method, path template, status, milliseconds. No more.

No address, no name, no token, no id and no text of anybody can get into it, not even in a crash:
the formatter says where an error arose and of which class it is, never its message.
"""

import logging
import traceback
from time import monotonic
from types import TracebackType
from typing import TextIO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOGGER = logging.getLogger("civictui.gateway")
_SERVER_LOGGER = logging.getLogger("uvicorn.error")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Journal:
    """Middleware that writes one line a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = monotonic(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            spent = round((monotonic() - began) * 1000)
            LOGGER.info("%s %s %d %d ms", _method(scope), _template(scope), status, spent)


class WhereNotWhat(logging.Formatter):
    """Formats an error as its class and the lines it came through, without its message."""

    def formatException(  # noqa: N802 - the name is logging's
        self,
        ei: "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]",  # noqa: E501
    ) -> str:
        kind, _, trace = ei
        lines = [f"  {f.name} ({f.filename}:{f.lineno})" for f in traceback.extract_tb(trace)]
        return "\n".join([*lines, kind.__name__ if kind else ""])


def write_to(stream: TextIO | None) -> None:
    """Send both programs' lines to `stream`, or nowhere; the root logger never sees them."""
    for logger in (LOGGER, _SERVER_LOGGER):
        for former in list(logger.handlers):
            logger.removeHandler(former)
        handler = logging.StreamHandler(stream) if stream else logging.NullHandler()
        handler.setFormatter(WhereNotWhat("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "OTHER"


def _template(scope: Scope) -> str:
    """The route's pattern, such as `/v1/objects/{key}`: a path may hold an id."""
    return getattr(scope.get("route"), "path", "(no route)")
