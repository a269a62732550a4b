"""Conflicts in our own tables, answered as every terminal does: merged, or left to a person.

The revisions have the names that a terminal would give them, so that both make the same.
"""

from sqlalchemy.engine import Connection

from civictui.domain.merge import MERGED_INTO, Merge, both_said, merge
from civictui.domain.model import Doc, is_update
from civictui.domain.revtree import next_revision
from civictui.sql.ledger import Entry, Ledger

MOST_LEAVES = 8
"""A document with more living versions waits for somebody who looks at it."""


def add(
    connection: Connection, ledger: Ledger, entry: Entry, parent: str | None, body: Doc,
    *, deleted: bool = False,
) -> str:  # fmt: skip
    """Make a revision on top of `parent`; its name. The entry is still to be saved."""
    rev = next_revision(parent, deleted, body)
    entry.tree = entry.tree.merge([rev, parent] if parent else [rev], deleted).stem()
    ledger.keep(connection, entry.id, rev, body)
    return rev


def merge_all(connection: Connection, ledger: Ledger, entry: Entry) -> bool:
    """Merge the living versions as far as they do not clash; whether there was something."""
    merged = False
    while 1 < len(entry.living) <= MOST_LEAVES:
        winner, *others = entry.living
        if not any(_merge_pair(connection, ledger, entry, winner, other) for other in others):
            break
        merged = True
    return merged


def _merge_pair(
    connection: Connection, ledger: Ledger, entry: Entry, winner: str, loser: str
) -> bool:
    ours, theirs = (ledger.body(connection, entry.id, rev) for rev in (winner, loser))
    if ours is None or theirs is None:
        return False
    fork = entry.tree.fork(winner, loser)
    before = ledger.body(connection, entry.id, fork) if fork else None
    found = merge(before, ours, theirs)
    if found.clashing and is_update(ours) and is_update(theirs):
        found = Merge(both_said(ours, theirs))
    if found.clashing:
        return False
    if found.body != ours:
        add(connection, ledger, entry, winner, found.body)
    add(connection, ledger, entry, loser, {MERGED_INTO: winner}, deleted=True)
    return True
