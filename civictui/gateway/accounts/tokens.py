"""Access tokens: opaque, 32 characters, minutes long, known by their hash and in memory only.

After a restart every client renews its session with its refresh token; nobody is asked for a
password for that.
"""

import hashlib
import secrets
from dataclasses import dataclass

from civictui.domain.ports import Clock
from civictui.gateway.viewer import Viewer

_RECALLED_SECONDS = 2 * 3600
"""How long behind its end a token is known still, for requests that began with it."""
MOST_OF_SESSION = 16
"""So many tokens of one session are known, the newest: four hours of a terminal's."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token stands for."""

    viewer: Viewer
    family: str
    """The session that it belongs to."""
    until: float
    """Its end, in Unix seconds."""
    mark: str = ""
    """The account's when the session began: with another one it has ended."""
    device: str = ""
    """The id that the device gave itself; "" for a script that names none."""
    version: str = ""
    """The program's, as the device said when it signed in or last renewed."""
    barred: str = ""
    """Why its holder may only deliver: "device", "version" or "", as `Sessions.current` found."""

    @property
    def user(self) -> str:
        return self.viewer.user


class AccessTokens:
    """All access tokens that are alive. Belongs to the event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._grants: dict[str, Grant] = {}

    def admit(self, token: str, grant: Grant) -> None:
        """Let `token` in from now on; those long ended are forgotten on the way."""
        now = self._clock.now().timestamp()
        oldest = now - _RECALLED_SECONDS
        self._grants = {key: kept for key, kept in self._grants.items() if kept.until > oldest}
        own = [key for key, kept in self._grants.items() if kept.family == grant.family]
        for key in own[: len(own) + 1 - MOST_OF_SESSION]:
            del self._grants[key]
        self._grants[hashed(token)] = grant

    def find(self, token: str) -> Grant | None:
        grant = self._grants.get(hashed(token))
        if grant is None or grant.until <= self._clock.now().timestamp():
            return None
        return grant

    def recall(self, token: str) -> Grant | None:
        """As `find`, also where the token has ended by itself since; not where it was revoked."""
        return self._grants.get(hashed(token))

    def revoke(self, family: str) -> None:
        """Shut out every token of a session."""
        self._grants = {k: grant for k, grant in self._grants.items() if grant.family != family}

    def revoke_user(self, user: str) -> None:
        """Shut out every token of a user."""
        self._grants = {k: grant for k, grant in self._grants.items() if grant.viewer.user != user}


def new_secret() -> str:
    """32 characters that nobody guesses: 192 random bits in base64url."""
    return secrets.token_urlsafe(24)


def hashed(token: str) -> str:
    """What is kept of a token. It has 192 random bits, so a plain hash cannot be searched."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
