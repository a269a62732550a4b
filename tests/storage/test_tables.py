"""TinyDB on the sealed log behaves as TinyDB in memory does, reopened at any time."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.operations import add, delete
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from civictui.storage.tables import SealedDatabase

KEY, STORE = os.urandom(32), os.urandom(16)


class PlainTable(Table):
    document_id_class = str  # type: ignore[assignment]


class PlainDatabase(TinyDB):
    table_class = PlainTable


@pytest.fixture
def database(private: Path) -> Any:
    with SealedDatabase.open(private, KEY, STORE) as found:
        yield found


def test_tinydbs_own_calls_work(database: SealedDatabase) -> None:
    table = database.table("t")
    table.insert(Document({"n": 1}, "a"))  # type: ignore[arg-type]
    table.insert_multiple([Document({"n": 2}, "b"), Document({"n": 3, "x": 0}, "c")])  # type: ignore[arg-type]
    table.update({"m": 9}, where("n") == 2)
    table.update(add("n", 10), doc_ids=["c"])  # type: ignore[list-item]
    table.update(delete("x"), doc_ids=["c"])  # type: ignore[list-item]
    table.remove(where("n") == 1)
    assert [dict(doc) for doc in table.all()] == [{"n": 2, "m": 9}, {"n": 13}]
    assert table.contains(where("m") == 9)
    assert table.count(where("n") > 1) == 2
    assert database.tables() == {"t"}
    table.truncate()
    assert len(table) == 0


def test_an_error_in_a_transaction_undoes_all_of_it(database: SealedDatabase) -> None:
    table = database.sealed("t")
    table.put("a", {"n": 1})
    before = database.storage.log.size  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="already exists"), database.transaction():
        table.put("b", {"n": 3})
        table.insert(Document({"n": 2}, "a"))  # type: ignore[arg-type]
    assert table.one("a") == {"n": 1}
    assert table.ids() == ["a"]
    assert database.storage.log.size == before  # type: ignore[attr-defined]


def test_a_transaction_is_one_record(database: SealedDatabase) -> None:
    sequence = database.storage.log.sequence  # type: ignore[attr-defined]
    with database.transaction():
        database.sealed("t").put("a", {"n": 1})
        with database.transaction():
            database.sealed("u").put("b", {"n": 2})
    assert database.storage.log.sequence == sequence + 1  # type: ignore[attr-defined]


def test_what_is_handed_out_may_be_changed(database: SealedDatabase) -> None:
    table = database.sealed("t")
    table.put("a", {"list": [1]})
    found = table.one("a")
    assert found is not None
    found["list"].append(2)
    assert table.one("a") == {"list": [1]}


_VALUES = st.dictionaries(st.sampled_from("xyz"), st.integers(0, 3), max_size=3)
_STEPS = st.one_of(
    st.tuples(st.just("insert"), st.sampled_from("abcde"), _VALUES),
    st.tuples(st.just("upsert"), st.sampled_from("abcde"), _VALUES),
    st.tuples(st.just("update"), st.sampled_from("xyz"), _VALUES),
    st.tuples(st.just("remove"), st.sampled_from("xyz"), st.just({})),
    st.tuples(st.just("truncate"), st.just(""), st.just({})),
    st.tuples(st.just("reopen"), st.just(""), st.just({})),
    st.tuples(st.just("tear"), st.just(""), st.just({})),
)


def test_a_wasteful_log_is_compacted_when_it_is_closed(private: Path) -> None:
    database = SealedDatabase.open(private, KEY, STORE)
    table = database.sealed("t")
    for number in range(40):
        table.put("same", {"n": number, "text": "x" * 100_000})
    table.put("other", {"n": 1})
    database.close()
    with SealedDatabase.open(private, KEY, STORE) as database:
        assert sum(path.stat().st_size for path in private.glob("log.*")) < 300_000
        assert database.sealed("t").ids() == ["same", "other"]
        found = database.sealed("t").one("same")
        assert found is not None
        assert found["n"] == 39


@settings(max_examples=settings().max_examples)
@given(st.lists(_STEPS, max_size=25))
def test_the_store_equals_tinydb_in_memory(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, dict[str, int]]]
) -> None:
    folder = tmp_path_factory.mktemp("model")
    sealed: TinyDB = SealedDatabase.open(folder, KEY, STORE)
    plain = PlainDatabase(storage=MemoryStorage)
    for name, key, value in steps:
        if name in {"reopen", "tear"}:
            sealed.close()
            if name == "tear":
                with (folder / "log.0").open("ab") as file:
                    file.write(b"CVR1 torn")
            sealed = SealedDatabase.open(folder, KEY, STORE)
        else:
            assert _outcome(sealed, name, key, value) == _outcome(plain, name, key, value)
        assert _content(sealed) == _content(plain)
    sealed.close()


def _outcome(database: TinyDB, name: str, key: str, value: dict[str, int]) -> str:
    table = database.table("t")
    try:
        match name:
            case "insert":
                table.insert(Document(value, key))  # type: ignore[arg-type]
            case "upsert":
                table.upsert(Document(value, key))  # type: ignore[arg-type]
            case "update":
                table.update(value, where(key) == 1)
            case "remove":
                table.remove(where(key).exists())
            case _:
                table.truncate()
    except ValueError as error:
        return type(error).__name__
    return "done"


def _content(database: TinyDB) -> dict[str, dict[str, int]]:
    return {str(doc.doc_id): dict(doc) for doc in database.table("t")}
