"""What the gateway says to a sign-in, read with suspicion.

It is sealed, believed without a link, written into names of folders and sent back in headers: so
each part has its shape and its length, and what has not makes the whole answer none.
"""

import math
import re
import unicodedata
from datetime import datetime
from typing import Any

from civictui.domain.errors import GatewayError
from civictui.domain.model import read_time
from civictui.domain.ports import Grant, RecoveryKey, Signer, Tokens
from civictui.signed_policy import read_signed

_ID = re.compile(r"[!-~]{1,64}")
"""Printable ASCII without blanks."""
_TOKEN = re.compile(r"[!-~]{1,4096}")
_KEY = re.compile(r"[!-~]{0,256}")
_DATABASE = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_DISPLAY_NAME = re.compile(r".{0,256}", re.DOTALL)
_TIME = re.compile(r"[!-~]{0,64}")
_ROLE = re.compile(r"[a-z][a-z-]{0,31}")
_MOST_ROLES = 16
_WHERE = "Is this the address of a civictui gateway?"


def read_grant(
    answer: Any, asked: str, private: str, now: datetime, *, device: str, signer: Signer
) -> Grant:
    """The answer to the sign-in of the user `asked`, with the `private` key of the session.

    Its policy counts where it is for this `device` and the answer's own key has signed it. Raises
    GatewayError for what is no such answer, or one to somebody else.
    """
    try:
        gateway, user = answer["gateway"], answer["user"]
        key = _text(gateway.get("public_key", ""), _KEY)
        whose = {
            "gateway": _text(gateway["id"], _ID),
            "user": _same(user["name"], asked),
            "device": device,
        }
        return Grant(
            gateway=whose["gateway"],
            user=whose["user"],
            display_name=_text(user.get("display_name", ""), _DISPLAY_NAME),
            database=_text(answer["database"], _DATABASE),
            tokens=read_tokens(answer, private),
            policy=read_signed(answer.get("policy"), key=key, whose=whose, signer=signer),
            offset=_offset(_text(answer.get("time", ""), _TIME), now),
            time=answer["time"] if read_clock(answer) else "",
            gateway_key=key,
            recovery_key=_recovery_key(answer.get("recovery_key")),
            roles=read_roles(answer),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GatewayError("The gateway's answer to the sign-in cannot be read", _WHERE) from error


def read_tokens(answer: Any, private: str) -> Tokens:
    """The tokens in the answer to a sign-in or a renewal. Raises GatewayError."""
    try:
        return Tokens(
            access=_text(answer["access_token"], _TOKEN),
            expires_in=_seconds(answer["expires_in"]),
            refresh=_text(answer["refresh_token"], _TOKEN),
            key=private,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise GatewayError("The gateway's answer holds no session", _WHERE) from error


def read_offset(answer: Any, now: datetime) -> float | None:
    """By how many seconds the server's clock is ahead, where the answer carries its time."""
    clock = read_clock(answer)
    return None if clock is None else round((clock - now).total_seconds(), 1)


def read_clock(answer: Any) -> datetime | None:
    """The server's time, where the answer carries it."""
    said = answer.get("time") if isinstance(answer, dict) else None
    return read_time(said) if isinstance(said, str) and _TIME.fullmatch(said) else None


def read_roles(answer: Any) -> tuple[str, ...]:
    """The roles in the answer to a sign-in or a renewal; what is no role is passed over."""
    user = answer.get("user") if isinstance(answer, dict) else None
    said = user.get("roles") if isinstance(user, dict) else None
    roles = said[:_MOST_ROLES] if isinstance(said, list) else []
    return tuple(role for role in roles if isinstance(role, str) and _ROLE.fullmatch(role))


def _same(name: Any, asked: str) -> str:
    """The user's name, which must be the one asked for: a store is made or opened by it."""
    if name != unicodedata.normalize("NFC", asked.strip()):
        raise GatewayError("The gateway has answered the sign-in of another user", _WHERE)
    return str(name)


def _text(value: Any, shape: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise ValueError("a text of another shape")
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    if not (math.isfinite(value) and value >= 0):
        raise ValueError("no length of time")
    return float(value)


def _recovery_key(said: Any) -> RecoveryKey | None:
    if said is None:
        return None
    return RecoveryKey(*(_text(said[name], _KEY) for name in ("kid", "public_key", "signature")))


def _offset(server: str, device: datetime) -> float:
    """Seconds by which the server's clock is ahead of ours."""
    time = read_time(server)
    return round((time - device).total_seconds(), 1) if time else 0.0
