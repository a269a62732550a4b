"""Between a row and its document, both ways, each in one transaction with what we note of it.

A row is read, and held, before anything is written into it: what the other system changed becomes
a revision first, beside whatever came from the city, and the merge decides. So neither side's words
are overwritten unseen.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError, OperationalError

from civictui.domain.ids import id_within
from civictui.domain.merge import EDITED, WITHDRAWN_AT, WITHDRAWN_BY
from civictui.domain.model import Doc, is_report, is_update, now_text
from civictui.domain.revtree import identity_of
from civictui.domain.text import one_line
from civictui.sql.answering import add, merge_all
from civictui.sql.ledger import Entry, Ledger, has_room
from civictui.sql.rows import Rows
from civictui.sql.standing import STATUS, body_of, changed, latest
from civictui.sql.tables import Tables
from civictui.sql.values import Unfit, meanings, with_meanings


class Exchange:
    """`problems` has what could not be exchanged, by the row or document; it stops nothing else."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._mapping = tables.mapping
        self.ledger, self.rows = Ledger(tables), Rows(tables)
        self.problems: dict[str, str] = {}

    def store(self, connection: Connection, doc: Doc) -> None:
        """Take in a revision from elsewhere, and bring its row up to date. Raises BadRevision."""
        key, rev, path = identity_of(doc)
        entry = self.ledger.entry(connection, key) or Entry(key)
        if rev in entry.tree:
            return
        deleted = doc.get("_deleted") is True
        entry.tree = entry.tree.merge(path, deleted).stem()
        body = {name: value for name, value in doc.items() if not name.startswith("_")}
        self.ledger.keep(connection, key, rev, body)
        entry.behind = True
        if is_update(body) and has_room(body["report"]):  # of no other one there is a report here
            entry.about = body["report"]
        self.ledger.save(connection, entry, grown=True)
        self.settle(connection, key)
        report = entry.about or ""
        if report and self.ledger.entry(connection, report):
            self.settle(connection, report)

    def settle(self, connection: Connection, key: str) -> None:
        """Let a document and its row say the same, as far as that can be."""
        self._trying(connection, key, lambda: self._settle(connection, key))

    def begin(self, connection: Connection, row_key: str) -> None:
        """Make the document of a row that has none."""
        self._trying(connection, f"row {row_key}", lambda: self._begin(connection, row_key))

    def withdraw(self, connection: Connection, row_key: str) -> None:
        """Withdraw the document whose row is gone."""
        entry = self.ledger.by_rows(connection, [row_key]).get(row_key)
        if entry is None or self.rows.row(connection, row_key) is not None:
            return
        if entry.row_rev and entry.living:
            said = {WITHDRAWN_BY: self._mapping.account, WITHDRAWN_AT: _now()}
            add(connection, self.ledger, entry, entry.row_rev, said, deleted=True)
        self._unbind(entry)
        entry.behind = bool(entry.living)
        self.ledger.save(connection, entry, grown=True)

    # --- inside ------------------------------------------------------------------------------

    def _trying(self, connection: Connection, name: str, call: Any) -> None:
        """All of it or nothing; what cannot be done is told, and the rest goes on."""
        try:
            with connection.begin_nested():
                call()
            self.problems.pop(name, None)
        except OperationalError:  # the database itself, and not this row
            raise
        except (Unfit, DatabaseError) as error:
            said = getattr(error, "orig", None) or error
            self.problems[name] = one_line(str(said))[:300]

    def _settle(self, connection: Connection, key: str) -> None:
        entry = self.ledger.entry(connection, key)
        if entry is None:
            return
        row = self.rows.row(connection, entry.row_key) if entry.row_key else None
        grown = self._take(connection, entry, row) if row is not None else False
        grown |= merge_all(connection, self.ledger, entry)
        entry.behind = not self._bring(connection, entry, row)
        self.ledger.save(connection, entry, grown=grown)

    def _begin(self, connection: Connection, row_key: str) -> None:
        row = self.rows.row(connection, row_key)
        if row is None:
            return
        column = self._mapping.document
        key = str(row[column]) if column and row[column] else self._name(connection, row_key)
        entry = self.ledger.entry(connection, key)
        if entry is not None:
            self._bind(connection, entry, row_key)
            return
        said = meanings(self.rows.comes, row)
        start = {"type": "report", "reportedBy": self._mapping.account, "reportedDateTime": _now()}
        body = with_meanings(
            self.rows.comes, {**start, STATUS: "open", **self._mapping.constants}, said, said
        )
        entry = Entry(key, row_key=row_key, row_values=said, row_mark=self.rows.mark(row))
        entry.row_rev = add(connection, self.ledger, entry, None, body)
        self.ledger.save(connection, entry, grown=True)
        if column and not row[column]:
            self.rows.set(connection, row, {column: key})
            self._note(connection, entry)
            self.ledger.save(connection, entry, grown=False)

    def _bind(self, connection: Connection, entry: Entry, row_key: str) -> None:
        """A row that names a document which is here already: its key is another one now."""
        if entry.row_key and self.rows.row(connection, entry.row_key) is not None:
            raise Unfit(f"the document {entry.id} is that of the row {entry.row_key}")
        if not entry.living:
            raise Unfit(f"the document {entry.id} was withdrawn")
        entry.row_key, entry.row_rev = row_key, entry.row_rev or entry.living[0]
        self.ledger.save(connection, entry, grown=False)
        self._settle(connection, entry.id)

    def _take(self, connection: Connection, entry: Entry, row: Mapping[str, Any]) -> bool:
        """What the row says that it did not say before becomes a revision; whether one did."""
        said = meanings(self.rows.comes, row)
        fresh = [name for name in said if said[name] != entry.row_values.get(name)]
        entry.row_mark, entry.row_values = self.rows.mark(row), said
        before = self.ledger.body(connection, entry.id, entry.row_rev or "")
        if not fresh or before is None or entry.row_rev is None:
            return False
        status = [c.name for c in self.rows.comes if c.field == STATUS and c.name in fresh]
        body = with_meanings(self.rows.comes, before, set(fresh) - set(status), said)
        if status and said[status[0]]:
            self._tell_status(connection, entry, before, said[status[0]])
        if body == before:
            return False
        body[EDITED] = {"by": self._mapping.account, "at": _now()}
        entry.row_rev = add(connection, self.ledger, entry, entry.row_rev, body)
        return True

    def _tell_status(self, connection: Connection, entry: Entry, body: Doc, status: str) -> None:
        """A status of the row is an update, as it is of everybody who changes one."""
        before = latest(connection, self.ledger, entry.id)
        if status == (before.status if before else body.get(STATUS)):
            return
        update = changed(entry, status, self._mapping.account, datetime.now(UTC), before)
        if self.ledger.entry(connection, update.id) is None:
            made = Entry(update.id, about=entry.id)
            add(connection, self.ledger, made, None, body_of(update))
            self.ledger.save(connection, made, grown=True)

    def _bring(self, connection: Connection, entry: Entry, row: Mapping[str, Any] | None) -> bool:
        """Write what the document says into its row; whether the row shows it now."""
        if self.ledger.is_contested(connection, entry):
            return False
        if not entry.living:
            return self._bring_end(connection, entry, row)
        rev = entry.living[0]
        body = self.ledger.body(connection, entry.id, rev)
        if body is None or not is_report(body):
            return True
        if entry.row_key and row is None:  # gone, and not noted yet: `withdraw` decides
            return not self._mapping.withdraws
        update = latest(connection, self.ledger, entry.id)
        view = {**body, STATUS: update.status} if update else body
        if row is None:
            entry.row_key = self.rows.insert(connection, entry.id, view)
        else:
            self.rows.update(connection, row, view)
        entry.row_rev = rev
        self._note(connection, entry)
        return True

    def _bring_end(
        self, connection: Connection, entry: Entry, row: Mapping[str, Any] | None
    ) -> bool:
        if row is None:
            self._unbind(entry)
        elif self._mapping.deletes:
            self.rows.delete(connection, row)
            self._unbind(entry)
        elif self._mapping.gone:
            self.rows.set(connection, row, dict([self._mapping.gone]))
            self._note(connection, entry)
        return True

    def _note(self, connection: Connection, entry: Entry) -> None:
        """How the row is now: what is written may have become something else by a trigger."""
        row = self.rows.row(connection, entry.row_key) if entry.row_key else None
        if row is not None:
            entry.row_values, entry.row_mark = self.rows.known(row), self.rows.mark(row)

    def _name(self, connection: Connection, row_key: str) -> str:
        """The id of the document of a row: the same at every try, another one in every table."""
        table = f"{self._mapping.schema or ''}.{self._mapping.table}/{self._mapping.account}"
        table += self._tables.epoch(connection)
        return id_within(str(uuid.uuid5(uuid.NAMESPACE_URL, f"civictui:{table}")), row_key)

    @staticmethod
    def _unbind(entry: Entry) -> None:
        entry.row_key = entry.row_rev = entry.row_mark = None
        entry.row_values = {}


def _now() -> str:
    return now_text(datetime.now(UTC))
