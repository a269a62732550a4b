"""The gate: below `/v1/` and `/db` nothing is answered without an access token.

It stands before the routes and names what is open, so that a new route is closed by default; and
what is left to whoever is barred (`devices.barred`), so that it is closed to those as well.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from civictui.gateway.accounts.tokens import Grant
from civictui.gateway.backends import Backends
from civictui.gateway.devices.counts import Count
from civictui.gateway.journal import Served
from civictui.gateway.problems import Problem, unauthorized
from civictui.gateway.routes.answers import problem_answer
from civictui.gateway.routes.sight import token_in

_OPEN = {
    ("POST", "/v1/session"),
    ("POST", "/v1/session/refresh"),
    ("POST", "/v1/recover"),
    ("POST", "/v1/password"),
    ("GET", "/v1/notice"),
    ("OPTIONS", "/v1/uploads"),
}


class Gate:
    """Middleware that puts the token's grant into the request's state, or answers 401, 403, 503.

    It tells the register who was heard, and what came of him.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_closed(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        backends: Backends = scope["app"].state.backends
        try:
            grant = await _let_in(backends, scope)
        except Problem as problem:
            await problem_answer(problem)(scope, receive, send)
            return
        scope.setdefault("state", {})["grant"] = grant
        try:
            await self._app(scope, receive, send)
        finally:
            backends.register.received(grant, _count_of(scope["state"]["served"]))


async def _let_in(backends: Backends, scope: Scope) -> Grant:
    """Whose request it is. Raises Problem 401; 403 for what a barred one may not; 503."""
    grant = await backends.sessions.grant(token_in(Headers(scope=scope)))
    if grant is None:
        raise unauthorized()
    backends.register.heard(grant)
    backends.barring.refuse(grant.barred, scope["method"], scope["path"])
    return grant


def _count_of(served: Served) -> Count:
    return Count(
        documents=served.taken,
        pictures=served.finished,
        bytes_in=served.bytes_in,
        refused=served.refused,
    )


def _is_closed(method: str, path: str) -> bool:
    inside = path == "/db" or path.startswith(("/v1/", "/db/"))
    return inside and (method, path) not in _OPEN
