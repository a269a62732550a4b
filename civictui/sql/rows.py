"""The table of the other system: its rows by key, and what is written into them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from civictui.sql.mapping import Column, Keys
from civictui.sql.tables import Tables
from civictui.sql.values import Unfit, meaning, stored, told

PAGE = 500


class Rows:
    """Every method is inside somebody's transaction."""

    def __init__(self, tables: Tables) -> None:
        mapping = tables.mapping
        self._tables = tables
        self._mapping = mapping
        self._rows, self._key = tables.rows, tables.key
        self._goes = [column for column in mapping.columns if column.goes]
        self.comes = [column for column in mapping.columns if column.comes]
        names = [mapping.key, mapping.document, mapping.changed]
        names += [column.name for column in mapping.columns]
        self._read = [self._rows.c[name] for name in dict.fromkeys(names) if name]

    def pages(self, connection: Connection) -> Iterator[list[Mapping[str, Any]]]:
        """All rows in the order of their keys; where a column tells changes, that and the key."""
        mark = self._mapping.changed
        columns = [self._key, self._rows.c[mark]] if mark else self._read
        last: Any = None
        while True:
            chosen = sa.select(*columns).order_by(self._key).limit(PAGE)
            if last is not None:
                chosen = chosen.where(self._key > last)
            page: list[Mapping[str, Any]] = [
                dict(row) for row in connection.execute(chosen).mappings()
            ]
            if not page:
                return
            last = page[-1][self._mapping.key]
            yield page

    def row(self, connection: Connection, key: str) -> Mapping[str, Any] | None:
        """One row, which nobody else changes until the transaction ends."""
        chosen = sa.select(*self._read).where(self._at(key)).with_for_update()
        found = connection.execute(chosen).mappings().one_or_none()
        return None if found is None else dict(found)

    def mark(self, row: Mapping[str, Any]) -> str | None:
        name = self._mapping.changed
        return None if name is None or row[name] is None else str(row[name])

    def known(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """By column, what it means, without those that mean nothing."""
        found = {}
        for column in self.comes:
            with suppress(Unfit):
                found[column.name] = meaning(column, row[column.name])
        return found

    def insert(self, connection: Connection, key: str, body: Mapping[str, Any]) -> str:
        """A row for the document `key`; its own key. Raises Unfit."""
        values = self._values(body, self._goes)
        if self._mapping.new_keys is Keys.OF_DOCUMENT:
            values[self._mapping.key] = key
        if self._mapping.document:
            values[self._mapping.document] = key
        made = connection.execute(sa.insert(self._rows).values(**values).returning(self._key))
        return str(made.scalar_one())

    def update(
        self, connection: Connection, row: Mapping[str, Any], body: Mapping[str, Any]
    ) -> None:
        """Write what differs in its meaning. Raises Unfit."""
        differing = [column for column in self._goes if _differs(column, row, body)]
        values = self._values(body, differing)
        if values:
            self.set(connection, row, values)

    def set(
        self, connection: Connection, row: Mapping[str, Any], values: Mapping[str, Any]
    ) -> None:
        at = self._at(str(row[self._mapping.key]))
        connection.execute(sa.update(self._rows).where(at).values(**values))

    def delete(self, connection: Connection, row: Mapping[str, Any]) -> None:
        at = self._at(str(row[self._mapping.key]))
        connection.execute(sa.delete(self._rows).where(at))

    def _at(self, key: str) -> sa.ColumnElement[bool]:
        same: sa.ColumnElement[bool] = self._key == self._tables.key_of(key)
        return same

    def _values(self, body: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
        types = {c.name: self._rows.c[c.name].type.python_type for c in columns}
        return {c.name: stored(c, told(c, body), types[c.name]) for c in columns}


def _differs(column: Column, row: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    said = told(column, body)
    try:
        return bool(meaning(column, row[column.name]) != said)
    except Unfit:
        return True
