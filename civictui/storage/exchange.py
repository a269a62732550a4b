"""Unsent work out of a store into a rescue bundle, and out of a bundle into a store."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from civictui.domain.errors import StoreDamaged, StoreError, UsageError
from civictui.domain.model import Rescued
from civictui.storage.bundle import Bundle, write_bundle
from civictui.storage.bundle_items import Whose
from civictui.storage.rescue import take_in, unsent_work
from civictui.storage.slots import Locksmith
from civictui.storage.store import StoreTables


@dataclass(frozen=True, slots=True)
class Exported:
    """What a bundle holds; `left_out` pictures could not be read and are not in it."""

    counts: Rescued
    left_out: int = 0


@dataclass(slots=True)
class _Pictures:
    """Gives the pictures of a store, and notes which it could not give."""

    get: Callable[[str], bytes | None]
    missing: set[str] = field(default_factory=set)

    def __call__(self, key: str) -> bytes | None:
        picture = self.get(key)
        if picture is None:
            self.missing.add(key)
        return picture


def export_unsent(
    tables: StoreTables, user: str, path: Path, password: str, smith: Locksmith
) -> Exported:
    """Write all that `tables` has unsent or in drafts into a new bundle; the store keeps it.

    Where nothing waits no file is written. Raises UsageError, StoreFull, StoreError.
    """
    work = unsent_work(tables)
    pictures = _Pictures(tables.blobs.get_or_none)
    gone = {job.key for job in tables.outbox.jobs()} - {job.key for job in work.jobs}
    if not work.nothing:
        whose = Whose(_gateway_of(tables), user)
        recovery = tables.secret("recovery key")
        write_bundle(path, whose, work, pictures, password=password, smith=smith, recovery=recovery)
    return Exported(work.counts, len(gone | pictures.missing))


def import_bundle(tables: StoreTables, user: str, bundle: Bundle) -> Rescued:
    """Take in what a bundle holds and `tables` has not. Raises UsageError, StoreFull, StoreError.

    It must be of the same user and gateway: a server refuses reports in another's name. What it
    says of its pictures must be true, or they would wait here for ever: else StoreDamaged.
    """
    if bundle.user != user:
        raise UsageError(
            f"This bundle is of the user {bundle.user}", "Import it into a store of that user."
        )
    if bundle.gateway != _gateway_of(tables):
        raise UsageError(
            "This bundle is for another gateway than this store",
            "Import it on a terminal that has signed in there, naming it with --server.",
        )
    _check_pictures(bundle)
    return take_in(tables, bundle.work, bundle.picture)


def _check_pictures(bundle: Bundle) -> None:
    """Each job beside the picture that it is to send; one without a picture is left out later."""
    for job in bundle.work.jobs:
        picture = bundle.picture(job.key)
        if picture is None:
            continue
        if (len(picture), hashlib.sha256(picture).hexdigest()) != (job.bytes, job.sha256):
            raise StoreDamaged(
                "The bundle holds another picture than the one to be sent", "Nothing was taken in."
            )


def _gateway_of(tables: StoreTables) -> str:
    gateway = tables.secret("gateway")
    if not gateway:
        raise StoreError(
            "This store does not know its gateway yet",
            "Sign in once while the gateway can be reached.",
        )
    return str(gateway)
