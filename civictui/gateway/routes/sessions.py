"""`/v1/session` and `/v1/policy`: what a client says and hears when it signs in."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.domain.model import Doc, now_text, read_time
from civictui.gateway.accounts.port import Account
from civictui.gateway.accounts.sessions import Begun
from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.database.port import NAME
from civictui.gateway.policy import etag_of
from civictui.gateway.problems import bad_request
from civictui.gateway.routes.answers import answer
from civictui.gateway.routes.bodies import read_object
from civictui.gateway.routes.credentials import BODY_BYTES, sign_in_of, text_in
from civictui.gateway.viewer import Viewer

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
    found = _policy_for(request, grant_of(request).viewer)
    etag = etag_of(found)
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return await answer(request, found, headers=headers)


async def _welcome(request: Request, begun: Begun) -> Response:
    backends = backends_of(request)
    now = backends.clock.now()
    account, pair = begun.account, begun.pair
    said: dict[str, Any] = {
        "access_token": pair.access,
        "expires_in": max(0, round(pair.until - now.timestamp())),
        "gateway": {"id": backends.id, "public_key": backends.public_key},
        "recovery_key": backends.recovery_key,
        "user": _user(account),
        "database": NAME,
        "policy": _policy_for(request, account.viewer),
        "time": now_text(now),
    }
    if begun.renewable:
        said["refresh_token"] = pair.refresh
    return await answer(request, said, headers=_NEVER_KEPT)


def _user(account: Account) -> Doc:
    return {
        "name": account.name,
        "display_name": account.display_name,
        "roles": sorted(account.roles),
        "area": account.area.to_geojson() if account.area else None,
    }


def _policy_for(request: Request, viewer: Viewer) -> Doc:
    """The gateway's policy, and the area of a user who has one."""
    area = {"area": viewer.area.to_geojson()} if viewer.area else {}
    return {**backends_of(request).policy.to_doc(), **area}


ROUTES = [
    Route("/v1/session", sign_in, methods=["POST"]),
    Route("/v1/session", sign_out, methods=["DELETE"]),
    Route("/v1/session/refresh", renew, methods=["POST"]),
    Route("/v1/policy", policy, methods=["GET"]),
]
