"""The keyring: the small file that opens a store.

    {"v": 1, "store": 16 bytes, "epoch": n, "slots": [...], "mac": 32 bytes, "check": 16 bytes}

The data key is random and never changes; a new password adds or replaces a slot and touches
nothing else. `epoch` counts the changes. `check` is a hash of the rest: a damaged keyring is told
from a wrong password. `mac` is an HMAC under the data key: who has not opened the store cannot
exchange slots. Binary fields are base64.

On disk it lies twice, as `keys` and `keys.copy`: a flipped bit must not cost a store. A change
writes `keys`, then `keys.copy`; after a crash between the two the older one still opens, and the
next opening makes them equal.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import PepperMissing, StoreDamaged, StoreError, WrongPassword
from civictui.domain.ports import RecoveryKey
from civictui.storage.envelope import derive, random_key, wipe
from civictui.storage.files import read_private, write_durably
from civictui.storage.recovery_slots import (
    KEEP,
    STORE,
    Opened,
    Slot,
    bytes_of,
    open_slot,
    seal_slot,
    text_of,
)
from civictui.storage.slots import Cost, Locksmith

VERSION = 1
STORE_ID_BYTES = 16
MOST_SLOTS = 8
FILES = ("keys", "keys.copy")


@dataclass(frozen=True, slots=True)
class Keyring:
    """A store's id and its slots, as they lie in a file."""

    store: bytes
    slots: tuple[Slot, ...]
    epoch: int = 1
    mac: bytes = b""

    @classmethod
    def create(cls, password: str, smith: Locksmith) -> tuple["Keyring", bytearray]:
        """A new keyring with one password slot, and the new data key."""
        store, key = os.urandom(STORE_ID_BYTES), random_key()
        ring = cls(store, (smith.password_slot(store, password, key),))
        return ring._sealed(key), key

    @classmethod
    def from_bytes(cls, content: bytes) -> "Keyring":
        """Read a file. Raises StoreDamaged for what is no keyring of a version that we know."""
        return cls._read(content, sound=True)

    @classmethod
    def salvaged(cls, content: bytes) -> "Keyring | None":
        """What a damaged file still says: each slot authenticates by itself, and may be whole."""
        try:
            return cls._read(content, sound=False)
        except StoreDamaged:
            return None

    @classmethod
    def _read(cls, content: bytes, *, sound: bool) -> "Keyring":
        try:
            found = decode_object(content)
        except BadJson as error:
            raise StoreDamaged("The keyring cannot be read", KEEP) from error
        if found.get("v") != VERSION and isinstance(found.get("v"), int):
            raise StoreDamaged(
                f"The keyring has version {found['v']}, this program knows {VERSION}",
                "Use a newer civictui.",
            )
        if not _is_shaped(found) or (sound and found.get("check") != text_of(_check(found))):
            raise StoreDamaged("The keyring is damaged", KEEP)
        store, mac = bytes_of(found, "store"), bytes_of(found, "mac")
        if len(store) != STORE_ID_BYTES:
            raise StoreDamaged("The keyring is damaged", KEEP)
        return cls(store, tuple(found["slots"]), found["epoch"], mac)

    def to_bytes(self) -> bytes:
        fields = {**self._fields(), "mac": text_of(self.mac)}
        return encode({**fields, "check": text_of(_check(fields))})

    def unlock(self, password: str, smith: Locksmith) -> bytearray:
        """The data key. Raises WrongPassword, PepperMissing, StoreDamaged."""
        return self._opened(password, smith)[1]

    def _opened(self, password: str, smith: Locksmith) -> tuple[Slot, bytearray]:
        """The slot that this password opens, and what is in it."""
        slots = self._of("password")
        if not slots:
            raise StoreDamaged("The keyring has no password slot", KEEP)
        refusals: list[StoreError] = []
        for slot in slots:
            try:
                key = smith.open_password_slot(self.store, slot, password)
            except (PepperMissing, StoreDamaged) as error:  # another slot may open all the same
                refusals.append(error)
                continue
            if key is not None:
                return slot, key
        if len(refusals) == len(slots) or any(isinstance(e, PepperMissing) for e in refusals):
            raise refusals[0]
        raise WrongPassword(
            "This password does not open the store", "Nothing was changed; try again."
        )

    def with_what_opened(self, password: str, smith: Locksmith) -> tuple["Keyring", bytearray]:
        """A genuine keyring of the one slot that opened, for one that others have changed.

        Nobody can make a slot that opens with the data key who does not have it; the other slots
        may be anything.
        """
        slot, key = self._opened(password, smith)
        return self._changed([slot], key), key

    def with_recovery_alone(self, key: bytearray) -> "Keyring":
        """A genuine keyring of the slot that the organisation's key has just opened."""
        return self._changed(self._of("recovery"), key)

    def is_genuine(self, key: bytearray) -> bool:
        """Whether all of it was written by somebody who had opened the store."""
        return hmac.compare_digest(self.mac, self._mac(key))

    @property
    def recovery(self) -> Slot | None:
        """The slot for the organisation's key, as it lies in the file."""
        return next(iter(self._of("recovery")), None)

    @property
    def costs(self) -> list[Cost]:
        """What each password slot costs."""
        return [Cost(slot["m"], slot["t"], slot["p"]) for slot in self._of("password")]

    def recovered(self, private: bytes | bytearray) -> Opened:
        """What the organisation's private key opens: data key and whose. Raises StoreDamaged."""
        if self.recovery is None:
            raise StoreDamaged("This store has no recovery slot", KEEP)
        return open_slot(STORE, self.store, self.recovery, private)

    # --- changed keyrings; `key` is the data key ------------------------------------------------

    def with_password(self, password: str, key: bytearray, smith: Locksmith) -> "Keyring":
        """Another password that opens it."""
        slot = smith.password_slot(self.store, password, key)
        others = self._of("password")[-2:]  # of changes that were never finished, the latest
        return self._changed([*others, slot, *self._of("recovery")], key)

    def with_only(self, password: str, key: bytearray, smith: Locksmith) -> "Keyring":
        """No other password opens it; itself, where that is so already. Raises WrongPassword."""
        slots = self._of("password")
        if len(slots) == 1:
            return self
        for slot in slots:
            with suppress(PepperMissing, StoreDamaged):  # of a medium that is gone, say
                if smith.open_password_slot(self.store, slot, password) is not None:
                    return self._changed([slot, *self._of("recovery")], key)
        raise WrongPassword("This password does not open the store", "Nothing was changed.")

    def with_recovery(
        self, recovery: RecoveryKey, gateway: str, user: str, key: bytearray
    ) -> "Keyring":
        """The organisation's key opens it. Raises ValueError for a key that is none."""
        slot = seal_slot(STORE, self.store, recovery, (gateway, user), key)
        return self._changed([*self._of("password"), slot], key)

    def _of(self, kind: str) -> list[Slot]:
        return [slot for slot in self.slots if slot.get("type") == kind]

    def _changed(self, slots: Iterable[Slot], key: bytearray) -> "Keyring":
        return replace(self, slots=tuple(slots), epoch=self.epoch + 1)._sealed(key)

    def _sealed(self, key: bytearray) -> "Keyring":
        return replace(self, mac=self._mac(key))

    def _mac(self, key: bytearray) -> bytes:
        authentic = derive(key, self.store, b"civictui/keyring/v1")
        return hmac.digest(authentic, encode(self._fields()), "sha256")

    def _fields(self) -> dict[str, Any]:
        slots = [dict(sorted(slot.items())) for slot in self.slots]
        return {"v": VERSION, "store": text_of(self.store), "epoch": self.epoch, "slots": slots}


def _is_shaped(found: Mapping[str, Any]) -> bool:
    slots, epoch = found.get("slots"), found.get("epoch")
    return (
        isinstance(slots, list)
        and len(slots) <= MOST_SLOTS
        and all(isinstance(slot, dict) for slot in slots)
        and isinstance(epoch, int)
    )


def _check(fields: Mapping[str, Any]) -> bytes:
    """A hash of the keyring's content, whatever order its fields came in."""
    content = {name: fields.get(name) for name in ("v", "store", "epoch", "slots", "mac")}
    content["slots"] = [dict(sorted(slot.items())) for slot in fields["slots"]]
    return hashlib.sha256(encode(content)).digest()[:16]


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What opened, by which keyring, and what was not as it should be."""

    ring: Keyring
    key: bytearray = field(repr=False)
    notice: str = ""


_CHANGED = "the keyring was damaged, or changed by somebody else; what still opens was kept"


class KeyringFiles:
    """The two files of one store's keyring."""

    def __init__(self, folder: Path, smith: Locksmith) -> None:
        self._paths = tuple(folder / name for name in FILES)
        self._smith = smith

    def read(self) -> list[Keyring]:
        """What can be read, `keys` first. Raises StoreDamaged where neither can."""
        found, errors = [], []
        for path in self._paths:
            try:
                found.append(Keyring.from_bytes(read_private(path)))
            except (FileNotFoundError, StoreError) as error:
                errors.append(error)
        if not found:
            told = [error for error in errors if isinstance(error, StoreError)]
            raise told[0] if told else StoreDamaged("The keyring of this store is missing", KEEP)
        return found[:1] if found[0] == found[-1] else found

    def unlock(self, password: str) -> Unlocked:
        """Open by either file. Raises WrongPassword, PepperMissing, StoreDamaged."""
        refusals: list[StoreError] = []
        opened: Keyring | None = None
        for ring in self._all():
            try:
                key = ring.unlock(password, self._smith)
            except StoreError as error:
                refusals.append(error)
                continue
            if ring.is_genuine(key):
                return Unlocked(self._newest_or(ring, key), key)
            wipe(key)
            opened = opened or ring
        if opened:
            return Unlocked(*opened.with_what_opened(password, self._smith), _CHANGED)
        self.read()  # raises where both are damaged: then no refusal says anything of the password
        damaged = [error for error in refusals if isinstance(error, StoreDamaged)]
        raise next((error for error in refusals if error not in damaged), refusals[0])

    def with_recovery(self) -> Keyring:
        """One that the organisation's key may open. Raises StoreDamaged where there is none."""
        for ring in self._all():
            if ring.recovery:
                return ring
        self.read()  # raises where both are damaged
        raise StoreDamaged(
            "This store has no recovery slot",
            "Only its password opens it. It can be set aside, and loses nothing by that.",
        )

    def recovered(self, key: bytearray) -> Unlocked:
        """The keyring for a data key that the organisation's key has opened."""
        try:
            return Unlocked(self.newest(key), key)
        except StoreDamaged:
            ring = self.with_recovery().with_recovery_alone(key)
            return Unlocked(ring, key, _CHANGED)

    def _all(self) -> list[Keyring]:
        """Sound keyrings, and behind them what damaged ones still say."""
        salvaged = [Keyring.salvaged(content) for content in self._contents()]
        rings = [ring for ring in salvaged if ring]
        sound = [ring for path in self._paths if (ring := _readable(path))]
        return [*sound, *(ring for ring in rings if ring not in sound)]

    def _contents(self) -> Iterator[bytes]:
        for path in self._paths:
            with suppress(FileNotFoundError, StoreError):
                yield read_private(path)

    def _newest_or(self, ring: Keyring, key: bytearray) -> Keyring:
        """The newest that is sound; of damaged ones the one that opened, and is genuine."""
        try:
            return self.newest(key)
        except StoreDamaged:
            return ring

    def newest(self, key: bytearray) -> Keyring:
        """Of what lies here, the latest that somebody with the data key wrote."""
        genuine = [ring for ring in self.read() if ring.is_genuine(key)]
        if not genuine:
            raise StoreDamaged("The keyring of this store was not written by its owner", KEEP)
        return max(genuine, key=lambda ring: ring.epoch)

    def write(self, ring: Keyring) -> None:
        """Replace both, one after the other. Raises StoreFull, StoreError."""
        content = ring.to_bytes()
        for path in self._paths:
            write_durably(path, content, what="the keyring")

    def mend(self, ring: Keyring) -> bool:
        """Make both files what `ring` is; says whether one of them could not be read."""
        damaged = False
        for path in self._paths:
            found = _readable(path)
            damaged = damaged or found is None
            if found != ring:
                write_durably(path, ring.to_bytes(), what="the keyring")
        return damaged


def _readable(path: Path) -> Keyring | None:
    try:
        return Keyring.from_bytes(read_private(path))
    except (FileNotFoundError, StoreError):
        return None
