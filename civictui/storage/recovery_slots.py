"""A key sealed to the organisation, for what a password no longer opens.

    {"type": "recovery", "kid", "e", "c"}       plaintext = key 32 | JSON {"gateway", "user"}

`e` and `c` are those of `envelope.seal_to`, with the purpose as info and purpose | id | kid as
AAD.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreDamaged
from civictui.domain.ports import RecoveryKey
from civictui.storage.envelope import KEY_BYTES, open_from, seal_to, wipe

STORE, BUNDLE = b"civictui/recovery/v1", b"civictui/bundle-recovery/v1"
"""What a slot is of: one cannot stand in for the other."""

KEEP = "Nothing was changed. Keep the folder and ask your supervisor."
"""The advice where something cannot be read that nobody but its owner can judge."""

Slot: TypeAlias = Mapping[str, Any]


@dataclass(slots=True)
class Opened:
    """What lay in a recovery slot. `key` is to be wiped as soon as it was handed on."""

    key: bytearray = field(repr=False)
    gateway: str
    user: str


def seal_slot(
    purpose: bytes, identity: bytes, recovery: RecoveryKey, whose: tuple[str, str], key: bytearray
) -> Slot:
    """Seal `key`; `whose` are gateway and user. Raises ValueError where the public key is none."""
    gateway, user = whose
    public = base64.urlsafe_b64decode(recovery.public_key + "=")
    plaintext = bytearray(key)
    plaintext += encode({"gateway": gateway, "user": user})
    try:
        e, c = seal_to(public, plaintext, purpose, _aad(purpose, identity, recovery.kid))
    finally:
        wipe(plaintext)
    return {"type": "recovery", "kid": recovery.kid, "e": text_of(e), "c": text_of(c)}


def open_slot(purpose: bytes, identity: bytes, slot: Slot, private: bytes | bytearray) -> Opened:
    """Raises StoreDamaged for a slot that was not sealed to this key, for this purpose and id."""
    aad = _aad(purpose, identity, str(slot.get("kid", "")))
    plaintext = open_from(private, bytes_of(slot, "e"), bytes_of(slot, "c"), purpose, aad)
    key = plaintext[:KEY_BYTES]
    try:
        whose = decode_object(memoryview(plaintext)[KEY_BYTES:])
        return Opened(key, str(whose["gateway"]), str(whose["user"]))
    except (BadJson, KeyError) as error:
        wipe(key)
        raise StoreDamaged("A recovery slot does not say whose it is") from error
    finally:
        wipe(plaintext)


def text_of(content: bytes) -> str:
    """A binary field as it stands in JSON."""
    return base64.b64encode(content).decode()


def bytes_of(fields: Mapping[str, Any], name: str) -> bytes:
    """A binary field. Raises StoreDamaged for what is none."""
    try:
        return base64.b64decode(fields[name], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreDamaged("The keyring cannot be read", KEEP) from error


def _aad(purpose: bytes, identity: bytes, kid: str) -> bytes:
    return purpose + identity + kid.encode("utf-8", "replace")
