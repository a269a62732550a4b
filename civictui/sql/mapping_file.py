"""The file that says which columns are which fields: TOML, and nothing in it is guessed.

What is misspelt, missing or of another type is refused with the place where it stands.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from civictui.domain.errors import UsageError
from civictui.domain.text import one_line
from civictui.sql.mapping import Column, Flow, Keys, Kind, TableMapping
from civictui.sql.values import LOCATION

_HOW: Final = "docs/sql.md says what a mapping file looks like; nothing was changed."
_MOST_BYTES: Final = 1_000_000
_PREFIX: Final = re.compile(r"[a-z][a-z0-9_]{0,20}", re.ASCII)
_KEPT: Final = frozenset({"type", "reportedBy"})
"""Fields that are not the table's to say: the file's `account` is the author."""
_PARTS: Final = {"database", "table", "documents", "columns", "deletes"}
_TABLE: Final = {"name", "schema", "key", "new-keys", "document", "changed"}
_COLUMN: Final = {"field", "kind", "flow", "needed", "words"}
_DELETES: Final = {"from-table", "most", "to-table", "column", "value"}
_HALVES: Final = {Kind.LONGITUDE, Kind.LATITUDE}

V = TypeVar("V")
E = TypeVar("E", Kind, Flow, Keys)


def read_mapping(path: Path) -> TableMapping:
    """Raises UsageError."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise UsageError(f"{path} has more than {_MOST_BYTES} bytes", _HOW)
        said = tomllib.loads(content.decode())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "Name a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no TOML: {one_line(str(error))[:200]}", _HOW) from error
    return mapping_of(said, path.parent)


def mapping_of(said: Mapping[str, Any], folder: Path) -> TableMapping:
    """The same of what TOML gave; paths in it are seen from `folder`. Raises UsageError."""
    _only(said, _PARTS, "the file")
    database, table = _part(said, "database"), _part(said, "table")
    documents, deletes = _part(said, "documents"), _part(said, "deletes", needed=False)
    _only(database, {"url", "password-file", "side-tables"}, "[database]")
    _only(table, _TABLE, "[table]")
    _only(documents, {"account", "constants"}, "[documents]")
    url = _get(database, "url", str, "[database]")
    constants = _get(documents, "constants", dict, "[documents]", {})
    _check_constants(constants)
    columns = tuple(_columns(_part(said, "columns"), constants))
    gone = _gone(deletes)
    _check_gone(gone, columns)
    return TableMapping(
        url=_without_password(url),
        password=_password(database, folder),
        side_tables=_prefix(_get(database, "side-tables", str, "[database]", "civictui")),
        table=_get(table, "name", str, "[table]"),
        schema=_get(table, "schema", str, "[table]", "") or None,
        key=_get(table, "key", str, "[table]"),
        new_keys=_one_of(table, "new-keys", Keys.OF_TABLE, "[table]"),
        document=_get(table, "document", str, "[table]", "") or None,
        changed=_get(table, "changed", str, "[table]", "") or None,
        account=_get(documents, "account", str, "[documents]"),
        constants=constants,
        columns=columns,
        withdraws=_word(deletes, "from-table", ("withdraw", "ignore"), "withdraw") == "withdraw",
        most_gone=_count(deletes, "most", 20),
        deletes=_word(deletes, "to-table", ("delete", "set", "ignore"), "ignore") == "delete",
        gone=gone,
    )


def _columns(said: Mapping[str, Any], constants: Mapping[str, Any]) -> Iterable[Column]:
    found: dict[tuple[str, Kind], str] = {}
    for name, entry in said.items():
        where = f"[columns.{one_line(name)[:40]}]"
        if not isinstance(entry, dict):
            raise _wrong(where, "is no table")
        _only(entry, _COLUMN, where)
        column = _column(name, entry, where)
        if column.field in _KEPT or column.field.startswith("_") or column.field in constants:
            raise _wrong(where, f"has the field {column.field[:40]!r}, which is not a column's")
        mark = (column.field, column.kind if column.kind in _HALVES else Kind.TEXT)
        if mark in found:
            raise _wrong(where, f"is the same field as [columns.{found[mark]}]")
        found[mark] = one_line(name)[:40]
        yield column
    kinds = {kind for field, kind in found if field == LOCATION}
    if kinds and kinds != _HALVES:
        raise _wrong("[columns]", "has one half of a place: longitude and latitude go together")
    if not any(field == "problemDescription" for field, _ in found):
        raise _wrong("[columns]", "has none with the field `problemDescription`")


def _column(name: str, entry: Mapping[str, Any], where: str) -> Column:
    kind = _one_of(entry, "kind", Kind.TEXT, where)
    half = kind in _HALVES
    field = _get(entry, "field", str, where, LOCATION if half else None)
    if (field == LOCATION) != half:
        raise _wrong(where, f"is {LOCATION} and no longitude or latitude, or the other way round")
    words = _get(entry, "words", dict, where, {})
    if not all(isinstance(word, str) and word for word in words.values()):
        raise _wrong(where, "has `words` that are no texts")
    if words and kind is not Kind.TEXT:
        raise _wrong(where, "has `words`, so that it is of the kind text in the document")
    flow = _one_of(entry, "flow", Flow.BOTH, where)
    needed = _get(entry, "needed", bool, where, False)
    return Column(name, field, kind, flow, needed, words)


def _check_constants(constants: Mapping[str, Any]) -> None:
    for name in constants:
        if name in _KEPT or name.startswith("_"):
            raise _wrong("[documents.constants]", f"has {name[:40]!r}, which is not the file's")
    try:
        json.dumps(constants, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise _wrong("[documents.constants]", "has what JSON has not, such as a date") from error


def _gone(deletes: Mapping[str, Any]) -> tuple[str, Any] | None:
    _only(deletes, _DELETES, "[deletes]")
    sets = deletes.get("to-table") == "set"
    if sets != ("column" in deletes) or sets != ("value" in deletes):
        raise _wrong("[deletes]", 'has `column` and `value` for `to-table = "set"` alone')
    if not sets:
        return None
    value = deletes["value"]
    if not isinstance(value, str | int | bool):
        raise _wrong("[deletes]", "has a `value` that is neither text nor number nor truth")
    return _get(deletes, "column", str, "[deletes]"), value


def _check_gone(gone: tuple[str, Any] | None, columns: Iterable[Column]) -> None:
    if gone and any(column.name == gone[0] for column in columns):
        raise _wrong("[deletes]", "sets a column that [columns] has: a change of it would go back")


# --- values ---


def _part(said: Mapping[str, Any], name: str, *, needed: bool = True) -> Mapping[str, Any]:
    found = said.get(name, {})
    if not isinstance(found, dict) or (needed and not found):
        raise _wrong("the file", f"has no [{name}]")
    return found


def _only(said: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    for name in said:
        if name not in known:
            raise _wrong(where, f"has `{one_line(name)[:40]}`, which nothing reads")


def _get(
    said: Mapping[str, Any], name: str, kind: type[V], where: str, absent: V | None = None
) -> V:
    value = said.get(name, absent)
    if value is None:
        raise _wrong(where, f"has no `{name}`")
    if not isinstance(value, kind) or (value == "" and name in said):
        raise _wrong(where, f"has a `{name}` that is no {_NAMES[kind]}")
    return value


_NAMES: Final[Mapping[type, str]] = {str: "text", bool: "truth", dict: "table", int: "number"}


def _one_of(said: Mapping[str, Any], name: str, absent: E, where: str) -> E:
    word = _get(said, name, str, where, absent.value)
    known = list(type(absent))
    if word not in [item.value for item in known]:
        raise _wrong(where, f"has a `{name}` that is none of {', '.join(known)}")
    return type(absent)(word)


def _word(said: Mapping[str, Any], name: str, known: tuple[str, ...], absent: str) -> str:
    word = _get(said, name, str, "[deletes]", absent)
    if word not in known:
        raise _wrong("[deletes]", f"has a `{name}` that is none of {', '.join(known)}")
    return word


def _count(said: Mapping[str, Any], name: str, absent: int) -> int:
    value = said.get(name, absent)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong("[deletes]", f"has a `{name}` that is no count")
    return value


def _prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise _wrong("[database]", "has `side-tables` that are not small letters, digits and _")
    return text


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if not scheme or not rest:
        raise _wrong("[database]", "has a `url` that is none, such as sqlite:///works.db")
    name, at, _ = rest.partition("/")[0].rpartition("@")
    if (at and ":" in name) or "password=" in rest:
        raise _wrong("[database]", "has a password in its `url`: `password-file` keeps it apart")
    return url


def _password(database: Mapping[str, Any], folder: Path) -> str:
    named = _get(database, "password-file", str, "[database]", "")
    if not named:
        return ""
    if database["url"].startswith("sqlite"):
        raise _wrong("[database]", "has a `password-file`, and a SQLite has no password")
    try:
        return (folder / named).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong("[database]", "has a `password-file` that cannot be read") from error


def _wrong(where: str, what: str) -> UsageError:
    return UsageError(f"In the mapping, {where} {what}", _HOW)
