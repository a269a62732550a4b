"""The policy as it travels: a text for one user on one device, and its signature."""

import hashlib
from functools import lru_cache

from civictui.codec import encode
from civictui.domain.model import Doc
from civictui.domain.ports import SignedPolicy
from civictui.gateway.signing import SigningKey
from civictui.signed_policy import message_of

_REMEMBERED = 1_000
"""Signatures kept: terminals ask for the same text with each renewal."""


class PolicySigner:
    """Signs what terminals are told."""

    def __init__(self, key: SigningKey) -> None:
        self._signature = lru_cache(_REMEMBERED)(lambda text: key.sign(message_of(text)))

    def signed(self, told: Doc) -> SignedPolicy:
        """What `Rules.told` says, spelled the same way each time."""
        text = text_of(told)
        return SignedPolicy(text, self._signature(text))


def text_of(told: Doc) -> str:
    """Its JSON with the members in order."""
    return encode(dict(sorted(told.items()))).decode()


def etag_of(content: str) -> str:
    """The ETag of what says `content`."""
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
