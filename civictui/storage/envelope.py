"""The cryptography of the store, all of it from the `cryptography` package.

AES-256-GCM everywhere (NIST SP 800-38D), HKDF-SHA256 to derive keys (RFC 5869), Argon2id to turn a
password into a key (RFC 9106), Ed25519 for the device's signature (RFC 8032).
"""

import base64
import hashlib
import hmac
import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from civictui.domain.errors import StoreDamaged

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


def derive(key: bytes | bytearray, salt: bytes, info: bytes, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA256: a key of its own for each purpose named by `info`."""
    return HKDF(SHA256(), length, salt, info).derive(key)


def seal(key: bytes | bytearray, plaintext: bytes, aad: bytes) -> bytes:
    """AES-256-GCM under a random nonce: nonce (12) || ciphertext || tag (16)."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_sealed(key: bytes | bytearray, sealed: bytes, aad: bytes) -> bytes:
    """What `seal` sealed. Raises StoreDamaged where key, bytes or `aad` are others."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except (InvalidTag, ValueError) as error:
        raise StoreDamaged("What was read is not what was sealed") from error


def argon2id(
    password: str,
    salt: bytes,
    memory_kib: int,
    iterations: int,
    lanes: int,
    length: int = KEY_BYTES,
) -> bytes:
    """The key of a password, which counts as typed but for NFC: the same text is the same key."""
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    kdf = Argon2id(
        salt=salt, length=length, iterations=iterations, lanes=lanes, memory_cost=memory_kib
    )
    return kdf.derive(typed)


def blind(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA256 over length-prefixed parts: a name that tells nothing without `key`."""
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.new(key, message, hashlib.sha256).digest()


class DeviceSigner:
    """`Signer` with Ed25519."""

    def new_key(self) -> tuple[str, str]:
        key = Ed25519PrivateKey.generate()
        return _text(key.private_bytes_raw()), _text(key.public_key().public_bytes_raw())

    def sign(self, private: str, message: bytes) -> str:
        key = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(private + "="))
        return _text(key.sign(message))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
