"""`Endpoint` over a SQL table: the Replicator does not know it from a CouchDB."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from civictui.codec import decode_object, encode
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, EndpointInfo, Seq, WriteFailure
from civictui.domain.revtree import BadRevision
from civictui.domain.text import one_line
from civictui.sql.exchange import Exchange
from civictui.sql.ledger import Entry, has_room
from civictui.sql.mapping import TableMapping
from civictui.sql.tables import Tables, faults

T = TypeVar("T")
Step = Callable[[Connection], None]
_ROWS = {"sqlite": 50}
"""Documents a transaction. Where rows are held one by one, no more than one is: the other system
may want two of them in another order, and one of us would have to give up."""


class SqlEndpoint:
    """Works in a thread of its own; every call raises StoreError where the database fails.

    `look` takes in what the other system did to the table; the feed has what was looked at.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._exchange = Exchange(tables)
        self._ledger = self._exchange.ledger
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sql")
        self._rows = _ROWS.get(tables.engine.dialect.name, 1)

    @classmethod
    def open(cls, mapping: TableMapping) -> "SqlEndpoint":
        """Raises UsageError, StoreError."""
        with faults():
            return cls(Tables(mapping))

    @property
    def problems(self) -> dict[str, str]:
        """What could not be exchanged when it was tried last, by `row KEY` or document."""
        return dict(self._exchange.problems)

    async def look(self, *, all_gone: bool = False) -> None:
        """Take in the rows that are new, other than they were, or gone.

        Where more are gone than the mapping allows, none of them is withdrawn, and `problems` says
        so; with `all_gone` they are.
        """
        await self._run(self._look, all_gone)

    async def came_back(self) -> None:
        """The database was put back from a copy: keys of rows are given anew from here on.

        A row with the key of one that was written after the copy is another report than that.
        """
        await self._run(self._tables.begin_epoch)

    async def contested(self) -> int:
        """How many documents wait for a person's decision."""
        return await self._run(self._contested)

    async def stamp(self) -> Doc:
        """Where this database stands; one put back from a backup is behind it."""
        info = await self.info()
        return {"generation": 0, "sequence": info.update_seq, "tag": info.identity}

    async def close(self) -> None:
        self._thread.shutdown(wait=True)
        self._tables.close()

    # --- Endpoint ----------------------------------------------------------------------------

    async def info(self) -> EndpointInfo:
        state = await self._run(self._state)
        return EndpointInfo(self._tables.mapping.table, int(state["sequence"]), state["identity"])

    async def changes(
        self,
        since: Seq,
        *,
        limit: int,
        descending: bool = False,
        wait: float = 0,
        include_docs: bool = False,
    ) -> Changes:
        """As the port says, but that nothing is waited for: the feed grows by `look` alone."""
        return await self._run(self._changes, int(since), limit, descending, include_docs)

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        return await self._run(self._revs_diff, revs)

    async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        return await self._run(self._bulk_get, wanted)

    async def bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        return await self._run(self._bulk_docs, docs)

    async def get_local(self, name: str) -> Doc | None:
        return await self._run(self._get_local, name)

    async def put_local(self, name: str, body: Doc) -> None:
        await self._run(self._put_local, name, body)

    # --- in the thread -----------------------------------------------------------------------

    async def _run(self, call: Callable[..., T], *words: Any) -> T:
        def guarded() -> T:
            with faults():
                return call(*words)

        return await asyncio.wrap_future(self._thread.submit(guarded))

    def _state(self) -> dict[str, str]:
        state = self._tables.state
        with self._tables.engine.connect() as connection:
            found = connection.execute(sa.select(state.c.name, state.c.value))
            return {row.name: row.value for row in found}

    def _changes(self, since: int, limit: int, back: bool, include_docs: bool) -> Changes:
        with self._tables.engine.connect() as connection:
            found = self._ledger.since(connection, since, limit, back=back)
            rows = [self._change(connection, entry, include_docs) for entry in found]
            last = rows[-1].seq if rows else since
            pending = 0 if back else self._ledger.pending(connection, int(last))
        return Changes(rows, last, pending)

    def _change(self, connection: Connection, entry: Entry, include_docs: bool) -> Change:
        leaves = entry.tree.leaves()
        doc = self._doc(connection, entry, leaves[0]) if include_docs else None
        if doc is not None:
            del doc["_revisions"]
        return Change(entry.seq, entry.id, tuple(leaves), not entry.living, doc)

    def _doc(self, connection: Connection, entry: Entry, rev: str) -> Doc | None:
        body = self._ledger.body(connection, entry.id, rev) if rev in entry.tree else None
        if body is None:
            return None
        told: Doc = {"_deleted": True} if entry.tree.is_deleted(rev) else {}
        own = {"_id": entry.id, "_rev": rev, "_revisions": entry.tree.revisions(rev)}
        return {**body, **told, **own}

    def _revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        missing: dict[str, list[str]] = {}
        wanted = {key: self._storable(key, asked) for key, asked in revs.items()}
        with self._tables.engine.connect() as connection:
            known = self._ledger.entries(connection, [key for key in wanted if wanted[key]])
        for key, asked in wanted.items():
            lacking = known[key].tree.missing(asked) if key in known else list(asked)
            if lacking:
                missing[key] = lacking
        return missing

    def _storable(self, key: str, revs: Sequence[str]) -> list[str]:
        """Those that can lie here; of the others `problems` tells, and they are passed over."""
        fitting = [rev for rev in revs if has_room(key, rev)]
        if len(fitting) < len(revs):
            self._exchange.problems[one_line(key)[:60]] = "no room for an id or revision like this"
        return fitting

    def _bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        with self._tables.engine.connect() as connection:
            known = self._ledger.entries(connection, list({key for key, _ in wanted}))
            found = [self._doc(connection, known[key], rev) for key, rev in wanted if key in known]
        return [doc for doc in found if doc is not None]

    def _bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        failures: list[WriteFailure] = []
        for piece in _pieces(docs, self._rows):
            refused: list[WriteFailure] = []
            with self._tables.transaction() as connection:
                for doc in piece:
                    try:
                        self._exchange.store(connection, doc)
                    except BadRevision as error:
                        key, rev = (str(doc.get(name, "")) for name in ("_id", "_rev"))
                        refused.append(WriteFailure(key, rev, "bad_request", str(error)))
            failures += refused
        return failures

    def _get_local(self, name: str) -> Doc | None:
        local = self._tables.local
        with self._tables.engine.connect() as connection:
            chosen = sa.select(local.c.body).where(local.c.name == name)
            found = connection.execute(chosen).scalar_one_or_none()
        return None if found is None else decode_object(found)

    def _put_local(self, name: str, body: Doc) -> None:
        local = self._tables.local
        with self._tables.transaction() as connection:
            connection.execute(sa.delete(local).where(local.c.name == name))
            connection.execute(sa.insert(local).values(name=name, body=encode(body).decode()))

    # --- looking -----------------------------------------------------------------------------

    def _look(self, all_gone: bool) -> None:
        exchange = self._exchange
        exchange.problems.clear()
        with self._tables.engine.connect() as connection:
            known, seen, steps = set(self._ledger.rows_known(connection)), set(), []
            for page in exchange.rows.pages(connection):
                keys = [str(row[self._tables.mapping.key]) for row in page]
                seen |= set(keys)
                steps += self._steps(connection, dict(zip(keys, page, strict=True)))
            steps += [_settling(exchange, key) for key in self._ledger.behind(connection)]
        gone = sorted(known - seen) if self._tables.mapping.withdraws else []
        if len(gone) > self._tables.mapping.most_gone and not all_gone:
            exchange.problems["table"] = (
                f"{len(gone)} rows are gone since the last look, so none was withdrawn"
            )
            gone = []
        steps += [_withdrawing(exchange, key) for key in gone]
        for piece in _pieces(steps, self._rows):
            with self._tables.transaction() as connection:
                for step in piece:
                    step(connection)

    def _steps(self, connection: Connection, page: Mapping[str, Mapping[str, Any]]) -> list[Step]:
        """What is to be done for rows that are not what they were."""
        entries = self._ledger.by_rows(connection, list(page))
        steps: list[Step] = []
        for key, row in page.items():
            entry = entries.get(key)
            if entry is None:
                steps.append(_beginning(self._exchange, key))
            elif self._is_other(entry, row):
                steps.append(_settling(self._exchange, entry.id))
        return steps

    def _is_other(self, entry: Entry, row: Mapping[str, Any]) -> bool:
        rows = self._exchange.rows
        if self._tables.mapping.changed:
            return rows.mark(row) != entry.row_mark
        return rows.known(row) != entry.row_values

    def _contested(self) -> int:
        with self._tables.engine.connect() as connection:
            behind = self._ledger.entries(connection, self._ledger.behind(connection))
            return sum(self._ledger.is_contested(connection, entry) for entry in behind.values())


def _settling(exchange: Exchange, key: str) -> Step:
    return lambda connection: exchange.settle(connection, key)


def _beginning(exchange: Exchange, key: str) -> Step:
    return lambda connection: exchange.begin(connection, key)


def _withdrawing(exchange: Exchange, key: str) -> Step:
    return lambda connection: exchange.withdraw(connection, key)


def _pieces(items: Iterable[T], size: int) -> Iterable[list[T]]:
    source = iter(items)
    while piece := list(islice(source, size)):
        yield piece
