"""The slots of a rescue bundle: its key, sealed once for each way to open it.

password   as in a keyring, with the bundle's id for the store's, and without a pepper: the
           other terminal has none, or another one
recovery   {"type": "recovery", "kid", "e", "c"}: bundle key | JSON {"gateway", "user"}, sealed to
           the organisation's X25519 key with the info "civictui/bundle-recovery/v1"; AAD = info |
           bundle's id | kid
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import PepperMissing, StoreDamaged, UsageError, WrongPassword
from civictui.storage.bundle_items import Whose
from civictui.storage.envelope import KEY_BYTES, open_from, seal_to, wipe
from civictui.storage.slots import Locksmith, Slot, bytes_of, text_of

_RECOVERY = b"civictui/bundle-recovery/v1"

Opened: TypeAlias = tuple[bytearray, Whose | None]
"""The bundle key, and whose bundle the slot says it is, where it says so."""


def damaged() -> StoreDamaged:
    """What is said of a bundle that is not as it was written."""
    return StoreDamaged("The bundle is damaged or incomplete", "Nothing was taken in.")


def password_slot(identity: bytes, password: str, key: bytearray, smith: Locksmith) -> Slot:
    return replace(smith, pepper=b"").password_slot(identity, password, key)


def recovery_slot(
    identity: bytes, recovery: Mapping[str, Any], whose: Whose, key: bytearray
) -> Slot:
    """`recovery` is {"kid", "public_key" in base64url}. Raises ValueError for no key."""
    public = base64.urlsafe_b64decode(str(recovery["public_key"]) + "=")
    kid = str(recovery["kid"])
    plaintext = key + encode({"gateway": whose.gateway, "user": whose.user})
    try:
        e, c = seal_to(public, plaintext, _RECOVERY, _aad(identity, kid))
    finally:
        wipe(plaintext)
    return {"type": "recovery", "kid": kid, "e": text_of(e), "c": text_of(c)}


def by_password(identity: bytes, slots: Sequence[Slot], password: str, smith: Locksmith) -> Opened:
    """Raises WrongPassword, StoreDamaged."""
    for slot in slots:
        if slot.get("type") == "password":
            try:
                key = smith.open_password_slot(identity, slot, password)
            except (StoreDamaged, PepperMissing) as error:  # not as this program writes them
                raise damaged() from error
            if key is not None:
                return key, None
    raise WrongPassword("This password does not open the bundle", "Nothing was taken in.")


def by_recovery_key(identity: bytes, slots: Sequence[Slot], private: bytes | bytearray) -> Opened:
    """Raises UsageError where there is no such slot, StoreDamaged for another key."""
    for slot in slots:
        if slot.get("type") == "recovery":
            return _recovered(identity, slot, private)
    raise UsageError(
        "This bundle has no slot for the organisation's key", "Its password alone opens it."
    )


def _recovered(identity: bytes, slot: Slot, private: bytes | bytearray) -> Opened:
    aad = _aad(identity, str(slot.get("kid", "")))
    opened = open_from(private, bytes_of(slot, "e"), bytes_of(slot, "c"), _RECOVERY, aad)
    try:
        said = decode_object(opened[KEY_BYTES:])
        return opened[:KEY_BYTES], Whose(str(said["gateway"]), str(said["user"]))
    except (BadJson, KeyError) as error:
        raise damaged() from error
    finally:
        wipe(opened)


def _aad(identity: bytes, kid: str) -> bytes:
    return _RECOVERY + identity + kid.encode("utf-8", "replace")
