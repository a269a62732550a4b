"""Name, password and device as a request's body gives them: what `/v1/session` and others share."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from civictui.gateway.accounts.families import public_key
from civictui.gateway.accounts.sessions import SignIn
from civictui.gateway.problems import bad_request

BODY_BYTES = 16 * 1024
"""The largest body of a request that carries a password."""

_DEVICE_FIELDS = {"id": 64, "name": 64, "version": 32, "public_key": 64}
"""The longest that each may be."""
_LONGEST_USER = 256


def sign_in_of(request: Request, body: Mapping[str, Any]) -> SignIn:
    """{username, password, device{id, name, version, public_key}}. Raises Problem 400."""
    user = text_in(body, "username")
    if len(user) > _LONGEST_USER:
        raise bad_request("This user name is too long.")
    address = request.client.host if request.client else ""
    return SignIn(user, text_in(body, "password"), _device(body.get("device")), address)


def text_in(body: Mapping[str, Any], name: str) -> str:
    """A text that is there and not empty. Raises Problem 400."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise bad_request(f"The body has no text {name!r}.")
    return value


def version_in(body: Mapping[str, Any]) -> str:
    """The program's version, "" where it is not said. Raises Problem 400."""
    return _field(body, "version")


def _device(value: object) -> dict[str, str]:
    """The device's fields; empty where the client is a script that keeps no key."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request("The device must be a JSON object.")
    device: dict[str, str] = {}
    for name in _DEVICE_FIELDS:
        device[name] = _field(value, name)
    _check_key(device["public_key"])
    return device


def _field(value: Mapping[str, Any], name: str) -> str:
    text, longest = value.get(name, ""), _DEVICE_FIELDS[name]
    if not isinstance(text, str) or len(text) > longest:
        raise bad_request(f"The device's {name!r} is a text of {longest} characters at most.")
    return text


def _check_key(text: str) -> None:
    try:
        if text:
            public_key(text)
    except ValueError as error:
        raise bad_request("The device's 'public_key' is no Ed25519 key in base64url.") from error
