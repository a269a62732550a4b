"""Figure 11: the sealed store and a TinyDB in memory, over any sequence of calls, are the same."""

import copy
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tinydb import TinyDB, where
from tinydb.operations import add, delete, increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from civictui.storage.tables import SealedDatabase
from tests.torture.conftest import Say
from tests.torture.counts import count
from tests.torture.steps import KEY, STORE

pytestmark = pytest.mark.torture

_KEYS = st.sampled_from("abcdef")
_FIELDS = st.sampled_from("xyz")
_TABLES = st.sampled_from(["t", "u"])
_VALUES = st.dictionaries(_FIELDS, st.integers(-3, 3) | st.text(max_size=4), max_size=3)
_TORN = st.binary(min_size=1, max_size=80)


class _PlainTable(Table):
    document_id_class = str  # type: ignore[assignment]  # TinyDB annotates it too narrowly


class _Plain(TinyDB):
    table_class = _PlainTable


class _Undone(Exception):
    """Ends a transaction that is to leave nothing behind."""


class SealedEqualsPlain(RuleBasedStateMachine):
    """Every rule does the same to both; what they hold and what they refuse must be equal."""

    folder: Path
    sequences = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).sequences += 1
        self._place = Path(tempfile.mkdtemp(dir=self.folder))
        self._place.chmod(0o700)
        self._sealed: TinyDB = SealedDatabase.open(self._place, KEY, STORE)
        self._plain = _Plain(storage=MemoryStorage)

    def teardown(self) -> None:
        self._sealed.close()
        shutil.rmtree(self._place)

    def _both(self, table: str, name: str, *args: Any, **options: Any) -> None:
        outcomes = []
        for database in (self._sealed, self._plain):
            given = copy.deepcopy(args)  # neither may see what the other does to a document
            try:
                outcomes.append(repr(getattr(database.table(table), name)(*given, **options)))
            except (ValueError, KeyError, TypeError) as error:
                outcomes.append(type(error).__name__)
        assert outcomes[0] == outcomes[1], name

    @rule(table=_TABLES, key=_KEYS, value=_VALUES)
    def insert(self, table: str, key: str, value: dict[str, Any]) -> None:
        self._both(table, "insert", Document(value, key))  # type: ignore[arg-type]

    @rule(table=_TABLES, keys=st.lists(_KEYS, max_size=3), value=_VALUES)
    def insert_multiple(self, table: str, keys: list[str], value: dict[str, Any]) -> None:
        documents = [Document(dict(value), key) for key in dict.fromkeys(keys)]  # type: ignore[arg-type]
        present = {str(doc.doc_id) for doc in self._plain.table(table)}
        if present.isdisjoint(keys):  # TinyDB itself keeps the first ones of a refused batch
            self._both(table, "insert_multiple", documents)

    @rule(table=_TABLES, key=_KEYS, value=_VALUES)
    def upsert(self, table: str, key: str, value: dict[str, Any]) -> None:
        self._both(table, "upsert", Document(value, key))  # type: ignore[arg-type]

    @rule(table=_TABLES, field=_FIELDS, value=_VALUES)
    def update(self, table: str, field: str, value: dict[str, Any]) -> None:
        self._both(table, "update", value, where(field) == 1)

    @rule(table=_TABLES, field=_FIELDS, number=st.integers(-2, 2))
    def update_by_call(self, table: str, field: str, number: int) -> None:
        changed = [add(field, number), delete(field), increment(field)][number % 3]
        self._both(table, "update", changed, where(field).test(lambda x: isinstance(x, int)))

    @rule(table=_TABLES, keys=st.lists(_KEYS, max_size=2), value=_VALUES)
    def update_by_id(self, table: str, keys: list[str], value: dict[str, Any]) -> None:
        present = {str(doc.doc_id) for doc in self._plain.table(table)}
        self._both(table, "update", value, doc_ids=[key for key in keys if key in present])

    @rule(table=_TABLES, one=_FIELDS, two=_FIELDS, value=_VALUES)
    def update_multiple(self, table: str, one: str, two: str, value: dict[str, Any]) -> None:
        self._both(
            table, "update_multiple", [(value, where(one) == 0), ({"z": 1}, where(two) == 1)]
        )

    @rule(table=_TABLES, field=_FIELDS)
    def remove(self, table: str, field: str) -> None:
        self._both(table, "remove", where(field).exists())

    @rule(table=_TABLES, key=_KEYS)
    def remove_by_id(self, table: str, key: str) -> None:
        self._both(table, "remove", doc_ids=[key])

    @rule(table=_TABLES, field=_FIELDS)
    def search(self, table: str, field: str) -> None:
        self._both(table, "search", where(field).exists())
        self._both(table, "contains", where(field) == 0)
        self._both(table, "count", where(field).exists())

    @rule(table=_TABLES)
    def truncate(self, table: str) -> None:
        self._both(table, "truncate")

    @rule(table=_TABLES)
    def drop_table(self, table: str) -> None:
        for database in (self._sealed, self._plain):
            database.drop_table(table)

    @rule()
    def drop_tables(self) -> None:
        for database in (self._sealed, self._plain):
            database.drop_tables()

    @rule(keys=st.lists(st.tuples(_TABLES, _KEYS), min_size=1, max_size=3), value=_VALUES)
    def undone(self, keys: list[tuple[str, str]], value: dict[str, Any]) -> None:
        """A transaction that ends in an error leaves nothing; the other never hears of it."""
        assert isinstance(self._sealed, SealedDatabase)
        with pytest.raises(_Undone), self._sealed.transaction():
            for table, key in keys:
                self._sealed.table(table).upsert(Document(dict(value), key))  # type: ignore[arg-type]
                self._sealed.table(table).remove(where("x").exists())
            raise _Undone

    @rule(keys=st.lists(st.tuples(_TABLES, _KEYS), min_size=1, max_size=3), value=_VALUES)
    def done_at_once(self, keys: list[tuple[str, str]], value: dict[str, Any]) -> None:
        assert isinstance(self._sealed, SealedDatabase)
        with self._sealed.transaction():
            for table, key in keys:
                self._both(table, "upsert", Document(dict(value), key))  # type: ignore[arg-type]

    @rule()
    def compact(self) -> None:
        assert isinstance(self._sealed, SealedDatabase)
        self._sealed.compact()

    @rule()
    def reopen(self) -> None:
        self._sealed.close()
        self._sealed = SealedDatabase.open(self._place, KEY, STORE)

    @rule(torn=_TORN)
    def tear(self, torn: bytes) -> None:
        """What a crash leaves of a record that nobody was told of."""
        self._sealed.close()
        last = max(self._place.glob("log.*"), key=lambda path: int(path.name.partition(".")[2]))
        with last.open("ab") as file:
            file.write(torn)
        self._sealed = SealedDatabase.open(self._place, KEY, STORE)
        assert not self._sealed.findings.lost

    @invariant()
    def equal(self) -> None:
        for table in ("t", "u"):
            assert _content(self._sealed, table) == _content(self._plain, table)


def _content(database: TinyDB, table: str) -> dict[str, dict[str, Any]]:
    return {str(doc.doc_id): dict(doc) for doc in database.table(table)}


def test_the_store_equals_tinydb(fast: Path, figure: Say) -> None:
    class Machine(SealedEqualsPlain):
        folder = fast

    wanted = settings(max_examples=count(40, 2500), stateful_step_count=count(25, 40))
    run_state_machine_as_test(Machine, settings=wanted)
    figure(11, f"{Machine.sequences} random sequences of calls: equal to TinyDB in memory")
