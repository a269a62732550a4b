"""Password hashes (Argon2id, RFC 9106) and what a new password must be."""

import base64
import hmac
import os
import unicodedata
from dataclasses import dataclass
from typing import Any, Self

from civictui.domain.errors import UsageError
from civictui.storage.envelope import KEY_BYTES, argon2id
from civictui.storage.slots import COSTS, Cost

STANDARD = COSTS[0]
"""64 MiB, 3 passes, 4 lanes."""

CHEAP = Cost(64, 1, 1)
"""For tests alone: the least that Argon2 allows, and no protection at all."""

SHORTEST = 12
LONGEST = 1024
_SALT_BYTES = 16
_FEWEST_DIFFERENT = 5


@dataclass(frozen=True, slots=True)
class PasswordHash:
    cost: Cost
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str, cost: Cost = STANDARD) -> Self:
        salt = os.urandom(_SALT_BYTES)
        return cls(cost, salt, argon2id(password, salt, *cost))

    @classmethod
    def decoy(cls, cost: Cost = STANDARD) -> Self:
        """A hash that no password has: what an unknown user is compared with, at equal work."""
        return cls(cost, os.urandom(_SALT_BYTES), os.urandom(KEY_BYTES))

    def matches(self, password: str) -> bool:
        """Whether this is the password. Takes its time: that is the point."""
        return hmac.compare_digest(argon2id(password, self.salt, *self.cost), self.digest)

    def to_doc(self) -> dict[str, Any]:
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return {"cost": list(self.cost), "salt": salt, "digest": digest}

    @classmethod
    def from_doc(cls, doc: dict[str, Any]) -> Self:
        salt, digest = (base64.b64decode(doc[name]) for name in ("salt", "digest"))
        return cls(Cost(*doc["cost"]), salt, digest)


def check_new(name: str, password: str) -> None:
    """Raises UsageError for a password that is guessed too soon."""
    typed = unicodedata.normalize("NFC", password)
    if len(typed) > LONGEST:
        raise UsageError(f"A password has {LONGEST} characters at most")
    if len(typed) < SHORTEST:
        raise UsageError(f"A password has at least {SHORTEST} characters", "Take a few words.")
    if len(set(typed)) < _FEWEST_DIFFERENT:
        raise UsageError("This password repeats itself", "Take a few words.")
    if name.casefold() in typed.casefold() and len(typed) - len(name) < SHORTEST:
        raise UsageError("This password is mostly the user name", "Take a few words.")
