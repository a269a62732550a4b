"""The keyring of an open store: other passwords, the organisation's key, what was noticed."""

import base64
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civictui.domain.errors import (
    GatewayError,
    PepperMissing,
    StoreDamaged,
    StoreError,
    WrongPassword,
)
from civictui.domain.ports import RecoveryKey
from civictui.storage.ballast import Ballast
from civictui.storage.envelope import is_signed, open_from, wipe
from civictui.storage.keyring import Keyring, KeyringFiles, Unlocked
from civictui.storage.recovery_slots import text_of
from civictui.storage.slots import Locksmith
from civictui.storage.store import StoreTables

_RECOVERED = b"civictui/recovered/v1"
_OLDER = "an earlier keyring was put back: an earlier password may open this store"
_MENDED = "one of the two keyrings was damaged; it was written anew"


class StoreKeys:
    """Synchronous: its caller owns the store's thread. `key` is the data key, the store's own."""

    def __init__(
        self, files: KeyringFiles, unlocked: Unlocked, smith: Locksmith, ballast: Ballast
    ) -> None:
        self._files = files
        self._ballast = ballast
        self._key = unlocked.key
        self._smith = smith
        self.ring = unlocked.ring
        self.notice = unlocked.notice
        """What the person should know of the keyring, "" when it was as it should be."""

    def agree_with(self, tables: StoreTables) -> None:
        """Bring both keyring files and the log to the same epoch; say what does not fit."""
        if self.ring.epoch < tables.epoch:
            self.notice = _OLDER
            return
        if tables.read_only:
            return
        with suppress(StoreError):  # no room: the next opening tries again
            if self._files.mend(self.ring):
                self.notice = self.notice or _MENDED
            if self.ring.epoch > tables.epoch:
                tables.note_epoch(self.ring.epoch)

    def add_password(self, password: str) -> None:
        self._take(self.ring.with_password(password, self._key, self._smith))

    def keep_password(self, password: str) -> None:
        self._take(self.ring.with_only(password, self._key, self._smith))

    def seal_with(self, password: str) -> None:
        """In one step: from now on this one, and no other."""
        try:
            wipe(self.ring.unlock(password, self._smith))
            ring = self.ring
        except (WrongPassword, PepperMissing, StoreDamaged):
            ring = self.ring.with_password(password, self._key, self._smith)
        self._take(ring.with_only(password, self._key, self._smith))

    def give_recovery(self, recovery: RecoveryKey, gateway: str, user: str) -> None:
        """Let the organisation's key open the store. Raises ValueError for a key that is none."""
        self._take(self.ring.with_recovery(recovery, gateway, user, self._key))

    @property
    def kid(self) -> str:
        """Which recovery key opens the store, "" for none."""
        return str(self.ring.recovery.get("kid", "")) if self.ring.recovery else ""

    def _take(self, ring: Keyring) -> None:
        if ring is not self.ring:
            self._ballast.save(self._files.write, ring)
            self.ring = ring


class StoreRecovery:
    """`Recovery`: a keyring's recovery slot, and the key that the gateway's answer is sealed to."""

    def __init__(self, place: Path, user: str, ring: Keyring) -> None:
        self.place = place
        self.user = user
        self._ring = ring
        self._private = X25519PrivateKey.generate()

    @property
    def request(self) -> Mapping[str, Any]:
        public = self._private.public_key().public_bytes_raw()
        return {
            "store": text_of(self._ring.store),
            "slot": dict(self._ring.recovery or {}),
            "public_key": base64.urlsafe_b64encode(public).decode().rstrip("="),
        }

    def key_from(self, answer: Mapping[str, Any]) -> bytearray:
        """The data key in the gateway's answer. Raises GatewayError for one that is none."""
        try:
            e = base64.b64decode(answer["e"], validate=True)
            c = base64.b64decode(answer["c"], validate=True)
            aad = _RECOVERED + self._ring.store
            key = open_from(self._private.private_bytes_raw(), e, c, _RECOVERED, aad)
        except (KeyError, TypeError, ValueError, StoreError) as error:
            raise GatewayError("The gateway's answer holds no key of this store") from error
        return key


def is_trusted(recovery: RecoveryKey, gateway: str, gateway_key: str) -> bool:
    """Whether the gateway that was pinned at enrolment signed this recovery key."""
    message = f"civictui/recovery-key/v1\n{gateway}\n{recovery.kid}\n{recovery.public_key}"
    return is_signed(gateway_key, recovery.signature, message.encode())


def read_pepper(path: str) -> bytes:
    """The pepper on its medium; b"" where none is set, or where the medium is not here."""
    try:
        return Path(path).expanduser().read_bytes().strip() if path else b""
    except OSError:
        return b""
