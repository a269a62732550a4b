"""Conflicts of the documents in a store: merged where nobody needs to be asked, else settled.

The names of all revisions made here come from content, so that two terminals that merge the same
versions make the same revisions. What loses goes into the history first.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

from civictui.codec import encode
from civictui.domain.errors import NotFound, StoreError, UsageError
from civictui.domain.merge import (
    EDITED,
    MERGED_INTO,
    WITHDRAWN_AT,
    WITHDRAWN_BY,
    Conflict,
    Merge,
    Version,
    both_said,
    is_filled_in,
    merge,
)
from civictui.domain.model import Doc, is_update
from civictui.domain.revtree import BadRevision
from civictui.storage.documents import Documents
from civictui.storage.history import MERGED, SETTLED, WITHDRAWN, HistoryTable
from civictui.storage.stored_document import StoredDocument

MOST_LEAVES = 8
MOST_BYTES = 1_000_000
"""A document with more than that is not merged without somebody who looks at it."""


class Conflicts:
    """`transaction` makes all changes inside one; `now` gives the time, RFC 3339."""

    def __init__(
        self,
        documents: Documents,
        history: HistoryTable,
        transaction: Callable[[], AbstractContextManager[None]],
        now: Callable[[], str],
    ) -> None:
        self._documents = documents
        self._history = history
        self._transaction = transaction
        self._now = now

    def of(self, key: str, user: str) -> Conflict | None:
        """What is to be settled about a document; `mine` is the version of `user`, if one is."""
        stored = self._documents.stored(key)
        if stored is None or not stored.contested:
            return None
        living, gone = stored.living, stored.withdrawals()
        pair = living[:2] if len(living) > 1 else [living[0], gone[0]]
        if len(living) > 1:
            own = [rev for rev in living if _version(stored, rev).by == user]
            first = own[0] if own else living[0]
            pair = [first, next(rev for rev in living if rev != first)]
        mine, theirs = (_version(stored, rev) for rev in pair)
        if mine.by != user and theirs.by == user:
            mine, theirs = theirs, mine
        return Conflict(key, mine, theirs, self.ancestor(stored, *pair))

    def merge_all(self) -> list[str]:
        """Merge whatever can be; gives the ids of the documents that were changed by it."""
        return [key for key in sorted(self._documents.conflicted()) if self.merge(key)]

    def merge(self, key: str) -> bool:
        """Merge the living leaves of a document as far as they do not clash, two at a time.

        Those of a document that is too large, or has too many, stay a conflict: whoever made them
        would have every terminal work for it.
        """
        merged = False
        with suppress(StoreError, BadRevision):
            while self._merge_once(key):
                merged = True
        return merged

    def settle(self, conflict: Conflict, body: Doc | None, user: str) -> None:
        """Make `body` the one in force, in the place of both versions; None lets it go."""
        stored = self._documents.stored(conflict.id)
        sides = (conflict.mine, conflict.theirs)
        leaves = stored.tree.leaves() if stored else []
        if stored is None or not all(side.rev in leaves for side in sides):
            raise UsageError("This report has changed since", "Look at it again.")
        first, second = sorted(sides, key=lambda side: leaves.index(side.rev))
        with self._transaction():
            if body is None:
                self.withdraw(conflict.id, user)
                return
            self._put_away(conflict.id, body, first, second)
            if not _same(body, first.body):
                self._documents.write(conflict.id, self.stamped(body, user), first.rev)
            self._end(conflict.id, second.rev, first.rev)

    def withdraw(self, key: str, user: str) -> None:
        """Delete a document as a whole. Raises NotFound."""
        stored = self._documents.stored(key)
        if stored is None or not stored.living:
            raise NotFound(f"There is no report {key} on this terminal", "See civictui list.")
        said = {WITHDRAWN_BY: user, WITHDRAWN_AT: self._now()}
        with self._transaction():
            for rev in stored.living:
                self._history.keep(key, rev, stored.bodies[rev], WITHDRAWN)
                self._documents.write(key, said, rev, deleted=True)

    def keep(self, key: str) -> None:
        """A document that somebody brings back lives: withdrawals beside it are answered."""
        stored = self._documents.stored(key)
        if stored is not None and stored.living:
            for rev in stored.withdrawals():
                self._end(key, rev, stored.living[0])

    def stamped(self, body: Doc, user: str) -> Doc:
        """The body with a note of who edits it now."""
        return {**body, EDITED: {"by": user, "at": self._now()}}

    def ancestor(self, stored: StoredDocument, one: str, other: str) -> Doc | None:
        """The body from which both came, where it is kept here."""
        fork = stored.merged_ancestor(one, other) or stored.tree.fork(one, other)
        if fork is None:
            return None
        return stored.bodies.get(fork) or self._history.body(stored.id, fork)

    def _merge_once(self, key: str) -> bool:
        stored = self._documents.stored(key)
        if stored is None or not 0 < len(stored.living) <= MOST_LEAVES:
            return False
        if len(stored.living) == 1:
            return self._let_go(stored)
        if len(encode(stored.to_row())) > MOST_BYTES:
            return False
        winner, *others = stored.living
        return any(self._merge_pair(stored, winner, other) for other in others)

    def _let_go(self, stored: StoredDocument) -> bool:
        """End a version in which nobody wrote a word, where somebody withdrew the one before it."""
        gone = [rev for rev in stored.withdrawals() if WITHDRAWN_BY in stored.bodies[rev]]
        rev = stored.living[0]
        before = self.ancestor(stored, rev, gone[0]) if gone else None
        if before is None or not is_filled_in(before, stored.bodies[rev]):
            return False
        with self._transaction():
            self._history.keep(stored.id, rev, stored.bodies[rev], WITHDRAWN)
            self._end(stored.id, rev, gone[0])
        return True

    def _merge_pair(self, stored: StoredDocument, winner: str, loser: str) -> bool:
        ours, theirs = stored.bodies[winner], stored.bodies[loser]
        found = merge(self.ancestor(stored, winner, loser), ours, theirs)
        if found.clashing and all(map(is_update, (ours, theirs))):
            found = Merge(both_said(ours, theirs))
        if found.clashing:
            return False
        with self._transaction():
            for rev, body in ((winner, ours), (loser, theirs)):
                self._history.keep(stored.id, rev, body, MERGED)
            if found.body != ours:
                self._documents.write(stored.id, found.body, winner)
            self._end(stored.id, loser, winner)
        return True

    def _put_away(self, key: str, body: Doc, *versions: Version) -> None:
        for version in versions:
            if version.body is not None and not _same(version.body, body):
                self._history.keep(key, version.rev, version.body, SETTLED)

    def _end(self, key: str, loser: str, winner: str) -> None:
        self._documents.write(key, {MERGED_INTO: winner}, loser, deleted=True)


def _version(stored: StoredDocument, rev: str) -> Version:
    body = stored.bodies.get(rev, {})
    if stored.tree.is_deleted(rev):
        return Version(rev, None, _text(body.get(WITHDRAWN_BY)), _text(body.get(WITHDRAWN_AT)))
    edited = body.get(EDITED)
    if not isinstance(edited, dict):
        edited = {"by": body.get("reportedBy"), "at": body.get("reportedDateTime")}
    return Version(rev, body, _text(edited.get("by")), _text(edited.get("at")))


def _same(one: Doc, other: Doc | None) -> bool:
    """Whether two bodies say the same, whoever said it last."""
    first, second = ({k: v for k, v in (doc or {}).items() if k != EDITED} for doc in (one, other))
    return other is not None and first == second


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
