"""The slots of a rescue bundle: its key, sealed once for each way to open it.

password   as in a keyring, with the bundle's id for the store's, and without a pepper: the
           other terminal has none, or another one
recovery   see `recovery_slots`, with the purpose BUNDLE
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from civictui.domain.errors import PepperMissing, StoreDamaged, UsageError, WrongPassword
from civictui.domain.ports import RecoveryKey
from civictui.storage.bundle_items import Whose
from civictui.storage.recovery_slots import BUNDLE, Slot, open_slot, seal_slot
from civictui.storage.slots import Locksmith

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
    """`recovery` is what the store keeps of a RecoveryKey. Raises ValueError for no key."""
    given = RecoveryKey(str(recovery["kid"]), str(recovery["public_key"]), "")
    return seal_slot(BUNDLE, identity, given, (whose.gateway, whose.user), key)


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
    opened = open_slot(BUNDLE, identity, slot, private)
    return opened.key, Whose(opened.gateway, opened.user)
