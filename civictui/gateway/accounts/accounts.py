"""Who may sign in: one sealed file, written by the command line, read again by a running gateway.

{"v": 1, "users": {name: {"display_name", "roles", "password": {"cost", "salt", "digest"}}}}
"""

import unicodedata
from dataclasses import dataclass, replace
from typing import Any, Self

from civictui.domain.errors import StoreDamaged, UsageError
from civictui.domain.text import one_line
from civictui.gateway.accounts.passwords import STANDARD, PasswordHash, check_new
from civictui.gateway.folder import GatewayFolder, locked
from civictui.gateway.sealed import SealedFile
from civictui.gateway.viewer import Viewer
from civictui.storage.slots import Cost

_LONGEST_NAME = 64
_LONGEST_DISPLAY_NAME = 128


@dataclass(frozen=True, slots=True)
class Account:
    """A user as the accounts file has it."""

    name: str
    display_name: str
    roles: frozenset[str]
    password: PasswordHash

    @property
    def viewer(self) -> Viewer:
        """Who this is to the documents and pictures."""
        return Viewer(self.name, self.roles)

    def to_doc(self) -> dict[str, Any]:
        return {
            "display_name": self.display_name,
            "roles": sorted(self.roles),
            "password": self.password.to_doc(),
        }

    @classmethod
    def from_doc(cls, name: str, doc: dict[str, Any]) -> Self:
        password = PasswordHash.from_doc(doc["password"])
        return cls(name, doc["display_name"], frozenset(doc["roles"]), password)


class Accounts:
    """The accounts of one folder. Any process may add to them while another one serves."""

    def __init__(self, folder: GatewayFolder, cost: Cost = STANDARD) -> None:
        self._lock = folder.path / "accounts.lock"
        self._file = SealedFile(
            folder.path / "accounts", folder.key("accounts"), b"civictui/gateway/accounts/v1"
        )
        self._cost = cost
        self._read: tuple[tuple[int, ...], dict[str, Account]] = ((), {})

    def add(
        self, name: str, password: str, display_name: str = "", *, weak_allowed: bool = False
    ) -> Account:
        """Make a user. Raises UsageError for a name or a password that will not do."""
        spelled = checked_name(name)
        if not weak_allowed:
            check_new(spelled, password)
        hashed = PasswordHash.of(password, self._cost)
        shown = one_line(display_name)[:_LONGEST_DISPLAY_NAME] or spelled
        account = Account(spelled, shown, frozenset(), hashed)
        with locked(self._lock):
            users = dict(self._users())
            _refuse_twin(spelled, users)
            self._write({**users, spelled: account})
        return account

    def set_password(self, name: str, password: PasswordHash) -> None:
        """Replace a user's hash. Raises UsageError where there is no such user any more."""
        with locked(self._lock):
            users = dict(self._users())
            if name not in users:
                raise UsageError(f"There is no user {name}")
            self._write({**users, name: replace(users[name], password=password)})

    def find(self, name: str) -> Account | None:
        """The user of exactly this name, after NFC."""
        return self._users().get(unicodedata.normalize("NFC", name))

    def _users(self) -> dict[str, Account]:
        """All accounts, read again where another process has written since."""
        version = self._file.version()
        if version != self._read[0]:
            self._read = (version, self._load())
        return self._read[1]

    def _load(self) -> dict[str, Account]:
        document = self._file.read() or {"users": {}}
        try:
            return {name: Account.from_doc(name, doc) for name, doc in document["users"].items()}
        except (KeyError, TypeError, ValueError) as error:
            raise StoreDamaged(
                f"{self._file.path} is not of a version that this program knows",
                "Use a newer civictui.",
            ) from error

    def _write(self, users: dict[str, Account]) -> None:
        self._file.write({"v": 1, "users": {name: user.to_doc() for name, user in users.items()}})


def checked_name(name: str) -> str:
    """The name as the gateway spells it (NFC). Raises UsageError."""
    spelled = unicodedata.normalize("NFC", name)
    if not (1 <= len(spelled) <= _LONGEST_NAME and spelled.isprintable()):
        raise UsageError(f"A user name has 1 to {_LONGEST_NAME} printable characters")
    if spelled != spelled.strip():
        raise UsageError("A user name neither begins nor ends with a blank")
    return spelled


def _refuse_twin(name: str, users: dict[str, Account]) -> None:
    """Names that differ by case alone are one person's to the eye, but two stores."""
    twins = [known for known in users if known.casefold() == name.casefold()]
    if name in twins:
        raise UsageError(f"There is a user {name} already")
    if twins:
        raise UsageError(f"There is a user {twins[0]}, which differs by case alone")
