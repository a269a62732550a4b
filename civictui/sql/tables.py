"""The table of the other system, and the tables of our own that lie beside it.

    <prefix>_state       name, value: this database's identity, the sequence given last, the table
    <prefix>_documents   a line for each document: its revision tree, its place in the feed, its row
    <prefix>_bodies      the bodies of its newest revisions, JSON
    <prefix>_local       what does not replicate: the replication logs, JSON

All that is done to a row and to its document is one transaction. These transactions wait for each
other (the line `sequence` is held), so that the feed never has a gap that is filled later.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchTableError, SQLAlchemyError

from civictui.domain.errors import StoreError, UsageError
from civictui.domain.text import one_line
from civictui.sql.mapping import TableMapping

ID_CHARACTERS = 512
REV_CHARACTERS = 100
"""The longest that our own tables have room for; a gateway takes no longer ids either."""
_BUSY_SECONDS = 30
_DIALECTS = {"sqlite", "postgresql"}
_KEYS = (int, str)
_WRITES = "civictui_writes"
_EPOCH = "epoch"


class Tables:
    """Opens the database and makes what is missing of our own. Raises UsageError, StoreError."""

    def __init__(self, mapping: TableMapping) -> None:
        self.mapping = mapping
        self.engine = _engine(mapping)
        prefix, own = mapping.side_tables, sa.MetaData()
        self.state = sa.Table(
            f"{prefix}_state",
            own,
            sa.Column("name", sa.String(40), primary_key=True),
            sa.Column("value", sa.Text, nullable=False),
        )
        self.documents = sa.Table(
            f"{prefix}_documents",
            own,
            sa.Column("id", sa.String(ID_CHARACTERS), primary_key=True),
            sa.Column("seq", sa.BigInteger, nullable=False, unique=True),
            sa.Column("tree", sa.Text, nullable=False),
            sa.Column("about", sa.String(ID_CHARACTERS), index=True),
            sa.Column("row_key", sa.String(ID_CHARACTERS), unique=True),
            sa.Column("row_rev", sa.Text),
            sa.Column("row_mark", sa.Text),
            sa.Column("row_values", sa.Text),
            sa.Column("behind", sa.Boolean, nullable=False, index=True),
        )
        self.bodies = sa.Table(
            f"{prefix}_bodies",
            own,
            sa.Column("id", sa.String(ID_CHARACTERS), primary_key=True),
            sa.Column("rev", sa.String(REV_CHARACTERS), primary_key=True),
            sa.Column("body", sa.Text, nullable=False),
        )
        self.local = sa.Table(
            f"{prefix}_local",
            own,
            sa.Column("name", sa.String(200), primary_key=True),
            sa.Column("body", sa.Text, nullable=False),
        )
        with faults():
            self.rows = self._reflected()
            self._check_columns()
            own.create_all(self.engine)
            with self.transaction(begun=False) as connection:
                self._begin(connection)
        self.key = self.rows.c[mapping.key]
        self._check_key()

    @contextmanager
    def transaction(self, *, begun: bool = True) -> Iterator[Connection]:
        """One after the other, whoever else runs this: all of it, or nothing."""
        with self.engine.connect() as connection, _writing(connection).begin():
            if begun:
                held = sa.select(self.state.c.value).where(self.state.c.name == "sequence")
                connection.execute(held.with_for_update())
            yield connection

    def next_sequence(self, connection: Connection) -> int:
        held = self.state.c.name == "sequence"
        found = connection.execute(sa.select(self.state.c.value).where(held)).scalar_one()
        sequence = int(found) + 1
        connection.execute(sa.update(self.state).where(held).values(value=str(sequence)))
        return sequence

    def begin_epoch(self) -> None:
        """From now on keys of rows that are new are counted as others than those before."""
        with self.transaction() as connection:
            connection.execute(sa.delete(self.state).where(self.state.c.name == _EPOCH))
            connection.execute(
                sa.insert(self.state).values(name=_EPOCH, value=secrets.token_hex(8))
            )

    def epoch(self, connection: Connection) -> str:
        """Nothing until the database was put back from a copy for the first time."""
        chosen = sa.select(self.state.c.value).where(self.state.c.name == _EPOCH)
        return connection.execute(chosen).scalar_one_or_none() or ""

    def key_of(self, text: str) -> Any:
        """The key that a line of ours names, as the table has it."""
        return int(text) if self.key.type.python_type is int else text

    def close(self) -> None:
        self.engine.dispose()

    # --- inside ------------------------------------------------------------------------------

    def _reflected(self) -> sa.Table:
        wanted, schema = self.mapping.table, self.mapping.schema
        try:
            return sa.Table(wanted, sa.MetaData(), schema=schema, autoload_with=self.engine)
        except NoSuchTableError as error:
            raise UsageError(f"The database has no table {one_line(wanted)[:60]!r}") from error

    def _begin(self, connection: Connection) -> None:
        found = connection.execute(sa.select(self.state.c.name, self.state.c.value))
        known = dict(found.tuples().all())
        mine = f"{self.mapping.schema or ''}.{self.mapping.table}"
        for name, value in (
            ("identity", secrets.token_hex(16)),
            ("sequence", "0"),
            ("table", mine),
        ):
            if name not in known:
                connection.execute(sa.insert(self.state).values(name=name, value=value))
        if known.get("table", mine) != mine:
            raise UsageError(
                f"{self.mapping.side_tables}_documents is about another table",
                "Give each table of a database `side-tables` of its own.",
            )

    def _check_columns(self) -> None:
        mapping = self.mapping
        gone = mapping.gone[0] if mapping.gone else None
        named = [
            mapping.key,
            mapping.document,
            mapping.changed,
            gone,
            *(c.name for c in mapping.columns),
        ]
        for name in named:
            if name is not None and name not in self.rows.c:
                raise UsageError(f"The table {mapping.table} has no column {one_line(name)[:60]!r}")

    def _check_key(self) -> None:
        mapping = self.mapping
        if self.key.type.python_type not in _KEYS:
            raise UsageError(f"The key {mapping.key} is neither a whole number nor a text")


@contextmanager
def faults() -> Iterator[None]:
    """What the database says as an error of ours. Raises StoreError."""
    try:
        yield
    except SQLAlchemyError as error:
        said = one_line(str(getattr(error, "orig", None) or error))[:300]
        raise StoreError(
            f"The SQL database: {said}", "What was done so far stays; the next run goes on."
        ) from error


def _engine(mapping: TableMapping) -> Engine:
    url = _url(mapping)
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _leave_transactions)
        event.listen(engine, "begin", _begin_at_once)
        return engine
    return sa.create_engine(url)


def _url(mapping: TableMapping) -> URL:
    try:
        url = make_url(mapping.url)
    except (ArgumentError, ValueError) as error:
        raise UsageError("The `url` of the mapping is none") from error
    if url.get_backend_name() not in _DIALECTS:
        raise UsageError(
            f"{one_line(url.get_backend_name())[:40]} is not among what was tried",
            f"Use one of {', '.join(sorted(_DIALECTS))}.",
        )
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.set(password=mapping.password) if mapping.password else url


def _leave_transactions(connection: Any, _: Any) -> None:
    """The driver's own idea of when one begins leaves statements outside."""
    connection.isolation_level = None


def _begin_at_once(connection: Connection) -> None:
    """A reader holds nobody up; a writer waits at its beginning, and not in the middle."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _writing(connection: Connection) -> Connection:
    return connection.execution_options(**{_WRITES: True})
