"""What is known of all documents at once: their order, marks, deletions and conflicts.

It lies in memory: made from the rows at opening, and told of every change once that is durable.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, cast

from civictui.codec import Misfit, reader
from civictui.domain.ports import Change, Changes
from civictui.storage.change_order import ChangeOrder
from civictui.storage.new_document import NewDocument
from civictui.storage.observer import Observer
from civictui.storage.stored_document import GlimpsedRow, StoredDocument

T = TypeVar("T")


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
        found = sorted((seq, key) for key, seq in self._marked_at.items())
        chosen = [(seq, key) for seq, key in found if seq > since]
        rows = [Change(seq, key, self.marked[key]) for seq, key in chosen[:limit]]
        last = rows[-1].seq if rows else since
        return Changes(rows, last, pending=len(chosen) - len(rows))

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
            self.marked.pop(key, None)
            self._marked_at.pop(key, None)

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

    def _index(self, stored: StoredDocument) -> None:
        key, shown = stored.id, stored.shown()
        _set(self.marked, key, stored.to_send or None)
        _set(self._marked_at, key, stored.sequence if stored.pending else None)
        _mark(self.deleted, key, shown is None)
        _mark(self.conflicted, key, shown is not None and stored.contested)
        self._observer.observe(key, shown)


def _set(values: dict[str, T], key: str, value: T | None) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value


def _mark(keys: set[str], key: str, on: bool) -> None:
    if on:
        keys.add(key)
    else:
        keys.discard(key)
