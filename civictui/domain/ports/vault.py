"""The stores of a device: opened, made, sealed anew, recovered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from civictui.domain.ports.store import OpenStore


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The organisation's X25519 key (base64url), as the gateway hands it out and signs it."""

    kid: str
    public_key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Account:
    """Whose store: the gateway as it is reached, its id, and the user as it spells the name."""

    origin: str
    gateway: str
    user: str


class Recovery(Protocol):
    """A store that waits for the gateway to open its recovery slot."""

    @property
    def request(self) -> Mapping[str, Any]:
        """What `POST /v1/recover` is asked with, besides name and password."""
        ...


class Vault(Protocol):
    """All stores of this device, one a user and gateway. Nothing here ever destroys one."""

    def device_id(self) -> str:
        """The name by which the gateway knows this terminal."""
        ...

    async def unlock(
        self, origin: str, user: str, password: str, *, take_over: bool = False
    ) -> "OpenStore":
        """Open an existing store. `origin` may be "" where the device knows one gateway only.

        With `take_over`, another process that has it open is asked to save and leave.
        Raises StoreMissing, WrongPassword, PepperMissing, StoreBusy, StoreDamaged.
        """
        ...

    async def create(
        self, account: Account, password: str, *, take_over: bool = False
    ) -> "OpenStore":
        """Make, or open, the store of a user whom the gateway has accepted."""
        ...

    async def reseal(
        self, account: Account, earlier: str, password: str, *, take_over: bool = False
    ) -> "OpenStore":
        """Open with the `earlier` password and seal with the new one. Raises WrongPassword.

        Where there is no room for a new keyring, the store is open and keeps its earlier one.
        """
        ...

    async def begin_recovery(self, account: Account, *, aside: bool = False) -> Recovery:
        """Of the user's store, or of the first that was set aside. Raises StoreMissing without."""
        ...

    async def finish_recovery(
        self, recovery: Recovery, answer: Mapping[str, Any], password: str
    ) -> "OpenStore":
        """Open by the gateway's answer, and seal with `password`."""
        ...

    async def set_aside(self, account: Account) -> None:
        """Give the store another name, so that a new one can be made; it is offered again."""
        ...

    async def aside(self, account: Account) -> int:
        """How many stores of this user were set aside."""
        ...

    async def open_aside(self, account: Account, password: str) -> "OpenStore":
        """The first store set aside that this password opens. Raises WrongPassword, StoreMissing"""
        ...

    async def retire(self, store: "OpenStore") -> None:
        """Close a store that was set aside, and offer it no more: what it held is elsewhere now."""
        ...

    async def kept_notice(self, origin: str) -> str:
        """What `keep_notice` was told last of this gateway; "" where that was nothing."""
        ...

    async def keep_notice(self, origin: str, words: str) -> None:
        """Seal the operator's notice for the login screen, under this device's key.

        Where there is no room it is not kept, and nobody is told.
        """
        ...

    async def unsent_elsewhere(self, account: Account, password: str) -> int:
        """What waits in stores of gateways that were at this address before."""
        ...
