"""A forgotten password: the gateway opens a store's recovery slot for the store's own user.

The client sends the slot with today's name and password and a key of its own; it gets the data key
sealed to that. Nothing of it is kept, and each attempt is in the audit log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from civictui.domain.errors import StoreDamaged
from civictui.gateway.accounts.recovery import RecoveryKey
from civictui.gateway.accounts.sessions import Sessions, SignIn
from civictui.gateway.audit import DONE, RECOVER, Audit
from civictui.gateway.devices.barred import Barring
from civictui.gateway.problems import Problem, bad_request
from civictui.storage.envelope import seal_to, wipe
from civictui.storage.recovery_slots import STORE, Opened, open_slot
from civictui.storage.thread import StoreThread

_HANDED_OVER = b"civictui/recovered/v1"


@dataclass(frozen=True, slots=True)
class Appeal:
    """A request to open the slot of the store with this id (16 bytes) for the client's key."""

    who: SignIn
    store: bytes
    slot: Mapping[str, Any] = field(repr=False)
    public_key: bytes


class Recoveries:
    """All that `/v1/recover` does. Belongs to the event loop."""

    def __init__(
        self,
        thread: StoreThread,
        sessions: Sessions,
        key: RecoveryKey,
        audit: Audit,
        barring: Barring,
        gateway: str,
    ) -> None:
        self._thread = thread
        self._sessions = sessions
        self._key = key
        self._audit = audit
        self._barring = barring
        self._gateway = gateway

    async def recover(self, appeal: Appeal) -> tuple[bytes, bytes]:
        """The data key sealed to the client: ephemeral public key and ciphertext.

        Raises Problem 401 and 429 as a sign-in does, and 400, 403, 409. Who has a disabled device
        is told so when he has said the password, and not before.
        """
        async with self._sessions.audited(RECOVER, appeal.who) as account:
            self._barring.refuse_device(appeal.who.device.get("id", ""))
            return await self._thread.run(self._handed_over, account.name, appeal)

    def _handed_over(self, user: str, appeal: Appeal) -> tuple[bytes, bytes]:
        """In the store's thread. What cannot be noted is not handed over."""
        opened = self._opened(appeal)
        try:
            if (opened.gateway, opened.user) != (self._gateway, user):
                raise Problem(403, "not_yours", "This store is of another user or gateway.")
            sealed = _sealed(appeal, opened.key)
            self._audit.note(RECOVER, user, appeal.who.device_id, DONE)
            return sealed
        finally:
            wipe(opened.key)

    def _opened(self, appeal: Appeal) -> Opened:
        if appeal.slot.get("kid") != self._key.kid:
            reason = "The store was sealed for another recovery key than this gateway's."
            raise Problem(409, "unknown_recovery_key", reason)
        private = self._key.private()
        if private is None:
            reason = "The recovery key is kept off line. Ask whoever keeps it."
            raise Problem(409, "recovery_off_line", reason)
        try:
            return open_slot(STORE, appeal.store, appeal.slot, private)
        except StoreDamaged as error:
            reason = "This recovery slot is damaged, or is of another store."
            raise Problem(400, "bad_slot", reason) from error


def _sealed(appeal: Appeal, key: bytearray) -> tuple[bytes, bytes]:
    try:
        return seal_to(appeal.public_key, key, _HANDED_OVER, _HANDED_OVER + appeal.store)
    except ValueError as error:
        raise bad_request("The body's 'public_key' is no X25519 key.") from error
