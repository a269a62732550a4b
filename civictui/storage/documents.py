"""Documents with revision trees, a changes feed and bulk calls: what CouchDB keeps, sealed.

The same code is the local database of a terminal and the embedded database of the gateway. One row
a document, see `stored_document`; sequences count up by one a change.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from civictui.codec import encode
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, WriteFailure
from civictui.domain.revtree import BadRevision, RevTree, identity_of, next_revision
from civictui.storage.document_index import DocumentIndex
from civictui.storage.history import WITHDRAWN, HistoryTable
from civictui.storage.incoming import Intake
from civictui.storage.new_document import NewDocument
from civictui.storage.observer import Nobody, Observer
from civictui.storage.stored_document import (
    StoredDocument,
    change_of,
    has_only_mark,
    revision_of,
    without_mark,
)
from civictui.storage.tables import SealedDatabase

ROW_BYTES = 4_000_000
"""The most that a document with all its conflicting versions may hold."""


class TooLarge(ValueError):
    """A document of which there is too much."""


class Documents:
    """All documents of one database. Synchronous: its caller owns the store's thread."""

    def __init__(
        self,
        database: SealedDatabase,
        observer: Observer | None = None,
        history: HistoryTable | None = None,
    ) -> None:
        """What a deletion takes away goes into `history`, where there is one."""
        self._database = database
        self._history = history
        self._rows = database.sealed("docs")
        self._locals = database.sealed("local")
        self._index = DocumentIndex(Nobody() if observer is None else observer)
        self._index.load(self._rows.contents(), self.stored)
        self._given = self.update_sequence

    # --- questions ---------------------------------------------------------------------------

    @property
    def update_sequence(self) -> int:
        return self._index.order.last

    def info(self) -> Doc:
        return {
            "doc_count": len(self._index.order) - len(self._index.deleted),
            "doc_del_count": len(self._index.deleted),
            "update_seq": self.update_sequence,
        }

    def get(self, key: str, rev: str | None = None) -> Doc | None:
        """The winning document, or that of `rev`; None where there is none to show."""
        stored = self.stored(key)
        if stored is None:
            return None
        return stored.shown() if rev is None else stored.doc(rev)

    def stored(self, key: str) -> StoredDocument | None:
        """All that is known of one document, or None."""
        row = self._rows.one(key)
        return None if row is None else StoredDocument.from_row(key, row)

    def ids(self) -> list[str]:
        """Of all documents, deleted ones too."""
        return self._rows.ids()

    def leaves(self, key: str) -> list[tuple[str, bool]]:
        """(revision, deleted) of every leaf, the winner first; empty for an unknown id."""
        stored = self.stored(key)
        return (
            [(rev, stored.tree.is_deleted(rev)) for rev in stored.tree.leaves()] if stored else []
        )

    def changes(
        self, since: int, limit: int, descending: bool = False, include_docs: bool = False
    ) -> Changes:
        """Documents whose last change came after `since`, each once, with all its leaves."""
        chosen, left = self._index.order.after(since, limit, descending)
        rows = [self._change(key, include_docs) for key in chosen]
        last = rows[-1].seq if rows else max(since, 0)
        return Changes(rows, last, pending=left)

    def changed(self, since: int) -> list[tuple[int, str]]:
        """(sequence, id) of the documents whose last change came after `since`."""
        return self._index.order.since(since)

    def marked_changes(self, since: int, limit: int) -> Changes:
        """As `changes`, but with only the revisions that are marked to be sent."""
        return self._index.marked_changes(since, limit)

    def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, dict[str, list[str]]]:
        """By id, what is missing here and which leaves might be its ancestors."""
        answer: dict[str, dict[str, list[str]]] = {}
        for key, asked in revs.items():
            stored = self.stored(key)
            missing = stored.tree.missing(asked) if stored else list(asked)
            if missing:
                answer[key] = {"missing": missing}
                ancestors = stored.tree.possible_ancestors(missing) if stored else []
                if ancestors:
                    answer[key]["possible_ancestors"] = ancestors
        return answer

    def bulk_get(self, wanted: Iterable[tuple[str, str | None]]) -> list[Doc | None]:
        """One document each, with `_revisions`; None where the revision is not kept."""
        return [self._one_revision(key, rev) for key, rev in wanted]

    def marked(self) -> Mapping[str, tuple[str, ...]]:
        """Revisions that the other side has not acknowledged, by id."""
        return self._index.marked

    def conflicted(self) -> set[str]:
        """Ids with more than one living leaf, or with an edit that races a withdrawal."""
        return self._index.conflicted

    # --- changes -----------------------------------------------------------------------------

    def write(
        self,
        key: str,
        body: Mapping[str, Any],
        parent: str | None = None,
        *,
        deleted: bool = False,
    ) -> str:
        """Make a new revision here and mark it to be sent; returns it.

        The same content on the same parent is the same revision: writing it twice is writing once.
        """
        plain = {name: value for name, value in body.items() if not name.startswith("_")}
        rev = next_revision(parent, deleted, plain)
        stored = self.stored(key) or StoredDocument(key, 0, RevTree(), {})
        if rev not in stored.tree:
            with self._database.transaction():
                if self._history is not None and parent is not None and parent in stored.bodies:
                    self._history.keep_base(key, parent, stored.bodies[parent])
                self._store([stored.written(rev, parent, deleted, plain)])
        return rev

    def discard(self, key: str, bodies: Mapping[str, Doc]) -> None:
        """Take back the marked revisions of a document; what they replaced is in `bodies`.

        Where that leaves a version without its body, the whole document goes, and with it the
        replication's log: all comes down again.
        """
        stored = self.stored(key)
        if stored is None or not stored.unsent:
            return
        left = stored.without_unsent(bodies)
        if left.tree.nodes and left.bodies.keys() >= set(left.tree.leaves()):
            self._store([left])
            return
        with self._database.transaction():
            self._rows.drop(key)
            for name in self._locals.ids() if left.tree.nodes else ():
                self._locals.drop(name)
            self._database.after_commit(lambda: self._index.forget(stored))

    def bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        """Take in revisions made elsewhere, in one transaction; what is wrong comes back."""
        failures: list[WriteFailure] = []
        intake = Intake(self._history.knows if self._history else lambda _: False)
        for doc in docs:
            try:
                self._take_in(doc, intake)
            except (BadRevision, TooLarge) as error:
                key, rev = str(doc.get("_id", "")), str(doc.get("_rev", ""))
                code = "too_large" if isinstance(error, TooLarge) else "bad_request"
                failures.append(WriteFailure(key, rev, code, str(error)))
        self._begin(list(intake.new.values()), intake)
        return failures

    def mark(self, key: str, rev: str = "", *, again: bool = False) -> None:
        """Mark a revision that is kept here, the winning one by default, to be sent.

        With `again` the server had it, and may have forgotten it.
        """
        stored = self.stored(key)
        if stored is not None:
            marked = stored.marked(rev or stored.tree.winner(), again=again)
            if marked is not stored:
                self._store([marked], new_sequence=False)

    def unmark(self, revisions: Iterable[tuple[str, str]]) -> None:
        """Take the marks of exactly these (id, revision) off."""
        plain: dict[str, Doc] = {}
        changed: dict[str, StoredDocument] = {}
        for key, rev in revisions:
            row = self._rows.one(key)
            if row and key not in changed and has_only_mark(row, rev):
                plain[key] = without_mark(row)
                continue
            stored = changed.get(key) or self.stored(key)
            if stored and rev in {*stored.pending, *stored.carried}:
                changed[key] = stored.without_marks({rev})
        with self._database.transaction():
            self._rows.put_all(plain.items())
            self._database.after_commit(lambda: self._index.unmark(plain))
            self._store(list(changed.values()), new_sequence=False)

    def get_local(self, name: str) -> Doc | None:
        return self._locals.one(name)

    def put_local(self, name: str, body: Doc) -> None:
        self._locals.put(name, body)

    def drop_local(self, name: str) -> None:
        """Forget it, if it is there."""
        self._locals.drop(name)

    # --- inside ------------------------------------------------------------------------------

    def _one_revision(self, key: str, rev: str | None) -> Doc | None:
        row = self._rows.one(key)
        return None if row is None else revision_of(key, row, rev)

    def _change(self, key: str, include_docs: bool) -> Change:
        row = self._rows.one(key)
        assert row is not None, "an indexed document has a row"  # noqa: S101
        return change_of(key, row, include_docs)

    def _take_in(self, doc: Doc, intake: Intake) -> None:
        key, rev, path = identity_of(doc)
        stored = intake.known(key) or self.stored(key)
        if stored and rev in stored.tree:
            return
        body = {name: value for name, value in doc.items() if name[:1] != "_"}
        deleted = doc.get("_deleted") is True
        if stored is None:
            intake.new[key] = NewDocument(key, path, deleted, body)
            return
        taken = stored.with_revision(path, deleted, body)
        if len(taken.bodies) > 1 and len(encode(taken.to_row())) > ROW_BYTES:
            raise TooLarge("all versions of a document together are larger than 4 MB")
        intake.take(stored, taken, deleted=deleted)

    def _begin(self, new: list[NewDocument], intake: Intake) -> None:
        """Make a whole page durable, with what it changes of known documents."""
        for document in new:
            self._given += 1
            document.sequence = self._given
        with self._database.transaction():
            if self._history is not None:
                for key, rev, body in intake.lost:
                    self._history.keep(key, rev, body, WITHDRAWN)
            self._rows.put_all((document.id, document.to_row()) for document in new)
            self._database.after_commit(lambda: self._index.begin(new))
            self._store(list(intake.changed.values()))

    def _store(self, changed: list[StoredDocument], new_sequence: bool = True) -> None:
        before = [doc.sequence for doc in changed]
        if new_sequence:
            first = self._given + 1
            self._given += len(changed)  # a transaction that fails leaves a gap, which is no harm
            changed = [doc.at(first + i) for i, doc in enumerate(changed)]
        with self._database.transaction():
            self._rows.put_all((stored.id, stored.to_row()) for stored in changed)
            for sequence, stored in zip(before, changed, strict=True):
                self._database.after_commit(partial(self._index.change, sequence, stored))
