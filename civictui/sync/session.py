"""Signing in, and keeping a session alive without the password.

An access token lives for minutes and is held in memory. The refresh token lies sealed in the store
beside the key that signs its use, so that a program started offline goes on when the link is back.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import civictui
from civictui.codec import BadJson, encode
from civictui.domain.errors import (
    GatewayError,
    SessionExpired,
    SignInBlocked,
    SignInRefused,
    Unreachable,
    UsageError,
)
from civictui.domain.model import now_text
from civictui.domain.ports import Clock, Grant, Recovery, Secrets, Signer, Tokens
from civictui.net import Link, Reply
from civictui.sync.look import look_at
from civictui.sync.notice import ask_for_notice
from civictui.sync.orders import Orders, raise_if_barred
from civictui.sync.renewal import keep_word
from civictui.sync.welcome import read_grant, read_tokens

SIGN_IN_SECONDS = 10.0
"""How long the gateway may say nothing to a sign-in: somebody waits, and the store is here."""
_EARLY = 15.0
"""Seconds before its end at which an access token is renewed."""


class GatewaySession:
    """`Session` against the gateway's `/v1/session`."""

    def __init__(self, signer: Signer, clock: Clock, device: str) -> None:
        self._signer = signer
        self._clock = clock
        self._device_id = device

    async def sign_in(self, origin: str, user: str, password: str) -> Grant:
        """Ask with name and password. Raises Unreachable, SignInRefused, SignInBlocked.

        UsageError for what cannot be sent at all, GatewayError for an answer that is none.
        """
        private, public = self._signer.new_key()
        device = {**self._device(), "public_key": public}
        body = {"username": user, "password": password, "device": device}
        reply = await _asked(origin, "/v1/session", body)
        return read_grant(
            reply.json(),
            user,
            private,
            self._clock.now(),
            device=self._device_id,
            signer=self._signer,
        )

    async def look_at(self, address: str) -> str:
        return await look_at(address)

    async def notice(self, origin: str) -> str:
        return await ask_for_notice(origin)

    async def recover(
        self, origin: str, user: str, password: str, recovery: Recovery
    ) -> Mapping[str, Any]:
        body = {"username": user, "password": password, "device": self._device()}
        said = (await _asked(origin, "/v1/recover", {**body, **recovery.request})).json()
        if not isinstance(said, dict):
            raise GatewayError("The gateway's answer cannot be read", "Try again later.")
        return said

    async def change_password(self, origin: str, user: str, current: str, new: str) -> None:
        """Raises SignInRefused, SignInBlocked, Refused where the gateway has said no.

        Its yes is 204 and nothing else. Unreachable means that nobody knows: the answer was lost,
        or is not the gateway's, and what was asked for may be done, or be done yet.
        """
        body = {"username": user, "password": current, "device": self._device()}
        reply = await _answer(origin, "/v1/password", {**body, "new_password": new})
        if reply.status != 204:
            raise _refusal_of_change(reply)

    def _device(self) -> dict[str, str]:
        return {"id": self._device_id, "name": "terminal", "version": civictui.__version__}


async def _asked(origin: str, path: str, body: Mapping[str, Any]) -> Reply:
    """The answer to a request that carries a password. Raises what the gateway refused with."""
    reply = await _answer(origin, path, body)
    if reply.status not in {200, 204}:
        raise _refusal(reply)
    return reply


async def _answer(origin: str, path: str, body: Mapping[str, Any]) -> Reply:
    """Whatever answers. Raises Unreachable, UsageError for text that is none."""
    try:
        content = encode(body)
    except BadJson as error:  # bytes of a command line or a pipe that are not UTF-8
        raise UsageError(
            "The user name or the password holds bytes that are no characters", "Type it anew."
        ) from error
    headers = {"Content-Type": "application/json"}
    link = Link(origin)
    try:
        return await link.request(
            "POST", path, content=content, headers=headers, silence=SIGN_IN_SECONDS
        )
    finally:
        await link.close()


class SignedInLink:
    """A link whose requests carry the session's token, renewed as needed."""

    def __init__(
        self,
        link: Link,
        secrets: Secrets,
        signer: Signer,
        clock: Clock,
        tokens: Tokens | None,
        orders: Orders | None = None,
    ) -> None:
        """A renewal's policy goes to the `orders`; a script has none."""
        self._orders = orders
        self._link = link
        self._secrets = secrets
        self._signer = signer
        self._clock = clock
        self._tokens: Tokens | None = None
        self._ends = 0.0
        self._renewing = asyncio.Lock()
        if tokens:
            self.use(tokens)

    @property
    def sent(self) -> int:
        """Bytes, see `Link`."""
        return self._link.sent

    @property
    def received(self) -> int:
        return self._link.received

    def use(self, tokens: Tokens) -> None:
        """Go on with these tokens, which a sign-in just gave."""
        self._tokens = tokens
        self._ends = self._clock.monotonic() + tokens.expires_in - _EARLY

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        """As `Link.request`. Raises SessionExpired when only the password can help, and Barred.

        Barred is no refusal of one thing, which the rest would outlive: it ends what is under way.
        """
        tokens = self._tokens
        if tokens is None or self._clock.monotonic() >= self._ends:
            tokens = await self._renewed(tokens)
        reply = await self._send(tokens, method, path, options)
        if reply.status == 401:
            tokens = await self._renewed(tokens)
            reply = await self._send(tokens, method, path, options)
        if reply.status == 401:
            raise _expired()
        raise_if_barred(reply)
        return reply

    async def close(self) -> None:
        await self._link.close()

    async def _send(
        self, tokens: Tokens, method: str, path: str, options: Mapping[str, Any]
    ) -> Reply:
        headers = {**options.get("headers", {}), "Authorization": f"Bearer {tokens.access}"}
        return await self._link.request(method, path, **{**options, "headers": headers})

    async def _renewed(self, worn: Tokens | None) -> Tokens:
        """Other tokens than the `worn` ones: of requests that need them at once, one asks.

        To use a refresh token twice is to end the session.
        """
        async with self._renewing:
            if self._tokens is None or self._tokens is worn:
                return await self._renew()
            return self._tokens

    async def _renew(self) -> Tokens:
        """Trade the refresh token for new ones; they are sealed before the first is used."""
        kept = await self._secrets.get("tokens")
        if not kept:
            raise _expired()
        time = now_text(self._clock.now())
        message = f"civictui/refresh/v1\n{kept['refresh']}\n{time}".encode()
        signature = self._signer.sign(kept["key"], message)
        body = {
            "refresh_token": kept["refresh"],
            "time": time,
            "signature": signature,
            "version": civictui.__version__,  # another one perhaps than at the sign-in
        }
        reply = await self._link.request("POST", "/v1/session/refresh", json=body)
        if reply.status in {400, 401, 403}:
            raise _expired()
        if reply.status != 200:
            raise _refusal(reply)
        said = reply.json()
        tokens = read_tokens(said, kept["key"])
        await keep_tokens(self._secrets, tokens)
        self.use(tokens)
        await keep_word(self._secrets, said, self._clock.now())
        if self._orders:
            await self._orders.take(said.get("policy"))
        return tokens


async def keep_tokens(secrets: Secrets, tokens: Tokens) -> None:
    """Seal what renews the session; the access token stays in memory."""
    await secrets.put("tokens", {**asdict(tokens), "access": ""})


def _expired() -> SessionExpired:
    return SessionExpired("The session has ended", "Sign in again; what you typed stays.")


def _refusal(reply: Reply) -> GatewayError:
    if reply.status == 401:
        said = reply.json()
        left = said.get("remaining_attempts") if isinstance(said, dict) else None
        if isinstance(left, int):
            return SignInRefused(left)
    if reply.status == 429:
        return SignInBlocked(_seconds(reply.headers.get("retry-after", "")))
    return reply.refusal()


_NO_CHANGE = {
    (400, "weak_password"),
    (401, "wrong_credentials"),
    (403, "managed_elsewhere"),
    (429, "blocked"),
    (503, "backend_unavailable"),
    (503, "busy"),
}
"""The status and code of each answer by which the gateway refuses a change of password."""


def _refusal_of_change(reply: Reply) -> GatewayError:
    """The gateway's own no; Unreachable for all that another machine on the way may have said."""
    if (reply.status, reply.refusal().code) in _NO_CHANGE:
        return _refusal(reply)
    return Unreachable("What answered to the change is not the word of the gateway")


def _seconds(text: str) -> int:
    return int(text) if len(text) < 7 and text.isascii() and text.isdigit() else 300
