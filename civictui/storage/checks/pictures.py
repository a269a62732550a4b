"""Every picture file, whether it opens, and who names it; every picture that is named."""

import hashlib
from pathlib import Path

from civictui.domain.errors import StoreError
from civictui.domain.model import TransferJob
from civictui.storage.blobs import BlobFiles
from civictui.storage.checks.documents import Tables
from civictui.storage.checks.findings import Checkup
from civictui.storage.rescue import keys_of

_AGAIN = "Nobody else has it: take the photo again, if that is possible."
_UNREAD = "See to that first: it may be whole, and is left where it is."
_FETCH = "--repair moves it into quarantine; it is fetched again when it is wanted."


def check_pictures(blobs: BlobFiles, tables: Tables, checkup: Checkup) -> list[Path]:
    """Look at all of them; gives the files that are damaged."""
    owners = _owners(tables)
    paths = {blobs.path(key): key for key in owners}
    files = sorted(blobs.files())
    damaged, unreadable = damaged_pictures(blobs)
    for path in damaged:
        _tell_damaged(path, owners.get(paths.get(path, ""), ""), checkup)
    for path, why in unreadable.items():
        checkup.fault(_place_of(path), f"a picture cannot be read: {why}", _UNREAD)
    _check_jobs(blobs, tables.jobs, {*damaged, *unreadable}, checkup)
    _tell_missing(set(files), paths, owners, checkup)
    _tell_orphans(set(files) - set(damaged) - paths.keys(), checkup)
    checkup.facts["pictures"] = len(files)
    checkup.facts["picture bytes"] = sum(path.stat().st_size for path in files)
    return damaged


def damaged_pictures(blobs: BlobFiles) -> tuple[list[Path], dict[Path, str]]:
    """Files that are not what was written, and files of which that cannot be told, with why."""
    damaged, unreadable = [], {}
    for path in sorted(blobs.files()):
        try:
            if not blobs.opens(path):
                damaged.append(path)
        except (StoreError, FileNotFoundError) as error:
            unreadable[path] = str(error)
    return damaged, unreadable


def _place_of(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.parent.name}/{path.name}"


def _owners(tables: Tables) -> dict[str, str]:
    """Who needs each picture: the words for one that nobody else has, "" for the server's."""
    owners = dict.fromkeys(tables.pictures, "")
    for draft in tables.drafts:
        owners.update(dict.fromkeys(keys_of(draft.photos), f"the draft {draft.id}"))
    for job in tables.jobs:
        owners[job.key] = f"the unsent report {', '.join(job.reports)}"
    return owners


def _tell_damaged(path: Path, owner: str, checkup: Checkup) -> None:
    place = _place_of(path)
    if owner:
        checkup.loss(place, f"a picture of {owner} is damaged", _AGAIN)
    else:
        checkup.fault(place, "a picture is damaged", _FETCH)


def _check_jobs(
    blobs: BlobFiles, jobs: list[TransferJob], damaged: set[Path], checkup: Checkup
) -> None:
    """The server takes a picture only if it is what its job says."""
    for job in jobs:
        if blobs.path(job.key) in damaged:
            continue
        picture = blobs.get_or_none(job.key)
        if picture is None:
            continue
        if (len(picture), hashlib.sha256(picture).hexdigest()) != (job.bytes, job.sha256):
            checkup.loss(f"outbox, {job.key}", "the picture is not the one that was queued", _AGAIN)


def _tell_missing(
    files: set[Path], paths: dict[Path, str], owners: dict[str, str], checkup: Checkup
) -> None:
    missing = [key for path, key in paths.items() if path not in files]
    for key in missing:
        if owners[key]:
            checkup.loss(f"blob, {key}", f"a picture of {owners[key]} is missing", _AGAIN)
    fetchable = sum(not owners[key] for key in missing)
    if fetchable:
        checkup.note("blob", f"{fetchable} pictures are on the server only", "A sync fetches them.")


def _tell_orphans(orphans: set[Path], checkup: Checkup) -> None:
    if orphans:
        size = sum(path.stat().st_size for path in orphans)
        checkup.note(
            "blob", f"{len(orphans)} pictures ({size} bytes) belong to no report; they are kept"
        )
