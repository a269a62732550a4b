"""`/v1/session` and `/v1/policy`: what a client says and hears when it signs in."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.domain.model import now_text, read_time
from civictui.gateway.accounts.sessions import Begun
from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.database.port import NAME
from civictui.gateway.problems import bad_request
from civictui.gateway.routes.answers import answer
from civictui.gateway.routes.bodies import read_object
from civictui.gateway.routes.credentials import BODY_BYTES, sign_in_of, text_in

_NEVER_KEPT = {"Cache-Control": "no-store"}


async def sign_in(request: Request) -> Response:
    """POST /v1/session {username, password, device{id, name, version, public_key}}."""
    asked = sign_in_of(request, await read_object(request, BODY_BYTES))
    begun = await backends_of(request).sessions.sign_in(asked)
    return await _welcome(request, begun)


async def renew(request: Request) -> Response:
    """POST /v1/session/refresh {refresh_token, time, signature}."""
    body = await read_object(request, BODY_BYTES)
    token, time, signature = (
        text_in(body, name) for name in ("refresh_token", "time", "signature")
    )
    if read_time(time) is None:
        raise bad_request("The body's 'time' is no RFC 3339 time.")
    begun = await backends_of(request).sessions.renew(token, time, signature)
    return await _welcome(request, begun)


async def sign_out(request: Request) -> Response:
    """DELETE /v1/session."""
    await backends_of(request).sessions.end(grant_of(request))
    return Response(status_code=204)


async def policy(request: Request) -> Response:
    """GET /v1/policy, cheap to ask again: its ETag changes only with it."""
    found = backends_of(request).policy
    headers = {"ETag": found.etag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=304, headers=headers)
    return await answer(request, found.to_doc(), headers=headers)


async def _welcome(request: Request, begun: Begun) -> Response:
    backends = backends_of(request)
    now = backends.clock.now()
    account, pair = begun.account, begun.pair
    said: dict[str, Any] = {
        "access_token": pair.access,
        "expires_in": max(0, round(pair.until - now.timestamp())),
        "gateway": {"id": backends.id, "public_key": backends.public_key},
        "recovery_key": backends.recovery_key,
        "user": {"name": account.name, "display_name": account.display_name},
        "database": NAME,
        "policy": backends.policy.to_doc(),
        "time": now_text(now),
    }
    if begun.renewable:
        said["refresh_token"] = pair.refresh
    return await answer(request, said, headers=_NEVER_KEPT)


ROUTES = [
    Route("/v1/session", sign_in, methods=["POST"]),
    Route("/v1/session", sign_out, methods=["DELETE"]),
    Route("/v1/session/refresh", renew, methods=["POST"]),
    Route("/v1/policy", policy, methods=["GET"]),
]
