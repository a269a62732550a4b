"""A mapping file is taken as it is meant, or refused with the place of its fault."""

from pathlib import Path
from typing import Any

import pytest

from civictui.domain.errors import UsageError
from civictui.sql.endpoint import SqlEndpoint
from civictui.sql.mapping import Flow, Keys, Kind
from civictui.sql.mapping_file import read_mapping
from tests.sql.table import make_table, mapping_for

WHOLE = """
[database]
url = "postgresql://works@db/works"
password-file = "secret"
side-tables = "city"
[table]
name = "work_orders"
schema = "public"
key = "id"
new-keys = "document"
document = "civic_id"
changed = "version"
[documents]
account = "works"
constants = { category = "lamp" }
[columns]
summary = { field = "problemDescription", needed = true }
lon = { kind = "longitude" }
lat = { kind = "latitude", flow = "to-city" }
state = { field = "status", words = { NEW = "open" } }
[deletes]
from-table = "ignore"
most = 3
to-table = "set"
column = "closed"
value = true
"""


def test_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("pass word\n")
    path = tmp_path / "works.toml"
    path.write_text(WHOLE)
    mapping = read_mapping(path)
    assert (mapping.password, mapping.side_tables, mapping.schema) == (
        "pass word",
        "city",
        "public",
    )
    assert (mapping.new_keys, mapping.document, mapping.changed) == (
        Keys.OF_DOCUMENT,
        "civic_id",
        "version",
    )
    assert (mapping.withdraws, mapping.most_gone, mapping.deletes) == (False, 3, False)
    assert mapping.gone == ("closed", True)
    summary, lon, lat, state = mapping.columns
    assert (summary.needed, lon.kind, lon.field) == (True, Kind.LONGITUDE, "geoLocation")
    assert (lat.flow, state.words) == (Flow.TO_CITY, {"NEW": "open"})
    assert "pass word" not in repr(mapping)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[table]", "[tabel]", "`tabel`, which nothing reads"),
        ('key = "id"', "", "[table] has no `key`"),
        ('key = "id"', "key = 3", "a `key` that is no text"),
        ('new-keys = "document"', 'new-keys = "mine"', "none of table, document"),
        ("postgresql://works@db/works", "sqlite", "a `url` that is none"),
        ("postgresql://works@db/works", "postgresql://me:pw@db/works", "a password in its `url`"),
        ('"secret"', '"nowhere"', "`password-file` that cannot be read"),
        ("postgresql://works@db/works", "sqlite:///works.db", "a SQLite has no password"),
        ('"city"', '"City; DROP"', "not small letters"),
        ("needed = true", "need = true", "[columns.summary] has `need`"),
        ("needed = true", "needed = 1", "a `needed` that is no truth"),
        ("problemDescription", "reportedBy", "'reportedBy', which is not a column's"),
        ("problemDescription", "category", "'category', which is not a column's"),
        ("problemDescription", "address", "none with the field `problemDescription`"),
        ('"status"', '"problemDescription"', "the same field as [columns.summary]"),
        ('lon = { kind = "longitude" }', "", "one half of a place"),
        ('kind = "longitude"', 'kind = "east"', "none of text, integer"),
        ('kind = "longitude"', 'field = "geoLocation"', "geoLocation and no longitude"),
        ('NEW = "open"', "NEW = 1", "`words` that are no texts"),
        ('category = "lamp"', 'type = "x"', "'type', which is not the file's"),
        ('category = "lamp"', "since = 2026-01-01", "what JSON has not"),
        ("most = 3", "most = -1", "a `most` that is no count"),
        ('to-table = "set"', 'to-table = "delete"', 'for `to-table = "set"` alone'),
        ('column = "closed"', 'column = "state"', "sets a column that [columns] has"),
        ("[deletes]", "[deletes", "is no TOML"),
    ],
)
def test_each_fault_has_its_sentence(tmp_path: Path, before: str, after: str, said: str) -> None:
    (tmp_path / "secret").write_text("x")
    path = tmp_path / "works.toml"
    assert before in WHOLE
    path.write_text(WHOLE.replace(before, after))
    with pytest.raises(UsageError) as refused:
        read_mapping(path)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"table": {"name": "orders", "key": "id"}}, "no table 'orders'"),
        ({"table": {"name": "work_orders", "key": "nr"}}, "no column 'nr'"),
        ({"table": {"name": "work_orders", "key": "lon"}}, "neither a whole number nor a text"),
        ({"columns": {"text": {"field": "problemDescription"}}}, "no column 'text'"),
        ({"database": {"url": "mysql://works@db/works"}}, "not among what was tried"),
    ],
)
def test_what_the_database_has_not(tmp_path: Path, part: dict[str, Any], said: str) -> None:
    url = f"sqlite:///{tmp_path}/works.db"
    make_table(url).dispose()
    with pytest.raises(UsageError, match=said):
        SqlEndpoint.open(mapping_for(url, **part))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")
