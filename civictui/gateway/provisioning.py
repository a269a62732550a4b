"""The folder filled without HTTP: users, and the documents and pictures that a demo begins with."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from civictui.clock import SystemClock
from civictui.domain.errors import UsageError
from civictui.domain.model import Doc
from civictui.domain.ports import WriteFailure
from civictui.domain.revtree import next_revision
from civictui.gateway.accounts.accounts import Accounts, Changes, StoredAccount, no_user
from civictui.gateway.accounts.passwords import STANDARD, PasswordHash, check_new
from civictui.gateway.accounts.port import Account
from civictui.gateway.area import Area
from civictui.gateway.audit import (
    ADD_USER,
    COMMAND_LINE,
    DISABLE_USER,
    DONE,
    ENABLE_USER,
    SET_PASSWORD,
    SET_USER,
    Audit,
)
from civictui.gateway.backends import open_families
from civictui.gateway.database.opening import open_sealed_database
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.opening import open_blobs
from civictui.gateway.viewer import TECHNICIAN
from civictui.storage.documents import Documents
from civictui.storage.slots import Cost


def open_folder(data_dir: Path) -> GatewayFolder:
    """The gateway's folder at `data_dir`, made on first use."""
    return GatewayFolder.open(data_dir, int(SystemClock().now().timestamp()))


def existing_folder(data_dir: Path) -> GatewayFolder:
    """The gateway's folder at `data_dir`.

    Raises UsageError where there is none, or another user of the system has it.
    """
    try:
        is_there = any((data_dir / name).exists() for name in ("gateway.key", "identity"))
        is_ours = is_there and data_dir.stat().st_uid == os.geteuid()
    except PermissionError:
        is_there, is_ours = True, False
    except OSError:  # such as a name that is too long
        is_there = is_ours = False
    if not is_there:
        raise UsageError(f"There is no gateway in {data_dir}", "Name its folder with --data-dir.")
    if not is_ours:
        raise UsageError(
            f"{data_dir} belongs to another user of this system",
            f"Say it as the one that the gateway runs as: sudo -u {_owner(data_dir)} civictui ...",
        )
    return open_folder(data_dir)


def _owner(path: Path) -> str:
    """The name of the user whose `path` is; what to write instead where that cannot be seen."""
    try:
        return path.owner()
    except (OSError, KeyError):
        return "USER"


def add_user(
    folder: GatewayFolder,
    name: str,
    password: str,
    display_name: str = "",
    *,
    roles: Iterable[str] = (TECHNICIAN,),
    area: Area | None = None,
    weak_allowed: bool = False,
    cost: Cost = STANDARD,
) -> Account:
    """Make a user, also while the folder is served. Raises UsageError."""
    accounts = Accounts(folder, cost)
    account = accounts.add(
        name, password, display_name, roles=roles, area=area, weak_allowed=weak_allowed
    )
    with audit_of(folder) as audit:
        audit.note(ADD_USER, account.name, COMMAND_LINE, DONE)
    return account


def set_user(folder: GatewayFolder, name: str, changes: Changes) -> Account:
    """Give a user another display name, roles or area; they count from the next request on.

    Raises UsageError.
    """
    account = _known(folder, name)
    with audit_of(folder) as audit, audit.doing(SET_USER, account.name):
        return Accounts(folder).change(account.name, changes)


def enable_user(folder: GatewayFolder, name: str, enabled: bool) -> None:
    """Let a user in again, or no more: then all of that user's sessions end. Raises UsageError."""
    account = _known(folder, name)
    action = ENABLE_USER if enabled else DISABLE_USER
    with audit_of(folder) as audit, audit.doing(action, account.name):
        Accounts(folder).enable(account.name, enabled)
        open_families(folder, SystemClock()).end_all(account.name)


def set_password(folder: GatewayFolder, name: str, password: str, *, cost: Cost = STANDARD) -> None:
    """Give a user who forgot the password another one, and end that user's sessions.

    Works also while the folder is served. Raises UsageError.
    """
    account = _known(folder, name)
    check_new(account.name, password)
    hashed = PasswordHash.of(password, cost)
    with audit_of(folder) as audit, audit.doing(SET_PASSWORD, account.name):
        Accounts(folder).set_password(account.name, hashed)
        open_families(folder, SystemClock()).end_all(account.name)


def users_of(folder: GatewayFolder) -> list[StoredAccount]:
    """All accounts of the folder, by name."""
    return sorted(Accounts(folder).all().values(), key=lambda account: account.name)


def _known(folder: GatewayFolder, name: str) -> Account:
    """Raises UsageError."""
    account = account_of(folder, name)
    if account is None:
        raise no_user(name)
    return account


@contextmanager
def audit_of(folder: GatewayFolder) -> Iterator[Audit]:
    """The folder's audit log, to read or to add to."""
    audit = Audit(folder, SystemClock())
    try:
        yield audit
    finally:
        audit.close()


def account_of(folder: GatewayFolder, name: str) -> Account | None:
    return Accounts(folder).find(name)


def has_user(folder: GatewayFolder, name: str) -> bool:
    return account_of(folder, name) is not None


def load(
    folder: GatewayFolder, docs: Iterable[Doc], objects: Mapping[str, bytes]
) -> list[WriteFailure]:
    """Store documents and pictures of whomever, past the rules for clients; loading again is idle.

    A document without `_rev` becomes its first revision. The pictures come first, so that no
    document refers to one that is not there. Raises StoreBusy while the folder is served.
    """
    with folder.alone():
        blobs = open_blobs(folder)
        for key, content in objects.items():
            blobs.put(key, content)
        database = open_sealed_database(folder)
        try:
            return Documents(database).bulk_docs([_revised(doc) for doc in docs])
        finally:
            database.close()


def _revised(doc: Doc) -> Doc:
    if "_rev" in doc:
        return doc
    body = {name: value for name, value in doc.items() if not name.startswith("_")}
    return {**doc, "_rev": next_revision(None, False, body)}
