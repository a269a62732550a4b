"""The gateway's own Ed25519 key: a device pins it at enrolment and believes what it signs.

It is made with the folder and never replaced: devices would refuse everything that another one
signs.
"""

from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civictui.domain.errors import StoreDamaged
from civictui.domain.model import Doc
from civictui.gateway.base64url import decoded, encoded
from civictui.gateway.folder import GatewayFolder


class SigningKey:
    """Signs in the gateway's name."""

    def __init__(self, private: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.public_key = encoded(self._key.public_key().public_bytes_raw())
        """Base64url, as devices pin it."""

    @classmethod
    def of(cls, folder: GatewayFolder) -> Self:
        """The key of this folder, made on first use. Raises StoreDamaged where it is gone."""
        file = folder.lasting("signing", _new)
        try:
            return cls(decoded((file.read() or {})["private"]))
        except (KeyError, TypeError, ValueError) as error:
            raise StoreDamaged(f"{file.path} is damaged", "Put a copy of it back.") from error

    def sign(self, message: bytes) -> str:
        """The signature in base64url."""
        return encoded(self._key.sign(message))


def _new() -> Doc:
    return {"v": 1, "private": encoded(Ed25519PrivateKey.generate().private_bytes_raw())}
