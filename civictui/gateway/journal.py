"""What the gateway writes into its log: method, route, status, milliseconds, bytes. No more.

No address, no name, no token, no id and no text of anybody can get into it, not even in a crash
(`process.lines`). The number of a request is made for the log and tells nothing: by it an error is
found with its request.
"""

import logging
import re
import secrets
import sys
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from typing import Protocol, cast

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from civictui.gateway.problems import Problem

LOGGER = logging.getLogger("civictui.gateway")
NO_ROUTE = "(no route)"
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_CODE = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
_KIND = re.compile(r":\w+\}")
NUMBER: ContextVar[str] = ContextVar("request", default="")
"""Of the request that is being answered."""


@dataclass(slots=True)
class Served:
    """One request as the log and the metrics know it. Nothing of it is anybody's."""

    method: str
    number: str = field(default_factory=lambda: secrets.token_hex(8))
    route: str = NO_ROUTE
    """The pattern, such as `/v1/objects/{key}`: a path may hold an id."""
    status: int = 0
    """0 where nobody was there any more to be answered."""
    code: str = ""
    """Of what was refused."""
    backend: str = ""
    """Which one did not answer, so that this request could not be."""
    seconds: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    held: bool = False
    """It waited for something to happen: its time says nothing of the gateway's."""
    taken: int = 0
    refused: int = 0
    """Documents of a `_bulk_docs`."""
    finished: int = 0
    """Uploads that have become an object with it."""


class Meter(Protocol):
    """Whoever counts requests."""

    def began(self) -> None: ...

    def ended(self, served: Served) -> None: ...


class Journal:
    """Middleware that writes one line a request, and tells the application's meter."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        meter: Meter | None = getattr(scope["app"].state, "meter", None)
        served = scope.setdefault("state", {})["served"] = Served(_method(scope))
        NUMBER.set(served.number)
        began = monotonic()
        if meter:
            meter.began()
        try:
            await self._app(scope, *_counting(served, receive, send))
        finally:
            if isinstance(sys.exception(), Exception) and not served.status:
                served.status, served.code = 500, "internal"  # as it is answered further out
            served.seconds = monotonic() - began
            served.route = _pattern(getattr(scope.get("route"), "path", NO_ROUTE))
            LOGGER.info(*_line(served), extra={"served": served})
            if meter:
                meter.ended(served)


def served_of(request: Request) -> Served:
    """What is noted of a request. A route adds what it alone knows."""
    return cast(Served, request.state.served)


def note_refusal(scope: Scope, problem: Problem) -> None:
    """Remember with which code a request is refused."""
    served = scope.get("state", {}).get("served")
    if served is not None:
        served.code = problem.code if _CODE.fullmatch(problem.code) else "other"
        served.backend = problem.backend


def _counting(served: Served, receive: Receive, send: Send) -> tuple[Receive, Send]:
    async def received() -> Message:
        message = await receive()
        served.bytes_in += len(message.get("body", b""))
        return message

    async def sent(message: Message) -> None:
        served.status = message.get("status", served.status)
        served.bytes_out += len(message.get("body", b""))
        await send(message)

    return received, sent


def _line(served: Served) -> tuple[str, str, str, int, int]:
    spent = round(served.seconds * 1000)
    return "%s %s %d %d ms", served.method, served.route, served.status, spent


@cache
def _pattern(path: str) -> str:
    """A route's path without the kinds of its parameters; there are as many as routes."""
    return _KIND.sub("}", path)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "OTHER"
