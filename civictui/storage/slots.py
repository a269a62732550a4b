"""Password slots: a key that a password opens, at a cost, and perhaps with a pepper.

    {"type": "password", "m", "t", "p", "salt", "pepper", "c"}

KEK = HKDF(Argon2id(password, salt, m KiB, t, p, secret = pepper)); c = AES-256-GCM(KEK, data key)
with the slot's other fields and the store's id as AAD, so that no cost, salt or pepper can be
exchanged unseen. `pepper` names the pepper that the slot needs and is left out where there is none.
Binary fields are base64.
"""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from civictui.codec import encode
from civictui.domain.errors import PepperMissing, StoreDamaged
from civictui.storage.envelope import argon2id, derive, open_sealed_key, seal
from civictui.storage.recovery_slots import KEEP, Slot, bytes_of, text_of

_SALT_BYTES = 16
_PEPPER_NAME_BYTES = 8


class Cost(NamedTuple):
    """What one try of a password costs: memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int


COSTS = (Cost(64 * 1024, 3, 4), Cost(32 * 1024, 3, 4), Cost(19 * 1024, 2, 1))
"""From dear to cheap. The last is the floor: what OWASP names as the least for Argon2id."""
CEILING = Cost(256 * 1024, 16, 8)
PATIENCE = 1.0
"""Seconds that unlocking may take on this device."""


@dataclass(frozen=True, slots=True)
class Locksmith:
    """How this device makes password slots: with which costs to try, which pepper, which clock."""

    costs: tuple[Cost, ...] = COSTS
    pepper: bytes = field(default=b"", repr=False)
    monotonic: Callable[[], float] = time.monotonic

    def password_slot(self, store: bytes, password: str, key: bytearray) -> Slot:
        """A slot at the first cost that this device bears in PATIENCE; the last, if none."""
        salt = os.urandom(_SALT_BYTES)
        for cost in self.costs:
            began = self.monotonic()
            kek = _kek(password, salt, cost, self.pepper)
            if self.monotonic() - began <= PATIENCE:
                break
        slot: dict[str, Any] = {
            "type": "password",
            "m": cost.memory,
            "t": cost.passes,
            "p": cost.lanes,
            "salt": text_of(salt),
        }
        if self.pepper:
            slot["pepper"] = text_of(pepper_name(self.pepper))
        return {**slot, "c": text_of(seal(kek, key, _password_aad(store, slot)))}

    def open_password_slot(self, store: bytes, slot: Slot, password: str) -> bytearray | None:
        """The data key, or None where the password does not fit.

        Raises PepperMissing, and StoreDamaged for a slot that this program never wrote.
        """
        cost, salt, sealed = _cost_of(slot), bytes_of(slot, "salt"), bytes_of(slot, "c")
        if len(salt) < 8:
            raise StoreDamaged("The keyring cannot be read", KEEP)
        fields = {name: value for name, value in slot.items() if name != "c"}
        kek = _kek(password, salt, cost, self._pepper_for(slot))
        try:
            return open_sealed_key(kek, sealed, _password_aad(store, fields))
        except StoreDamaged:  # a wrong password and a changed slot look the same to GCM
            return None

    def _pepper_for(self, slot: Slot) -> bytes:
        if "pepper" not in slot:
            return b""
        if self.pepper and pepper_name(self.pepper) != bytes_of(slot, "pepper"):
            raise PepperMissing(
                "The file that pepper_file names is another one than this store needs",
                "Put in the medium that was here when the store was sealed.",
            )
        if not self.pepper:
            raise PepperMissing(
                "The medium that this store needs beside the password is not here",
                "Put it in, and see that the setting pepper_file names the file on it.",
            )
        return self.pepper


def pepper_name(pepper: bytes) -> bytes:
    """What a slot says of the pepper that it needs: nothing that helps to guess it."""
    return hashlib.sha256(b"civictui/pepper/v1" + pepper).digest()[:_PEPPER_NAME_BYTES]


def _cost_of(slot: Slot) -> Cost:
    """The slot's cost, refused where it is cheaper than ours ever are or dear beyond reason."""
    cost = Cost(*(slot.get(name, 0) for name in ("m", "t", "p")))
    bounds = zip(COSTS[-1], cost, CEILING, strict=True)
    if not all(isinstance(n, int) and low <= n <= high for low, n, high in bounds):
        raise StoreDamaged("The keyring names a cost that this program never uses", KEEP)
    return cost


def _kek(password: str, salt: bytes, cost: Cost, pepper: bytes) -> bytes:
    return derive(argon2id(password, salt, *cost, secret=pepper or None), salt, b"civictui/kek/v1")


def _password_aad(store: bytes, fields: Slot) -> bytes:
    return b"civictui/slot/v1" + store + encode(dict(sorted(fields.items())))
