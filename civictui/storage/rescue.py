"""Unsent work, brought into a store: from another store of the user, a bundle, or second copies.

Unsent are the revisions that are marked to be sent, the transfer jobs with their pictures, and the
drafts with theirs. Pictures are durable before anything refers to them; the rows are one
transaction. What came from elsewhere once is remembered, so that bringing it again adds nothing,
even when all of it has been sent in between. The store's own second copies are always believed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from civictui.domain.errors import StoreError
from civictui.domain.model import Doc, Draft, Photo, Report, Rescued, TransferJob
from civictui.domain.revtree import parse
from civictui.storage.tables import SealedTable

if TYPE_CHECKING:
    from civictui.storage.store import StoreTables

Content: TypeAlias = Callable[[str], bytes | None]
"""Gives a picture by its key, or None where it is not to be had."""


@dataclass(frozen=True, slots=True)
class UnsentWork:
    """What waits in a store. `docs` have `_id`, `_rev` and `_revisions`, older revisions first.

    `from_elsewhere`: it may be offered again, and is to be taken in once.
    """

    docs: tuple[Doc, ...] = ()
    jobs: tuple[TransferJob, ...] = ()
    drafts: tuple[Draft, ...] = ()
    from_elsewhere: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.docs or self.jobs or self.drafts)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The keys of all pictures that belong to it, each once; those to be sent come first."""
        queued = (job.key for job in self.jobs)
        drafted = (key for draft in self.drafts for key in keys_of(draft.photos))
        return tuple(dict.fromkeys((*queued, *drafted)))

    @property
    def counts(self) -> Rescued:
        """How much it is, as `Unsent` counts: documents, photos, and drafts beside them."""
        documents = {doc["_id"] for doc in self.docs}
        return Rescued(len(documents), _photos(self.jobs), len(self.drafts))


def unsent_work(source: "StoreTables") -> UnsentWork:
    """What waits in `source`; a job whose picture is not there can no longer be sent by anybody."""
    marked = [(key, rev) for key, revs in source.documents.marked().items() for rev in revs]
    found = [doc for doc in source.documents.bulk_get(marked) if doc is not None]
    docs = sorted(found, key=lambda doc: parse(doc["_rev"]))
    jobs = [job for job in source.outbox.jobs() if source.blobs.has(job.key)]
    return UnsentWork(tuple(docs), _afresh(jobs), tuple(source.drafts()), from_elsewhere=True)


def take_in(target: "StoreTables", work: UnsentWork, content: Content) -> Rescued:
    """Put `work` into `target`, its pictures as `content` gives them.

    Raises StoreFull, StoreError; then no row was changed.
    """
    docs = list(_unknown(target, work.docs))
    drafts = list(_newer(target, work))
    jobs = list(_unqueued(target, work, {doc["_id"] for doc in docs}))
    if work.from_elsewhere:
        jobs = list(_afresh(jobs))
    here = _put_pictures(target, UnsentWork((), tuple(jobs), tuple(drafts)).pictures, content)
    jobs = [job for job in jobs if job.key in here]
    taken = UnsentWork(tuple(docs), tuple(jobs), tuple(drafts))
    waiting = {job.photo for job in target.outbox.jobs()}
    with target.transaction():
        _write(target, taken)
        _mark_again(target, work)
        _remember(target, work)
    target.keep_spares()
    added = [job for job in jobs if job.photo not in waiting]
    return replace(taken.counts, photos=_photos(added))


def _afresh(jobs: Iterable[TransferJob]) -> tuple[TransferJob, ...]:
    """An upload that was begun stays with the terminal that began it.

    Nobody vouches for an address that comes from elsewhere: the session's token would go there.
    """
    return tuple(replace(job, location="", error="") for job in jobs)


def keys_of(photos: Iterable[Photo]) -> Iterator[str]:
    """The object keys of photos: of each the thumbnail and the large picture."""
    return (key for photo in photos for key in (photo.thumbnail, photo.large) if key)


# --- what of it is new to the target ---------------------------------------------------------


def _unknown(target: "StoreTables", docs: Iterable[Doc]) -> Iterator[Doc]:
    """Those revisions that the target's trees do not have."""
    return (doc for doc in docs if target.documents.revs_diff({doc["_id"]: [doc["_rev"]]}))


def _newer(target: "StoreTables", work: UnsentWork) -> Iterator[Draft]:
    """Drafts that are neither a report by now, nor a draft of the same time or later."""
    saved = {draft.id: draft.saved_at for draft in target.drafts()}
    reports = {doc["_id"] for doc in work.docs}
    for draft in work.drafts:
        is_report = draft.id in reports or bool(target.documents.leaves(draft.id))
        if not is_report and (draft.id not in saved or saved[draft.id] < draft.saved_at):
            yield draft


def _unqueued(
    target: "StoreTables", work: UnsentWork, documents: set[str]
) -> Iterator[TransferJob]:
    """Jobs that were never brought here, or that a document new to the target waits for."""
    queued = {job.key: set(job.reports) for job in target.outbox.jobs()}
    brought = set(_brought(target).ids()) if work.from_elsewhere else set()
    for job in work.jobs:
        waiting = set(job.reports)
        is_new = job.key not in brought or bool(waiting & documents)
        if is_new and not waiting <= queued.get(job.key, set()):
            yield job


# --- putting it there ------------------------------------------------------------------------


def _put_pictures(target: "StoreTables", keys: Iterable[str], content: Content) -> set[str]:
    """Make these pictures durable, one at a time; gives the keys of those that could be had.

    A picture that is here stays what it is, whatever is brought under its name.
    """
    here = set()
    for key in keys:
        picture = content(key)
        if picture is not None and target.blobs.get_or_none(key) in {None, picture}:
            target.blobs.put(key, picture)
            here.add(key)
    return here


def _write(target: "StoreTables", taken: UnsentWork) -> None:
    for doc in taken.docs:
        # One by one: the mark keeps the body of a revision of which a later one follows.
        if failures := target.documents.bulk_docs([doc]):
            raise StoreError(
                f"A report could not be taken in: {failures[0].reason}", "Nothing was changed."
            )
        target.documents.mark(doc["_id"], doc["_rev"])
        target.awaited.note(Report.from_doc(doc))  # from now on this terminal is who asks
    for job in taken.jobs:
        target.outbox.add(job)
    for draft in taken.drafts:
        target.save_draft(draft)


def _mark_again(target: "StoreTables", work: UnsentWork) -> None:
    """After a loss, what second copies say is unsent is so, even where the tree has it."""
    if target.findings.lost and not work.from_elsewhere:
        for doc in work.docs:
            target.documents.mark(doc["_id"], doc["_rev"])


def _remember(target: "StoreTables", work: UnsentWork) -> None:
    """Which pictures have a job here, or had one: these are not queued a second time."""
    if not work.from_elsewhere:
        return
    brought, queued = _brought(target), {job.key for job in target.outbox.jobs()}
    for job in work.jobs:
        if job.key in queued and brought.one(job.key) is None:
            brought.put(job.key, {})


def _brought(target: "StoreTables") -> SealedTable:
    """The keys of pictures that were queued by a rescue, each for ever."""
    return SealedTable(target.secrets.storage, "brought")


def _photos(jobs: Iterable[TransferJob]) -> int:
    return len({job.photo for job in jobs})
