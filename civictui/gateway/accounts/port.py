"""Where accounts come from: what sessions know of a user, whoever keeps the passwords."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from civictui.gateway.area import Area
from civictui.gateway.viewer import Viewer

PasswordChange: TypeAlias = Callable[[], None]
"""Puts a new password in force. Blocks; raises StoreError, UsageError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user as the source of accounts has one now."""

    name: str
    display_name: str
    roles: frozenset[str]
    area: Area | None = None
    """What this user may see; None is everything."""
    mark: str = ""
    """Another one after each new password and each disabling: sessions of an earlier one end."""

    @property
    def viewer(self) -> Viewer:
        """Who this is to the documents and pictures."""
        return Viewer(self.name, self.roles, self.area)


class AccountSource(Protocol):
    """Who may sign in. Belongs to the event loop.

    Names come in NFC and count exactly: "Asha" is not "asha". All of it raises Problem 503
    `backend_unavailable` where the source cannot be asked; that is never the answer "no".
    """

    proofs_at_once: int
    """How many passwords it can look at at a time."""

    async def proved(self, name: str, password: str) -> Account | None:
        """Whose name and password these are. None, after the same time, for a wrong password, an
        unknown name and a disabled user alike.
        """
        ...

    async def find(self, name: str) -> Account | None:
        """The user as of now; None where there is none, or a disabled one."""
        ...

    async def prepare_password(self, name: str, new: str) -> PasswordChange:
        """Make ready what sets a password. Raises Problem 400 `weak_password`, 403."""
        ...

    async def check(self) -> None:
        """Whether users can be looked up at this moment. Raises Problem 503, StoreError."""
        ...

    async def close(self) -> None: ...
