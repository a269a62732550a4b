"""What is known of all documents at once: their order, marks, deletions and conflicts.

It lies in memory: made from the rows at opening, and told of every change once that is durable.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from civictui.codec import Misfit, reader
from civictui.domain.model import SERVICE, Doc
from civictui.domain.ports import Change, Changes
from civictui.storage.change_order import ChangeOrder
from civictui.storage.new_document import NewDocument
from civictui.storage.observer import Observer
from civictui.storage.stored_document import GlimpsedRow, StoredDocument


class DocumentIndex:
    """`observer` is told what every document shows."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self.order = ChangeOrder()
        self.marked: dict[str, tuple[str, ...]] = {}
        """Revisions that are to be sent, by id."""
        self.deleted: set[str] = set()
        self.conflicted: set[str] = set()
        self._marked_at: dict[str, int] = {}
        self._to_send = ChangeOrder()
        """The marked documents in their order."""

    def load(
        self, rows: Iterable[tuple[str, bytes]], stored: Callable[[str], StoredDocument | None]
    ) -> None:
        """Index every row. Of most documents neither tree nor body need be decoded."""
        unusual: list[str] = []
        self._observer.load(self._usual(rows, unusual))
        for key in unusual:
            document = stored(key)
            assert document is not None, "it was found among the rows"  # noqa: S101
            self.order.append(key, document.sequence)
            self._index(document)
        self.order.sort()

    def marked_changes(self, since: int, limit: int) -> Changes:
        """As `Documents.changes`, but with only the revisions that are to be sent."""
        chosen, left = self._to_send.after(since, limit)
        rows = [Change(self._marked_at[key], key, self.marked[key]) for key in chosen]
        return Changes(rows, rows[-1].seq if rows else since, pending=left)

    # --- changes -----------------------------------------------------------------------------

    def begin(self, documents: Iterable[NewDocument]) -> None:
        """These were not there before."""
        living: list[NewDocument] = []
        for document in documents:
            self.order.move(document.id, 0, document.sequence)
            if document.deleted:
                self.deleted.add(document.id)
            else:
                living.append(document)
        self._observer.begin((document.id, document.body) for document in living)

    def change(self, before: int, stored: StoredDocument) -> None:
        """A document changed last at `before`, 0 if it was not there, and now once more."""
        self.order.move(stored.id, before, stored.sequence)
        self._index(stored)

    def unmark(self, keys: Iterable[str]) -> None:
        """Nothing of these is to be sent any more; what they show is what it was."""
        for key in keys:
            self._mark_as(key, (), 0)

    def forget(self, stored: StoredDocument) -> None:
        """A document is no longer there."""
        key = stored.id
        self.order.remove(key, stored.sequence)
        self.unmark([key])
        self.deleted.discard(key)
        self.conflicted.discard(key)
        self._observer.observe(key, None)

    # --- inside ------------------------------------------------------------------------------

    def _usual(
        self, rows: Iterable[tuple[str, bytes]], unusual: list[str]
    ) -> Iterator[tuple[str, Any]]:
        """(id, glimpse) of the usual documents; the ids of all others go into `unusual`."""
        read = reader(cast(Any, GlimpsedRow)[self._observer.glimpse])
        for key, content in rows:
            try:
                row = read(content)
                body = row.usual
            except Misfit:
                body = None
            if body is None:
                unusual.append(key)
            else:
                self.order.append(key, row.s)
                yield key, body

    def _mark_as(self, key: str, revs: tuple[str, ...], sequence: int) -> None:
        """These revisions of a document are to be sent now, none or some."""
        before = self._marked_at.pop(key, 0)
        if revs:
            self.marked[key], self._marked_at[key] = revs, sequence
            self._to_send.move(key, before, sequence)
        elif before:
            del self.marked[key]
            self._to_send.remove(key, before)

    def _index(self, stored: StoredDocument) -> None:
        key, shown = stored.id, stored.shown()
        self._mark_as(key, stored.to_send, stored.sequence)
        _mark(self.deleted, key, shown is None)
        _mark(self.conflicted, key, stored.contested and _is_anyones(shown))
        self._observer.observe(key, shown)


def _is_anyones(shown: Doc | None) -> bool:
    """Whether whoever sees a conflict may settle it: of a definition, administrators alone."""
    return shown is not None and shown.get("type") != SERVICE


def _mark(keys: set[str], key: str, on: bool) -> None:
    if on:
        keys.add(key)
    else:
        keys.discard(key)
