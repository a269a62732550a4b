"""From what stands in a column to what stands in a document, and back. Pure.

Two values of a column may mean one thing in the document (two words for "open"): what is
compared is always the meaning, so that such a row is not rewritten for nothing.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from civictui.domain.model import Doc, now_text
from civictui.domain.model.values import read_time
from civictui.sql.mapping import Column, Kind

LOCATION: Final = "geoLocation"
_HALVES: Final = (Kind.LONGITUDE, Kind.LATITUDE)
_REACH: Final = {Kind.LONGITUDE: 180.0, Kind.LATITUDE: 90.0}


class Unfit(ValueError):
    """A value that the other side has no place for; the words say which and why."""


def meaning(column: Column, value: object) -> Any:
    """What a column's value is in the document, None for NULL. Raises Unfit."""
    if value is None:
        if column.needed:
            raise Unfit(f"{column.name} is empty")
        return None
    if column.words:
        word = column.words.get(str(value))
        if word is None:
            raise Unfit(f"{column.name} is {str(value)[:40]!r}, which `words` does not have")
        return word
    found = _READ[column.kind](value)
    if found is None or (column.needed and found == ""):
        raise Unfit(f"{column.name} is no {column.kind}: {str(value)[:40]!r}")
    if column.kind in _REACH and abs(found) > _REACH[column.kind]:
        raise Unfit(f"{column.name} is no {column.kind}: {found}")
    return found


def meanings(columns: Iterable[Column], row: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a whole row, by the column's name. Raises Unfit for the first that is none."""
    return {column.name: meaning(column, row[column.name]) for column in columns}


def with_meanings(
    columns: Iterable[Column], body: Doc, changed: Iterable[str], row: Mapping[str, Any]
) -> Doc:
    """The body with what these columns of the row mean (`row` as `meanings` gives it)."""
    result, named = dict(body), set(changed)
    listed = list(columns)
    for column in listed:
        if column.name not in named or column.kind in _HALVES:
            continue
        if row[column.name] is None:
            result.pop(column.field, None)
        else:
            result[column.field] = row[column.name]
    halves = {column.kind: row[column.name] for column in listed if column.kind in _HALVES}
    if any(column.name in named for column in listed if column.kind in _HALVES):
        point = [halves.get(kind) for kind in _HALVES]
        if None in point:
            result.pop(LOCATION, None)
        else:
            result[LOCATION] = {"type": "Point", "coordinates": point}
    return result


def told(column: Column, body: Mapping[str, Any]) -> Any:
    """What a document says of a column, in the document's words; None for nothing. Raises Unfit."""
    if column.kind in _HALVES:
        return _half(column, body.get(LOCATION))
    value = body.get(column.field)
    if value is None or (column.words and value in column.words.values()):
        return value
    if column.words:
        raise Unfit(f"`words` of {column.name} has none for {str(value)[:40]!r}")
    found = _READ[column.kind](value)
    if found is None:
        raise Unfit(f"{column.field} is no {column.kind}, as {column.name} has it")
    return found


def stored(column: Column, said: Any, python_type: type) -> Any:
    """What is written for `told`'s answer into a column that the database reads as this type."""
    if said is None:
        return None
    if column.words:
        said = next(word for word, meant in column.words.items() if meant == said)
        return int(said) if python_type is int else said
    if column.kind is Kind.TIME and issubclass(python_type, datetime):
        return read_time(said)
    return said


def _half(column: Column, location: object) -> float | None:
    if location is None:
        return None
    try:
        value = location["coordinates"][_HALVES.index(column.kind)]  # type: ignore[index]
        return float(value)
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise Unfit(f"{LOCATION} is no point, as {column.name} has it") from error


def _text(value: object) -> str | None:
    plain = isinstance(value, str | int | Decimal | float | date | time | UUID)
    text = str(value) if plain and not isinstance(value, bool) else None
    return None if text is None or any("\ud800" <= sign <= "\udfff" for sign in text) else text


def _integer(value: object) -> int | None:
    whole = isinstance(value, Decimal | float) and math.isfinite(value) and value == int(value)
    if isinstance(value, bool) or not (isinstance(value, int) or whole):
        return None
    return int(value) if abs(int(value)) < 2**53 else None  # type: ignore[call-overload]


def _number(value: object) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return float(value) if math.isfinite(value) else None


def _boolean(value: object) -> bool | None:
    return bool(value) if isinstance(value, bool) or value in (0, 1) else None


def _time(value: object) -> str | None:
    """A time of any form as RFC 3339 in UTC, whole milliseconds."""
    if isinstance(value, str):
        found = read_time(value)
    elif isinstance(value, datetime):
        found = value if value.tzinfo else value.replace(tzinfo=UTC)
    else:
        return None
    try:
        return now_text(found) if found else None
    except OverflowError:
        return None


_READ: Final[Mapping[Kind, Callable[[object], Any]]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.TIME: _time,
    Kind.LONGITUDE: _number,
    Kind.LATITUDE: _number,
}
