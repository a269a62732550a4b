"""TinyDB on the sealed log: its tables and queries, with a constant cost a change.

TinyDB's own storages rewrite the whole database at each insert. Here a table keeps each document
as its JSON bytes and decodes on access; a change becomes rows of one log record. What TinyDB's
calls change is found by comparison, so `update`, `upsert` and `remove` work as documented.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from civictui.codec import Row, decode_trusted, encode
from civictui.domain.errors import StoreError
from civictui.storage.log import RecordLog
from civictui.storage.standing import Findings

WORTHWHILE_BYTES = 2 * 1024 * 1024
"""A log below this is never compacted."""

_GONE = b""
"""A row that the transaction under way takes away."""


class SealedStorage(Storage):
    """All tables in memory as bytes, every change durable in the log before it shows."""

    def __init__(
        self,
        folder: Path,
        key: bytes | bytearray,
        store: bytes,
        *,
        proved: Callable[[], bool] = lambda: False,
    ) -> None:
        self._tables: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
        self._staged: dict[tuple[str, str], bytes] | None = None
        self._after: list[Callable[[], object]] = []
        self._log = RecordLog.open(folder, key, store, self._take, proved=proved)

    @property
    def findings(self) -> Findings:
        return self._log.findings

    @property
    def log(self) -> RecordLog:
        return self._log

    def row(self, table: str, key: str) -> bytes | None:
        """One document's JSON, as the transaction under way would leave it."""
        if self._staged is not None:
            staged = self._staged.get((table, key))
            if staged is not None:
                return staged or None
        return self._tables.get(table, {}).get(key)

    def keys(self, table: str) -> list[str]:
        """The ids of a table, in the order in which they were first stored."""
        keys = dict.fromkeys(self._tables.get(table, ()))
        for (name, key), content in (self._staged or {}).items():
            if name == table and content:
                keys[key] = None
            elif name == table:
                keys.pop(key, None)
        return list(keys)

    def contents(self, table: str) -> Iterator[tuple[str, bytes]]:
        """Every id with its JSON, in the same order. Nothing may be changed meanwhile."""
        if self._staged is None:
            return iter(self._tables.get(table, {}).items())
        found = ((key, self.row(table, key)) for key in self.keys(table))
        return ((key, row) for key, row in found if row is not None)

    def apply(self, rows: list[Row]) -> None:
        """Make the rows durable as one transaction, or part of the one under way."""
        if self._staged is not None:
            self._staged.update({(table, key): content or _GONE for table, key, content in rows})
        elif rows:
            self._log.append(rows)
            self._take(rows)

    @property
    def in_transaction(self) -> bool:
        """Whether changes are being gathered that are not durable yet."""
        return self._staged is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside become one; an error inside undoes them all."""
        if self._staged is not None:  # already inside one
            yield
            return
        self._staged = {}
        try:
            yield
            staged = self._staged
            self._staged = None
            self.apply([(table, key, content or None) for (table, key), content in staged.items()])
            after = self._after
        finally:
            self._staged = None
            self._after = []
        for call in after:
            call()

    def after_commit(self, call: Callable[[], object]) -> None:
        """Call once what was changed is durable: now, or when the transaction under way is.

        If that one fails, never: an index must not know what no row says.
        """
        if self._staged is None:
            call()
        else:
            self._after.append(call)

    def read(self) -> dict[str, dict[str, Any]]:
        """Every table decoded, for TinyDB's own needs; the tables here never call it."""
        return {
            name: {key: decode_trusted(row) for key, row in table.items()}
            for name, table in self._tables.items()
        }

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace everything: what TinyDB does to drop tables."""
        gone: list[Row] = [
            (name, key, None)
            for name, table in self._tables.items()
            for key in table
            if key not in data.get(name, {})
        ]
        put: list[Row] = [
            (name, key, encode(document))
            for name, table in data.items()
            for key, document in table.items()
        ]
        self.apply(gone + put)

    def compact(self) -> None:
        """Write what is alive into a new generation. Raises StoreFull, StoreError; nothing lost."""
        self._log.compact(
            (name, key, content)
            for name, table in self._tables.items()
            for key, content in table.items()
        )

    @property
    def is_wasteful(self) -> bool:
        """Whether the log is worth compacting: large, and more than half of it is history."""
        if self._log.size <= WORTHWHILE_BYTES:
            return False
        rows = (
            len(key) + len(content)
            for table in self._tables.values()
            for key, content in table.items()
        )
        return sum(rows) * 2 < self._log.size

    def close(self) -> None:
        """Compact where that is worthwhile, then close; without a compaction all is there too."""
        with suppress(StoreError):
            if self.is_wasteful:
                self.compact()
        self._log.close()
        self._tables.clear()

    def _take(self, rows: Iterable[Row]) -> None:
        for name, key, content in rows:
            if not name:  # BEGIN and END belong to the log
                continue
            if content is None:
                self._tables[name].pop(key, None)
            else:
                self._tables[name][key] = content


class _View(MutableMapping[str, dict[str, Any]]):
    """A table for the length of one call: decodes on access, remembers what was touched."""

    def __init__(self, storage: SealedStorage, name: str) -> None:
        self._storage = storage
        self._name = name
        self._touched: dict[str, dict[str, Any] | None] = {}

    def __getitem__(self, key: str) -> dict[str, Any]:
        if key not in self._touched:
            row = self._storage.row(self._name, key)
            if row is None:
                raise KeyError(key)
            self._touched[key] = decode_trusted(row)
        document = self._touched[key]
        if document is None:
            raise KeyError(key)
        return document

    def __setitem__(self, key: str, document: dict[str, Any]) -> None:
        self._touched[key] = document

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._touched[key] = None

    def __contains__(self, key: object) -> bool:
        if key in self._touched:
            return self._touched[key] is not None
        return isinstance(key, str) and self._storage.row(self._name, key) is not None

    def __iter__(self) -> Iterator[str]:
        stored = self._storage.keys(self._name)
        yield from (key for key in stored if self._touched.get(key, _GONE) is not None)
        known = set(stored)
        yield from (k for k, doc in self._touched.items() if doc is not None and k not in known)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changes(self) -> list[Row]:
        """The rows in which the table now differs from what is stored."""
        rows: list[Row] = []
        for key, document in self._touched.items():
            stored = self._storage.row(self._name, key)
            content = None if document is None else encode(document)
            if content != stored:
                rows.append((self._name, key, content))
        return rows


class SealedTable(Table):
    """A TinyDB table with string ids. The query cache is off: it would outlive a rollback."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB annotates it too narrowly

    def __init__(self, storage: Storage, name: str, **_: Any) -> None:
        super().__init__(storage, name, cache_size=0)

    @property
    def _sealed(self) -> SealedStorage:
        return cast(SealedStorage, self._storage)

    def put(self, key: str, document: Mapping[str, Any]) -> None:
        """Store a whole document under `key`, whatever was there before."""
        self.put_all([(key, document)])

    def put_all(self, documents: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Many of them."""
        self._sealed.apply([(self.name, key, encode(document)) for key, document in documents])

    def drop(self, key: str) -> None:
        """Take a document away; one that is not there is no error."""
        if self._sealed.row(self.name, key) is not None:
            self._sealed.apply([(self.name, key, None)])

    def one(self, key: str) -> dict[str, Any] | None:
        """A document of its own, to be kept or changed."""
        row = self._sealed.row(self.name, key)
        return None if row is None else decode_trusted(row)

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """See `SealedStorage.contents`: for whoever reads many rows, and of each only a part."""
        return self._sealed.contents(self.name)

    def ids(self) -> list[str]:
        """In the order in which they were first stored."""
        return self._sealed.keys(self.name)

    def _get_next_id(self) -> str:
        raise ValueError("a sealed table needs a Document with an id of its own")

    def _read_table(self) -> Any:
        return _View(self._sealed, self.name)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        view = _View(self._sealed, self.name)
        updater(view)
        self._sealed.apply(view.changes())

    def __len__(self) -> int:
        return len(self._sealed.keys(self.name))


class SealedDatabase(TinyDB):
    """TinyDB over a sealed log. `key` is the data key, `store` the 16 bytes that name the store."""

    table_class = SealedTable  # type: ignore[assignment]  # TinyDB annotates it too narrowly

    def __init__(
        self,
        folder: Path,
        key: bytes | bytearray,
        store: bytes,
        *,
        proved: Callable[[], bool] = lambda: False,
    ) -> None:
        """`proved` is asked where the log cannot be read: does anything else show the key?"""
        super().__init__(folder, key, store, proved=proved, storage=SealedStorage)

    @classmethod
    def create(cls, folder: Path, key: bytes | bytearray, store: bytes) -> "SealedDatabase":
        """Begin a new log in `folder` and open it."""
        RecordLog.create(folder, key, store).close()
        return cls(folder, key, store)

    @classmethod
    def open(cls, folder: Path, key: bytes | bytearray, store: bytes) -> "SealedDatabase":
        """Open the log of `folder`, or begin one where there is none."""
        if not RecordLog.exists(folder):
            return cls.create(folder, key, store)
        return cls(folder, key, store)

    def sealed(self, name: str) -> SealedTable:
        """`table(name)`, with its own type."""
        return cast(SealedTable, self.table(name))

    def transaction(self) -> AbstractContextManager[None]:
        """`with database.transaction():` makes everything inside one durable record."""
        return cast(SealedStorage, self.storage).transaction()

    def after_commit(self, call: Callable[[], object]) -> None:
        """See `SealedStorage.after_commit`."""
        cast(SealedStorage, self.storage).after_commit(call)

    @property
    def findings(self) -> Findings:
        return cast(SealedStorage, self.storage).findings

    def compact(self) -> None:
        """See `SealedStorage.compact`."""
        cast(SealedStorage, self.storage).compact()

    @property
    def in_transaction(self) -> bool:
        return cast(SealedStorage, self.storage).in_transaction

    @property
    def log(self) -> RecordLog:
        """The log below, for what is said of the store as a whole."""
        return cast(SealedStorage, self.storage).log

    @property
    def sequence(self) -> int:
        """That of the last durable transaction."""
        return self.log.sequence


__all__ = ["Document", "SealedDatabase", "SealedStorage", "SealedTable"]
