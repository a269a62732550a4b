"""`/v1/recover` and `/v1/password`: what is asked for with a fresh password, without a session."""

import base64
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.gateway.accounts.recoveries import Appeal
from civictui.gateway.backends import backends_of
from civictui.gateway.base64url import decoded
from civictui.gateway.problems import bad_request
from civictui.gateway.routes.answers import answer
from civictui.gateway.routes.bodies import read_object
from civictui.gateway.routes.credentials import BODY_BYTES, sign_in_of, text_in
from civictui.storage.envelope import KEY_BYTES
from civictui.storage.keyring import STORE_ID_BYTES


async def recover(request: Request) -> Response:
    """POST /v1/recover {username, password, device, store, slot, public_key}."""
    body = await read_object(request, BODY_BYTES)
    e, c = await backends_of(request).recoveries.recover(_appeal(request, body))
    said = {"e": base64.b64encode(e).decode(), "c": base64.b64encode(c).decode()}
    return await answer(request, said, headers={"Cache-Control": "no-store"})


async def change_password(request: Request) -> Response:
    """POST /v1/password {username, password, new_password, device}."""
    body = await read_object(request, BODY_BYTES)
    asked, new = sign_in_of(request, body), text_in(body, "new_password")
    await backends_of(request).sessions.change_password(asked, new)
    return Response(status_code=204)


def _appeal(request: Request, body: Mapping[str, Any]) -> Appeal:
    slot = body.get("slot")
    if not isinstance(slot, dict):
        raise bad_request("The body has no object 'slot'.")
    return Appeal(sign_in_of(request, body), _store(body), slot, _public_key(body))


def _store(body: Mapping[str, Any]) -> bytes:
    try:
        store = base64.b64decode(text_in(body, "store"), validate=True)
    except ValueError:
        store = b""
    if len(store) != STORE_ID_BYTES:
        raise bad_request(f"The body's 'store' is {STORE_ID_BYTES} bytes in base64.")
    return store


def _public_key(body: Mapping[str, Any]) -> bytes:
    try:
        key = decoded(text_in(body, "public_key"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise bad_request("The body's 'public_key' is no X25519 key in base64url.")
    return key


ROUTES = [
    Route("/v1/recover", recover, methods=["POST"]),
    Route("/v1/password", change_password, methods=["POST"]),
]
