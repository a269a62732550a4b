"""A rescue bundle taken in: what a user could not send, brought to the gateway in a file.

The bundle is opened with the organisation's recovery key. Its documents are judged as if its user
had pushed them, its pictures as if that user had uploaded them, and the pictures come first. The
bundle says whose it is, but anybody can seal to a public key: where the file comes from is for the
administrator to know.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from civictui.clock import SystemClock
from civictui.domain.errors import UsageError
from civictui.domain.model import Doc
from civictui.domain.ports import WriteFailure
from civictui.gateway.accounts.port import Account
from civictui.gateway.accounts.recovery import RecoveryKey
from civictui.gateway.accounts.recovery_file import read_key_file
from civictui.gateway.audit import IMPORT
from civictui.gateway.backends import Backends
from civictui.gateway.database.port import Database
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.objects import Objects
from civictui.gateway.problems import Problem
from civictui.gateway.provisioning import account_of
from civictui.gateway.viewer import Viewer
from civictui.storage.bundle import Bundle, open_with_recovery_key

_DOCS_AT_ONCE = 200


@dataclass(slots=True)
class Imported:
    """What a bundle brought. What was here already is in `found` and changed nothing."""

    user: str
    documents: int = 0
    pictures: int = 0
    found: int = 0
    refused: list[WriteFailure] = field(default_factory=list)
    """Of a refused picture `id` is the key and `rev` is empty."""


def import_bundle(folder: GatewayFolder, path: Path, key_file: Path | None = None) -> Imported:
    """Take in the bundle at `path`; taking it in again adds nothing.

    Raises StoreBusy while the folder is served, UsageError for a bundle of elsewhere or where the
    recovery key is not at hand, StoreDamaged for a bundle or a key that is not whole.
    """
    with folder.alone(), open_with_recovery_key(path, _private(folder, key_file)) as bundle:
        account = _whose(folder, bundle)
        return asyncio.run(_imported(folder, bundle, account))


async def _imported(folder: GatewayFolder, bundle: Bundle, account: Account) -> Imported:
    backends = Backends.open(folder, SystemClock())
    try:
        with backends.audit.doing(IMPORT, account.name):
            return await _taken_in(backends, bundle, account)
    finally:
        await backends.close()


def _private(folder: GatewayFolder, key_file: Path | None) -> bytes:
    key = RecoveryKey(folder)
    if key_file is None:
        private = key.private()
        if private is None:
            raise UsageError("The recovery key is off line", "Name its file with --key-file.")
        return private
    kid, private = read_key_file(key_file)
    if kid != key.kid:
        raise UsageError(f"{key_file} holds another gateway's key", f"The key {key.kid} is needed.")
    return private


def _whose(folder: GatewayFolder, bundle: Bundle) -> Account:
    account = account_of(folder, bundle.user)
    if bundle.gateway != folder.id:
        raise UsageError("This bundle is for another gateway", "Nothing was taken in.")
    if account is None:
        raise UsageError("The bundle's user has no account here", "Nothing was taken in.")
    return account


async def _taken_in(backends: Backends, bundle: Bundle, account: Account) -> Imported:
    imported = Imported(account.name)
    for key, content in bundle.objects():
        await _take_picture(backends.objects, key, content, imported)
    sender = account.viewer
    for docs in _batches(bundle.docs):
        await _take_documents(backends.database, docs, sender, imported)
    return imported


async def _take_picture(objects: Objects, key: str, content: bytes, imported: Imported) -> None:
    try:
        is_new = await objects.take(key, content)
    except Problem as problem:
        imported.refused.append(WriteFailure(key, "", problem.code, problem.reason))
    else:
        imported.pictures += is_new
        imported.found += not is_new


async def _take_documents(
    database: Database, docs: Sequence[Doc], sender: Viewer, imported: Imported
) -> None:
    arrival = await database.take_in(docs, sender)
    imported.documents += arrival.added
    imported.found += len(docs) - arrival.added - len(arrival.failures)
    imported.refused += arrival.failures


def _batches(docs: Sequence[Doc]) -> Iterator[Sequence[Doc]]:
    return (docs[i : i + _DOCS_AT_ONCE] for i in range(0, len(docs), _DOCS_AT_ONCE))
