"""The gate: below `/v1/` and `/db` nothing is answered without an access token.

It stands before the routes and names what is open, so that a new route is closed by default.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from civictui.gateway.problems import Problem, unauthorized
from civictui.gateway.routes.answers import problem_answer
from civictui.gateway.routes.sight import token_in

_OPEN = {
    ("POST", "/v1/session"),
    ("POST", "/v1/session/refresh"),
    ("POST", "/v1/recover"),
    ("POST", "/v1/password"),
    ("OPTIONS", "/v1/uploads"),
}


class Gate:
    """Middleware that puts the token's grant into the request's state, or answers 401 or 503."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_closed(scope["method"], scope["path"]):
            sessions = scope["app"].state.backends.sessions
            try:
                grant = await sessions.grant(token_in(Headers(scope=scope)))
                if grant is None:
                    raise unauthorized()
            except Problem as problem:
                await problem_answer(problem)(scope, receive, send)
                return
            scope.setdefault("state", {})["grant"] = grant
        await self._app(scope, receive, send)


def _is_closed(method: str, path: str) -> bool:
    inside = path == "/db" or path.startswith(("/v1/", "/db/"))
    return inside and (method, path) not in _OPEN
