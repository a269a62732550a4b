"""Refresh tokens: each is used once and replaced; all that follow one sign-in are a family.

A lost reply must not sign anybody out: until the new refresh token was used, the old one gets the
same answer again for ten minutes. For that the answer is kept, sealed under a key that only the old
token gives; at rest there are hashes and that box. Any other use of an old token means that two
have it, and the family ends. A refresh token alone is worth nothing: the request is signed with
the Ed25519 key that lies in the device's sealed store.
"""

import base64
import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from civictui.codec import decode_object, encode
from civictui.domain.ports import Clock
from civictui.gateway.accounts.tokens import hashed, new_secret
from civictui.gateway.base64url import decoded
from civictui.gateway.problems import Problem
from civictui.gateway.sealed import Shelf
from civictui.storage.envelope import derive, open_sealed, seal

LIFETIME = 30 * 86400
"""Seconds that a refresh token lives; each renewal begins them anew."""

REPLAY_SECONDS = 600
_PURPOSE = b"civictui/refresh/v1"


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token with its end (Unix seconds), and the refresh token beside it."""

    access: str
    until: float
    refresh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One session on one device, as its sealed file has it."""

    id: str
    user: str
    device: dict[str, str]
    until: float
    current: str
    """Hash of the refresh token that is to be used next."""
    previous: str = ""
    rotated: float = 0.0
    replay: str = ""
    """The last answer, sealed under the token that got it; base64."""
    mark: str = ""
    """The account's when the session began."""

    @classmethod
    def from_doc(cls, doc: dict[str, Any]) -> Self:
        return cls(**doc)


class Families:
    """All sessions of one folder. Synchronous: its caller owns the store's thread."""

    def __init__(self, shelf: Shelf, clock: Clock, access_seconds: int) -> None:
        self._shelf = shelf
        self._clock = clock
        self._access_seconds = access_seconds

    def begin(self, user: str, device: dict[str, str], mark: str) -> tuple[Family, Pair]:
        """A new session. `device` has the base64url `public_key` that will sign its renewals."""
        identity = secrets.token_urlsafe(12)
        pair = self.new_pair(identity)
        until = self._now() + LIFETIME
        family = Family(
            id=identity,
            user=user,
            device=device,
            until=until,
            current=hashed(pair.refresh),
            mark=mark,
        )
        self._put(family)
        return family, pair

    def new_pair(self, family: str) -> Pair:
        """Tokens that nobody has seen yet; the refresh token names its family."""
        until = self._now() + self._access_seconds
        return Pair(new_secret(), until, f"{family}.{new_secret()}")

    def renew(
        self, token: str, time: str, signature: str, version: str = ""
    ) -> tuple[Family, Pair]:
        """Trade a refresh token for new tokens. Raises Problem 401.

        `version` is the program's, where it says so: it may be another one by now.
        """
        family = self.of_token(token)
        if version:
            family = replace(family, device={**family.device, "version": version})
        _check_signature(family.device["public_key"], token, time, signature)
        if hashed(token) == family.current:
            return self._rotated(family, token)
        if hashed(token) == family.previous and self._now() <= family.rotated + REPLAY_SECONDS:
            self._put(family)
            return family, _open_replay(family, token)
        self.end(family.id)
        raise Problem(401, "session_revoked", "This refresh token was used before. Sign in again.")

    def end(self, family: str) -> None:
        self._shelf.remove(family)

    def end_all(self, user: str) -> None:
        """End every session of a user, on whichever device."""
        for file, document in self._shelf.readable():
            if document["user"] == user:
                file.remove()

    def drop_expired(self) -> None:
        now = self._now()
        for file, document in self._shelf.readable():
            if document["until"] <= now:
                file.remove()

    def _rotated(self, family: Family, token: str) -> tuple[Family, Pair]:
        pair = self.new_pair(family.id)
        renewed = replace(
            family,
            until=self._now() + LIFETIME,
            current=hashed(pair.refresh),
            previous=hashed(token),
            rotated=self._now(),
            replay=_seal_replay(family.id, token, pair),
        )
        self._put(renewed)
        return renewed, pair

    def of_token(self, token: str) -> Family:
        """The session that a refresh token names, right or wrong. Raises Problem 401."""
        document = self._shelf.get(token.partition(".")[0])
        if document is None or document["until"] <= self._now():
            raise session_expired()
        return Family.from_doc(document)

    def _put(self, family: Family) -> None:
        self._shelf.put(family.id, asdict(family))

    def _now(self) -> float:
        return self._clock.now().timestamp()


def session_expired() -> Problem:
    return Problem(401, "session_expired", "The session has ended. Sign in again.")


def public_key(text: str) -> Ed25519PublicKey:
    """Read a key as base64url without padding. Raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(decoded(text))


def _check_signature(key: str, token: str, time: str, signature: str) -> None:
    message = b"\n".join([_PURPOSE, token.encode(), time.encode()])
    try:
        public_key(key).verify(decoded(signature), message)
    except (InvalidSignature, ValueError) as error:
        reason = "The signature is not that of the session's device."
        raise Problem(401, "bad_signature", reason) from error


def _replay_key(family: str, token: str) -> bytes:
    return derive(token.encode(), family.encode(), b"civictui/replay/v1")


def _seal_replay(family: str, token: str, pair: Pair) -> str:
    sealed = seal(_replay_key(family, token), encode(asdict(pair)), family.encode())
    return base64.b64encode(sealed).decode()


def _open_replay(family: Family, token: str) -> Pair:
    key = _replay_key(family.id, token)
    content = open_sealed(key, base64.b64decode(family.replay), family.id.encode())
    return Pair(**decode_object(content))
