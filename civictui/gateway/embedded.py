"""The folder filled without HTTP: users, and the documents and pictures that a demo begins with."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from civictui.clock import SystemClock
from civictui.domain.model import Doc
from civictui.domain.ports import WriteFailure
from civictui.domain.revtree import next_revision
from civictui.gateway.accounts import Account, Accounts
from civictui.gateway.backends import open_blobs, open_database
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.passwords import STANDARD
from civictui.storage.documents import Documents
from civictui.storage.keyring import Cost


def open_folder(data_dir: Path) -> GatewayFolder:
    """The gateway's folder at `data_dir`, made on first use."""
    return GatewayFolder.open(data_dir, int(SystemClock().now().timestamp()))


def add_user(
    folder: GatewayFolder,
    name: str,
    password: str,
    display_name: str = "",
    *,
    weak_allowed: bool = False,
    cost: Cost = STANDARD,
) -> Account:
    """Make a user, also while the folder is served. Raises UsageError."""
    accounts = Accounts(folder, cost)
    return accounts.add(name, password, display_name, weak_allowed=weak_allowed)


def has_user(folder: GatewayFolder, name: str) -> bool:
    return Accounts(folder).find(name) is not None


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
        database = open_database(folder)
        try:
            return Documents(database).bulk_docs([_revised(doc) for doc in docs])
        finally:
            database.close()


def _revised(doc: Doc) -> Doc:
    if "_rev" in doc:
        return doc
    body = {name: value for name, value in doc.items() if not name.startswith("_")}
    return {**doc, "_rev": next_revision(None, False, body)}
