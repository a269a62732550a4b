"""Tokens of IBM Cloud's IAM: an API key becomes a bearer token that is good for an hour or so.

Cloudant takes one instead of a user and a password, Cloud Object Storage instead of HMAC keys.
The key leaves this process in the body of one request to the token address, and is in no message.
"""

import asyncio
from collections.abc import Callable
from time import monotonic
from urllib.parse import urlencode, urlsplit

from civictui.codec import BadJson, Misfit, Shape, foreign_reader
from civictui.domain.errors import GatewayError, Refused, UsageError
from civictui.net import Link, Reply
from civictui.origin import origin_of

GRANT = "urn:ibm:params:oauth:grant-type:apikey"
_ANSWER_BYTES = 64 * 1024
_SILENCE = 15.0
_USED_UP = 0.8
"""A token is used for so much of its life: the last ones on their way must still be good."""
_LONGEST_LIFE = 24 * 3600


class _Token(Shape):
    access_token: str
    expires_in: int


_read = foreign_reader(_Token)


class IamTokens:
    """The current token of one API key. Belongs to one event loop."""

    def __init__(self, key: str, url: str, now: Callable[[], float] = monotonic) -> None:
        """`url` is where tokens are had; `now` counts seconds. Raises UsageError."""
        parts = urlsplit(url.strip())
        if parts.query or parts.fragment or not parts.path.strip("/"):
            raise UsageError("--iam-token-url is no token address", "Write it with its path.")
        self._origin = origin_of(parts._replace(path="").geturl())
        self._path = parts.path
        self._key = key
        self._now = now
        self._asking = asyncio.Lock()
        self._token, self._until = "", 0.0
        self._link: Link | None = None

    def __repr__(self) -> str:
        return f"IamTokens({self._origin})"

    async def token(self) -> str:
        """A token that is good for a while yet. Raises GatewayError where none can be had."""
        async with self._asking:
            if not self._token or self._now() >= self._until:
                await self._renew()
            return self._token

    def forget(self, token: str) -> None:
        """`token` was refused: the next one is a new one."""
        if token == self._token:
            self._token = ""

    async def close(self) -> None:
        if self._link is not None:
            await self._link.close()

    async def _renew(self) -> None:
        began = self._now()
        found = _token_of(await self._asked())
        self._token = found.access_token
        self._until = began + _USED_UP * min(found.expires_in, _LONGEST_LIFE)

    async def _asked(self) -> Reply:
        if self._link is None:
            self._link = Link(self._origin)
        form = urlencode({"grant_type": GRANT, "apikey": self._key}).encode()
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return await self._link.request(
            "POST", self._path, content=form, headers=headers, silence=_SILENCE, cap=_ANSWER_BYTES
        )


def _token_of(reply: Reply) -> _Token:
    """Raises GatewayError; what the server said is not repeated, it may quote the key."""
    if reply.status != 200:
        raise Refused(reply.status, "iam", "no token for the API key", reply.retry_after)
    try:
        found = _read(reply.body)
    except (Misfit, BadJson) as error:
        raise GatewayError("What answered at the token address gives no tokens") from error
    token = found.access_token
    if not token.isascii() or not token.isprintable() or not token or found.expires_in <= 0:
        raise GatewayError("What answered at the token address gives no tokens")
    return found
