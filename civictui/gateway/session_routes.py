"""`/v1/session` and `/v1/policy`: what a client says and hears when it signs in."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.domain.model import now_text, read_time
from civictui.gateway.answers import answer
from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.bodies import read_object
from civictui.gateway.database import NAME
from civictui.gateway.families import public_key
from civictui.gateway.problems import bad_request
from civictui.gateway.sessions import Begun, SignIn

_BODY_BYTES = 16 * 1024
_NEVER_KEPT = {"Cache-Control": "no-store"}
_DEVICE_FIELDS = {"id": 64, "name": 64, "version": 32, "public_key": 64}
"""The longest that each may be."""
_LONGEST_USER = 256


async def sign_in(request: Request) -> Response:
    """POST /v1/session {username, password, device{id, name, version, public_key}}."""
    body = await read_object(request, _BODY_BYTES)
    user = _text(body, "username")
    if len(user) > _LONGEST_USER:
        raise bad_request("This user name is too long.")
    address = request.client.host if request.client else ""
    asked = SignIn(user, _text(body, "password"), _device(body.get("device")), address)
    begun = await backends_of(request).sessions.sign_in(asked)
    return await _welcome(request, begun)


async def renew(request: Request) -> Response:
    """POST /v1/session/refresh {refresh_token, time, signature}."""
    body = await read_object(request, _BODY_BYTES)
    token, time, signature = (_text(body, name) for name in ("refresh_token", "time", "signature"))
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
        "gateway": {"id": backends.id},
        "user": {"name": account.name, "display_name": account.display_name},
        "database": NAME,
        "policy": backends.policy.to_doc(),
        "time": now_text(now),
    }
    if begun.renewable:
        said["refresh_token"] = pair.refresh
    return await answer(request, said, headers=_NEVER_KEPT)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise bad_request(f"The body has no text {name!r}.")
    return value


def _device(value: object) -> dict[str, str]:
    """The device's fields; empty where the client is a script that keeps no key."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request("The device must be a JSON object.")
    device: dict[str, str] = {}
    for name, longest in _DEVICE_FIELDS.items():
        text = value.get(name, "")
        if not isinstance(text, str) or len(text) > longest:
            raise bad_request(f"The device's {name!r} is a text of {longest} characters at most.")
        device[name] = text
    _check_key(device["public_key"])
    return device


def _check_key(text: str) -> None:
    try:
        if text:
            public_key(text)
    except ValueError as error:
        raise bad_request("The device's 'public_key' is no Ed25519 key in base64url.") from error


ROUTES = [
    Route("/v1/session", sign_in, methods=["POST"]),
    Route("/v1/session", sign_out, methods=["DELETE"]),
    Route("/v1/session/refresh", renew, methods=["POST"]),
    Route("/v1/policy", policy, methods=["GET"]),
]
