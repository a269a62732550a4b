"""The keyring: the data key of a store, wrapped once for each way to open it.

    {"v": 1, "store": 16 bytes, "slots": [{"type": "password", "m", "t", "p", "salt", "c"}]}

KEK = HKDF(Argon2id(password, salt, m KiB, t, p)); c = AES-256-GCM(KEK, data key) with the slot's
fields and the store's id as AAD, so that no cost and no salt can be exchanged unseen. Binary
fields are base64. The data key is random: a new password re-wraps it and touches nothing else.
"""

import base64
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreDamaged, WrongPassword
from civictui.storage.envelope import KEY_BYTES, argon2id, derive, open_sealed, seal

VERSION = 1
STORE_ID_BYTES = 16
_SALT_BYTES = 16


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
class Keyring:
    """A store's id and its slots, as they lie in the file `keys`."""

    store: bytes
    slots: tuple[Mapping[str, Any], ...]

    @classmethod
    def create(
        cls,
        password: str,
        costs: tuple[Cost, ...] = COSTS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> tuple["Keyring", bytearray]:
        """A new keyring with one password slot, and the new data key."""
        store, key = os.urandom(STORE_ID_BYTES), bytearray(os.urandom(KEY_BYTES))
        return cls(store, (_password_slot(store, password, key, costs, monotonic),)), key

    @classmethod
    def from_bytes(cls, content: bytes) -> "Keyring":
        """Read the file. Raises StoreDamaged for what is no keyring of a version that we know."""
        try:
            found = decode_object(content)
            version, slots = found["v"], found["slots"]
            store = base64.b64decode(found["store"], validate=True)
        except (BadJson, KeyError, TypeError, ValueError) as error:
            raise StoreDamaged("The keyring cannot be read", _KEEP) from error
        if version != VERSION:
            raise StoreDamaged(
                f"The keyring has version {version}, this program knows {VERSION}",
                "Use a newer civictui.",
            )
        readable = isinstance(slots, list) and all(isinstance(slot, dict) for slot in slots)
        if len(store) != STORE_ID_BYTES or not readable:
            raise StoreDamaged("The keyring cannot be read", _KEEP)
        return cls(store, tuple(slots))

    def to_bytes(self) -> bytes:
        store = base64.b64encode(self.store).decode()
        return encode({"v": VERSION, "store": store, "slots": list(self.slots)})

    def unlock(self, password: str) -> bytearray:
        """The data key. Raises WrongPassword where no slot opens, StoreDamaged for a bad slot."""
        slots = [slot for slot in self.slots if slot.get("type") == "password"]
        if not slots:
            raise StoreDamaged("The keyring has no password slot", _KEEP)
        for slot in slots:
            key = _open_slot(self.store, slot, password)
            if key is not None:
                return key
        raise WrongPassword(
            "This password does not open the store", "Nothing was changed; try again."
        )


_KEEP = "Nothing was changed. Keep the folder and ask your supervisor."


def _password_slot(
    store: bytes,
    password: str,
    key: bytes | bytearray,
    costs: tuple[Cost, ...],
    monotonic: Callable[[], float],
) -> dict[str, Any]:
    salt = os.urandom(_SALT_BYTES)
    for cost in costs:
        began = monotonic()
        kek = _kek(password, salt, cost)
        if monotonic() - began <= PATIENCE:
            break
    slot = {
        "type": "password",
        "m": cost.memory,
        "t": cost.passes,
        "p": cost.lanes,
        "salt": base64.b64encode(salt).decode(),
    }
    sealed = seal(kek, bytes(key), _slot_aad(store, slot))
    return {**slot, "c": base64.b64encode(sealed).decode()}


def _open_slot(store: bytes, slot: Mapping[str, Any], password: str) -> bytearray | None:
    cost = _cost_of(slot)
    try:
        salt = base64.b64decode(slot["salt"], validate=True)
        sealed = base64.b64decode(slot["c"], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreDamaged("The keyring cannot be read", _KEEP) from error
    if len(salt) < 8:
        raise StoreDamaged("The keyring cannot be read", _KEEP)
    fields = {name: value for name, value in slot.items() if name != "c"}
    try:
        return bytearray(open_sealed(_kek(password, salt, cost), sealed, _slot_aad(store, fields)))
    except StoreDamaged:  # a wrong password and a changed slot look the same to GCM
        return None


def _cost_of(slot: Mapping[str, Any]) -> Cost:
    """The slot's cost, refused where it is cheaper than ours ever are or dear beyond reason."""
    cost = Cost(*(slot.get(name, 0) for name in ("m", "t", "p")))
    bounds = zip(COSTS[-1], cost, CEILING, strict=True)
    if not all(isinstance(n, int) and low <= n <= high for low, n, high in bounds):
        raise StoreDamaged("The keyring names a cost that this program never uses", _KEEP)
    return cost


def _kek(password: str, salt: bytes, cost: Cost) -> bytes:
    return derive(argon2id(password, salt, *cost), salt, b"civictui/kek/v1")


def _slot_aad(store: bytes, fields: Mapping[str, Any]) -> bytes:
    return b"civictui/slot/v1" + store + encode(dict(sorted(fields.items())))
