"""`/v1/session`: what a client says and hears when it signs in."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.domain.model import Doc, now_text, read_time
from civictui.gateway.accounts.port import Account
from civictui.gateway.accounts.sessions import Begun
from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.database.port import NAME
from civictui.gateway.devices.counts import Count
from civictui.gateway.problems import bad_request
from civictui.gateway.routes.answers import answer
from civictui.gateway.routes.bodies import read_object
from civictui.gateway.routes.credentials import BODY_BYTES, sign_in_of, text_in, version_in
from civictui.gateway.routes.policy import as_json, signed_for

_NEVER_KEPT = {"Cache-Control": "no-store"}


async def sign_in(request: Request) -> Response:
    """POST /v1/session {username, password, device{id, name, version, public_key}}."""
    asked = sign_in_of(request, await read_object(request, BODY_BYTES))
    backends = backends_of(request)
    begun = await backends.sessions.sign_in(asked)
    backends.register.heard(begun.grant, begun.device_name, Count(sign_ins=1))
    return await _welcome(request, begun)


async def renew(request: Request) -> Response:
    """POST /v1/session/refresh {refresh_token, time, signature, version}.

    `version` may be absent; it is the program's, which may be another one than at the sign-in.
    """
    body = await read_object(request, BODY_BYTES)
    token, time, signature = (
        text_in(body, name) for name in ("refresh_token", "time", "signature")
    )
    if read_time(time) is None:
        raise bad_request("The body's 'time' is no RFC 3339 time.")
    backends = backends_of(request)
    begun = await backends.sessions.renew(token, time, signature, version_in(body))
    backends.register.heard(begun.grant, "", Count(renewals=1))
    return await _welcome(request, begun)


async def sign_out(request: Request) -> Response:
    """DELETE /v1/session."""
    await backends_of(request).sessions.end(grant_of(request))
    return Response(status_code=204)


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
        "policy": as_json(await signed_for(backends, begun.grant)),
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


ROUTES = [
    Route("/v1/session", sign_in, methods=["POST"]),
    Route("/v1/session", sign_out, methods=["DELETE"]),
    Route("/v1/session/refresh", renew, methods=["POST"]),
]
