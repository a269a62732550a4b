"""The gateway's own accounts: one sealed file, written by the command line as well.

{"v": 1, "users": {name: {"display_name", "roles", "area", "mark", "enabled",
                          "password": {"cost", "salt", "digest"}}}}

"roles", "area", "mark" and "enabled" may be absent: a technician, without an area, let in. A
running gateway looks at the file's version with each request, and reads it again after a change.
Whoever writes holds the lock and begins with what the file says then.
"""

import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Self

from civictui.domain.errors import StoreDamaged, UsageError
from civictui.domain.text import one_line
from civictui.gateway.accounts.passwords import STANDARD, PasswordHash, check_new
from civictui.gateway.accounts.port import Account
from civictui.gateway.area import Area
from civictui.gateway.folder import GatewayFolder, locked
from civictui.gateway.sealed import SealedFile
from civictui.gateway.viewer import ROLES, TECHNICIAN
from civictui.storage.slots import Cost

_CHANGE = "civictui serve set-user changes it, and passwd gives another password."
_LONGEST_NAME = 64
_LONGEST_DISPLAY_NAME = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAccount(Account):
    """A user as the accounts file has it."""

    password: PasswordHash
    enabled: bool = True

    def to_doc(self) -> dict[str, Any]:
        doc: dict[str, Any] = {
            "display_name": self.display_name,
            "roles": sorted(self.roles),
            "mark": self.mark,
            "enabled": self.enabled,
            "password": self.password.to_doc(),
        }
        return doc | ({"area": self.area.to_geojson()} if self.area else {})

    @classmethod
    def from_doc(cls, name: str, doc: dict[str, Any]) -> Self:
        area = doc.get("area")
        return cls(
            name=name,
            display_name=doc["display_name"],
            roles=frozenset(doc.get("roles") or [TECHNICIAN]),
            area=Area.from_geojson(area) if area else None,
            mark=doc.get("mark", ""),
            enabled=doc.get("enabled", True) is True,
            password=PasswordHash.from_doc(doc["password"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to become of an account; None leaves it as it is."""

    display_name: str | None = None
    roles: frozenset[str] | None = None
    area: Area | None = None
    no_area: bool = False

    def applied(self, account: StoredAccount) -> StoredAccount:
        """Raises UsageError for a role that there is not."""
        shown, roles = account.display_name, account.roles
        if self.display_name is not None:
            shown = shown_name(self.display_name, account.name)
        if self.roles is not None:
            roles = _checked_roles(self.roles)
        area = None if self.no_area else self.area or account.area
        return replace(account, display_name=shown, roles=roles, area=area)


class Accounts:
    """The accounts of one folder. Any process may change them while another one serves."""

    def __init__(self, folder: GatewayFolder, cost: Cost = STANDARD) -> None:
        self._lock = folder.path / "accounts.lock"
        self._file = SealedFile(
            folder.path / "accounts", folder.key("accounts"), b"civictui/gateway/accounts/v1"
        )
        self._cost = cost
        self._read: tuple[tuple[int, ...], dict[str, StoredAccount]] = ((), {})

    def add(
        self,
        name: str,
        password: str,
        display_name: str = "",
        *,
        roles: Iterable[str] = (TECHNICIAN,),
        area: Area | None = None,
        weak_allowed: bool = False,
    ) -> StoredAccount:
        """Make a user. Raises UsageError for a name, a password or a role that will not do."""
        spelled = checked_name(name)
        if not weak_allowed:
            check_new(spelled, password)
        account = StoredAccount(
            name=spelled,
            display_name=shown_name(display_name, spelled),
            roles=_checked_roles(frozenset(roles)),
            area=area,
            mark=_new_mark(),
            password=PasswordHash.of(password, self._cost),
        )
        with locked(self._lock):
            users = self._load()
            _refuse_twin(spelled, users)
            self._write({**users, spelled: account})
        return account

    def change(self, name: str, changes: Changes) -> StoredAccount:
        """Give a user another display name, roles or area. Raises UsageError."""
        return self._change(name, changes.applied)

    def set_password(self, name: str, password: PasswordHash) -> None:
        """Replace a user's hash. Raises UsageError where there is no such user any more."""
        self._change(name, lambda user: replace(user, password=password, mark=_new_mark()))

    def enable(self, name: str, enabled: bool) -> None:
        """Let a user in, or no more; then the sessions that there are end for good."""
        self._change(name, lambda user: replace(user, enabled=enabled, mark=_new_mark()))

    def find(self, name: str) -> StoredAccount | None:
        """The user of exactly this name, after NFC."""
        return self.all().get(unicodedata.normalize("NFC", name))

    def all(self) -> dict[str, StoredAccount]:
        """All accounts by name, read again where another process has written since."""
        version = self._file.version()
        if version != self._read[0]:
            self._read = (version, self._load())
        return self._read[1]

    @property
    def is_read(self) -> bool:
        """Whether `find` would read nothing from the disk."""
        return self._file.version() == self._read[0]

    def _change(self, name: str, change: Callable[[StoredAccount], StoredAccount]) -> StoredAccount:
        spelled = unicodedata.normalize("NFC", name)
        with locked(self._lock):
            users = self._load()
            if spelled not in users:
                raise no_user(name)
            changed = change(users[spelled])
            self._write({**users, spelled: changed})
        return changed

    def _load(self) -> dict[str, StoredAccount]:
        document = self._file.read() or {"users": {}}
        try:
            users = document["users"].items()
            return {name: StoredAccount.from_doc(name, doc) for name, doc in users}
        except (KeyError, TypeError, ValueError, AttributeError, UsageError) as error:
            raise StoreDamaged(
                f"{self._file.path} is not of a version that this program knows",
                "Use a newer civictui.",
            ) from error

    def _write(self, users: dict[str, StoredAccount]) -> None:
        self._file.write({"v": 1, "users": {name: user.to_doc() for name, user in users.items()}})


def no_user(name: str) -> UsageError:
    return UsageError(f"There is no user {name}", "civictui serve users prints who there is.")


def checked_name(name: str) -> str:
    """The name as the gateway spells it (NFC). Raises UsageError."""
    spelled = unicodedata.normalize("NFC", name)
    if not (1 <= len(spelled) <= _LONGEST_NAME and spelled.isprintable()):
        raise UsageError(f"A user name has 1 to {_LONGEST_NAME} printable characters")
    if spelled != spelled.strip():
        raise UsageError("A user name neither begins nor ends with a blank")
    return spelled


def shown_name(display_name: str, name: str) -> str:
    """A display name as it is kept; the user name where it is empty."""
    return one_line(display_name)[:_LONGEST_DISPLAY_NAME] or name


def _checked_roles(roles: frozenset[str]) -> frozenset[str]:
    if not roles or roles.difference(ROLES):
        raise UsageError("A user has one of the roles " + ", ".join(ROLES))
    return roles


def _new_mark() -> str:
    return secrets.token_hex(8)


def _refuse_twin(name: str, users: dict[str, StoredAccount]) -> None:
    """Names that differ by case alone are one person's to the eye, but two stores."""
    twins = [known for known in users if known.casefold() == name.casefold()]
    if name in twins:
        raise UsageError(f"There is a user {name} already", _CHANGE)
    if twins:
        raise UsageError(f"There is a user {twins[0]}, which differs by case alone")
