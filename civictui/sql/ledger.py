"""What our own tables say of each document: its revisions, their bodies, and its row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from civictui.codec import decode, decode_object, encode
from civictui.domain.merge import WITHDRAWN_BY
from civictui.domain.model import Doc
from civictui.domain.revtree import RevTree
from civictui.sql.tables import ID_CHARACTERS, REV_CHARACTERS, Tables

KEPT_BODIES = 20
"""So many generations below a leaf have a body: what two versions came from is needed to merge."""


@dataclass(slots=True)
class Entry:
    """A document, and what its row was when it was looked at last."""

    id: str
    tree: RevTree = field(default_factory=RevTree)
    seq: int = 0
    about: str | None = None
    """Of an update, the report."""
    row_key: str | None = None
    row_rev: str | None = None
    """The revision that the row shows."""
    row_mark: str | None = None
    """What stood in the column by which a change is recognised."""
    row_values: dict[str, Any] = field(default_factory=dict)
    """By column, what the row meant."""
    behind: bool = False
    """Whether the row does not show yet what the document says."""

    @property
    def living(self) -> list[str]:
        """The leaves that are no tombstones, the winner first."""
        return [rev for rev in self.tree.leaves() if not self.tree.is_deleted(rev)]

    @property
    def gone(self) -> list[str]:
        return [rev for rev in self.tree.leaves() if self.tree.is_deleted(rev)]


def has_room(key: str, rev: str = "") -> bool:
    """Whether our own tables can hold this id and revision: PostgreSQL has no NUL in a text."""
    fits = len(key) <= ID_CHARACTERS and len(rev) <= REV_CHARACTERS
    return fits and "\0" not in key + rev


class Ledger:
    """Every method is inside somebody's transaction."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._documents = tables.documents
        self._bodies = tables.bodies

    # --- documents ---------------------------------------------------------------------------

    def entry(self, connection: Connection, key: str) -> Entry | None:
        return self.entries(connection, [key]).get(key)

    def entries(self, connection: Connection, keys: Sequence[str]) -> dict[str, Entry]:
        """Those of these ids that are known."""
        chosen = sa.select(self._documents).where(self._documents.c.id.in_(keys))
        return {entry.id: entry for entry in self._read(connection, chosen)}

    def by_rows(self, connection: Connection, keys: Sequence[str]) -> dict[str, Entry]:
        """Those that have one of these rows, by the row's key."""
        chosen = sa.select(self._documents).where(self._documents.c.row_key.in_(keys))
        return {str(entry.row_key): entry for entry in self._read(connection, chosen)}

    def since(
        self, connection: Connection, sequence: int, limit: int, *, back: bool
    ) -> list[Entry]:
        place = self._documents.c.seq
        chosen = sa.select(self._documents)
        chosen = chosen if back else chosen.where(place > sequence)
        ordered = chosen.order_by(place.desc() if back else place).limit(limit)
        return list(self._read(connection, ordered))

    def pending(self, connection: Connection, sequence: int) -> int:
        """How many documents come behind this place of the feed."""
        counted = sa.select(sa.func.count()).select_from(self._documents)
        return int(connection.scalar(counted.where(self._documents.c.seq > sequence)) or 0)

    def rows_known(self, connection: Connection) -> list[str]:
        """The keys of all rows that have a document."""
        column = self._documents.c.row_key
        return list(connection.execute(sa.select(column).where(column.is_not(None))).scalars())

    def behind(self, connection: Connection) -> list[str]:
        """The ids of documents whose rows do not show them yet."""
        chosen = sa.select(self._documents.c.id).where(self._documents.c.behind)
        return list(connection.execute(chosen.order_by(self._documents.c.seq)).scalars())

    def about(self, connection: Connection, report: str) -> list[Entry]:
        """The updates of a report."""
        chosen = sa.select(self._documents).where(self._documents.c.about == report)
        return list(self._read(connection, chosen))

    def save(self, connection: Connection, entry: Entry, *, grown: bool) -> None:
        """With a new place in the feed where the tree has `grown`."""
        new = not entry.seq
        if grown or new:
            entry.seq = self._tables.next_sequence(connection)
        values = {
            "seq": entry.seq,
            "tree": encode(entry.tree.to_list()).decode(),
            "about": entry.about,
            "row_key": entry.row_key,
            "row_rev": entry.row_rev,
            "row_mark": entry.row_mark,
            "row_values": encode(entry.row_values).decode(),
            "behind": entry.behind,
        }
        if new:
            connection.execute(sa.insert(self._documents).values(id=entry.id, **values))
            return
        line = self._documents.c.id == entry.id
        connection.execute(sa.update(self._documents).where(line).values(**values))
        if grown and len(entry.tree.nodes) > KEPT_BODIES:
            self._forget(connection, entry)

    # --- bodies ------------------------------------------------------------------------------

    def body(self, connection: Connection, key: str, rev: str) -> Doc | None:
        """None where it is not kept."""
        chosen = sa.select(self._bodies.c.body).where(
            self._bodies.c.id == key, self._bodies.c.rev == rev
        )
        found = connection.execute(chosen).scalar_one_or_none()
        return None if found is None else decode_object(found)

    def keep(self, connection: Connection, key: str, rev: str, body: Doc) -> None:
        if self.body(connection, key, rev) is None:
            written = {"id": key, "rev": rev, "body": encode(body).decode()}
            connection.execute(sa.insert(self._bodies).values(**written))

    def is_contested(self, connection: Connection, entry: Entry) -> bool:
        """Whether a person is to be asked: two versions, or one and the word that it shall go."""
        if len(entry.living) != 1:
            return len(entry.living) > 1
        bodies = (self.body(connection, entry.id, rev) or {} for rev in entry.gone)
        return any(WITHDRAWN_BY in body for body in bodies)

    # --- inside ------------------------------------------------------------------------------

    def _forget(self, connection: Connection, entry: Entry) -> None:
        kept = {entry.row_rev} if entry.row_rev else set()
        for leaf in entry.tree.leaves():
            kept |= set(list(entry.tree.ancestry(leaf))[:KEPT_BODIES])
        old = (self._bodies.c.id == entry.id, self._bodies.c.rev.not_in(kept))
        connection.execute(sa.delete(self._bodies).where(*old))

    def _read(self, connection: Connection, chosen: sa.Select[Any]) -> Iterable[Entry]:
        return [_entry(row) for row in connection.execute(chosen).mappings()]


def _entry(row: RowMapping) -> Entry:
    return Entry(
        id=row["id"],
        tree=RevTree.from_list(decode(row["tree"])),
        seq=row["seq"],
        about=row["about"],
        row_key=row["row_key"],
        row_rev=row["row_rev"],
        row_mark=row["row_mark"],
        row_values=decode_object(row["row_values"] or "{}"),
        behind=bool(row["behind"]),
    )
