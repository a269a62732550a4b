"""The cryptography of the store, all of it from the `cryptography` package.

AES-256-GCM everywhere (NIST SP 800-38D), HKDF-SHA256 to derive keys (RFC 5869), Argon2id to turn a
password into a key (RFC 9106), X25519 to seal to somebody's public key (RFC 7748), Ed25519 for
signatures (RFC 8032).

Keys that open a store live in bytearrays, which `wipe` zeroes; nothing here makes a copy of one
that stays behind, save what the Argon2 of a password leaves.
"""

import base64
import hmac
import os
import threading
import unicodedata

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from civictui.domain.errors import StoreDamaged

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


def random_key() -> bytearray:
    """32 random bytes that were never an immutable object, so that wiping them leaves none."""
    key = bytearray(KEY_BYTES)
    with open("/dev/urandom", "rb", buffering=0) as source:  # noqa: PTH123 - nothing is buffered
        if source.readinto(key) != KEY_BYTES:
            raise OSError("no randomness to be had")
    return key


def wipe(key: bytearray) -> None:
    """Overwrite a key in place."""
    key[:] = bytes(len(key))


def derive(key: bytes | bytearray, salt: bytes, info: bytes, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA256: a key of its own for each purpose named by `info`."""
    return HKDF(SHA256(), length, salt, info).derive(key)


def derive_into(target: bytearray, key: bytes | bytearray, salt: bytes, info: bytes) -> None:
    """As `derive`, for a key that is to be wiped."""
    HKDF(SHA256(), len(target), salt, info).derive_into(key, target)


def seal(key: bytes | bytearray, plaintext: bytes | bytearray, aad: bytes) -> bytes:
    """AES-256-GCM under a random nonce: nonce (12) || ciphertext || tag (16)."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def seal_to(
    public: bytes, plaintext: bytes | bytearray, info: bytes, aad: bytes
) -> tuple[bytes, bytes]:
    """Seal to the owner of an X25519 public key (32 bytes); whoever seals cannot open it again.

    Gives the ephemeral public key and nonce || ciphertext || tag. Raises ValueError for no key.
    """
    ephemeral = X25519PrivateKey.generate()
    e = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    key, nonce = derive(shared, e + public, info), os.urandom(NONCE_BYTES)
    return e, nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_from(private: bytes | bytearray, e: bytes, c: bytes, info: bytes, aad: bytes) -> bytearray:
    """What `seal_to` sealed to this private key (32 bytes). Raises StoreDamaged."""
    try:
        own = X25519PrivateKey.from_private_bytes(private)
        shared = own.exchange(X25519PublicKey.from_public_bytes(e))
        key = derive(shared, e + own.public_key().public_bytes_raw(), info)
        plaintext = bytearray(max(0, len(c) - NONCE_BYTES - TAG_BYTES))
        AESGCM(key).decrypt_into(c[:NONCE_BYTES], c[NONCE_BYTES:], aad, plaintext)
    except (InvalidTag, ValueError) as error:
        raise StoreDamaged("What was read is not what was sealed") from error
    return plaintext


def open_sealed(key: bytes | bytearray, sealed: bytes, aad: bytes) -> bytes:
    """What `seal` sealed. Raises StoreDamaged where key, bytes or `aad` are others."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except (InvalidTag, ValueError) as error:
        raise StoreDamaged("What was read is not what was sealed") from error


def open_sealed_key(key: bytes | bytearray, sealed: bytes, aad: bytes) -> bytearray:
    """A key that was sealed, in a buffer that can be wiped. Raises StoreDamaged."""
    opened = bytearray(max(0, len(sealed) - NONCE_BYTES - TAG_BYTES))
    try:
        AESGCM(key).decrypt_into(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad, opened)
    except (InvalidTag, ValueError) as error:
        raise StoreDamaged("What was read is not what was sealed") from error
    return opened


_ONE_DERIVATION = threading.Lock()
"""Two derivations at once, of more than one lane each, can stand still for ever (OpenSSL 4.0.3)."""


def argon2id(
    password: str,
    salt: bytes,
    memory_kib: int,
    iterations: int,
    lanes: int,
    length: int = KEY_BYTES,
    *,
    secret: bytes | None = None,
) -> bytes:
    """The key of a password, which counts as typed but for NFC: the same text is the same key.

    `secret` is the pepper: without it the password alone is of no use.
    """
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    kdf = Argon2id(
        salt=salt,
        length=length,
        iterations=iterations,
        lanes=lanes,
        memory_cost=memory_kib,
        secret=secret,
    )
    with _ONE_DERIVATION:
        return kdf.derive(typed)


def blind(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA256 over length-prefixed parts: a name that tells nothing without `key`."""
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(key, message, "sha256")


def is_signed(public: str, signature: str, message: bytes) -> bool:
    """Whether the owner of an Ed25519 public key signed this; both in base64url."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public + "="))
        key.verify(base64.urlsafe_b64decode(signature + "=="), message)
    except (InvalidSignature, ValueError):
        return False
    return True


class DeviceSigner:
    """`Signer` with Ed25519."""

    def new_key(self) -> tuple[str, str]:
        key = Ed25519PrivateKey.generate()
        return _text(key.private_bytes_raw()), _text(key.public_key().public_bytes_raw())

    def sign(self, private: str, message: bytes) -> str:
        key = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(private + "="))
        return _text(key.sign(message))

    def is_signed(self, public: str, message: bytes, signature: str) -> bool:
        try:
            key = Ed25519PublicKey.from_public_bytes(_bytes(public))
            key.verify(_bytes(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Raises ValueError for what is no base64url."""
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
