"""Values of columns, in the words of documents and back."""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from civictui.sql.mapping import Column, Kind
from civictui.sql.values import Unfit, meaning, stored, told, with_meanings

AT = "2026-11-23T08:00:00.000Z"


@pytest.mark.parametrize(
    ("kind", "value", "meant"),
    [
        (Kind.TEXT, "Straße", "Straße"),
        (Kind.TEXT, 7, "7"),
        (Kind.TEXT, uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Kind.TEXT, date(2026, 1, 2), "2026-01-02"),
        (Kind.INTEGER, Decimal("3.0"), 3),
        (Kind.NUMBER, Decimal("3.25"), 3.25),
        (Kind.BOOLEAN, 1, True),
        (Kind.TIME, datetime(2026, 11, 23, 8, tzinfo=UTC), AT),
        (Kind.TIME, datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=1))), AT),
        (Kind.TIME, datetime(2026, 11, 23, 8), AT),  # noqa: DTZ001
        (Kind.TIME, "2026-11-23 08:00:00", AT),
        (Kind.LATITUDE, -90, -90.0),
    ],
)
def test_what_a_value_means(kind: Kind, value: object, meant: Any) -> None:
    assert meaning(Column("c", "f", kind), value) == meant


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.TEXT, b"bytes"),
        (Kind.TEXT, "\ud800"),
        (Kind.TEXT, True),
        (Kind.INTEGER, 2.5),
        (Kind.INTEGER, 2**60),
        (Kind.INTEGER, float("nan")),
        (Kind.NUMBER, float("inf")),
        (Kind.NUMBER, "3"),
        (Kind.BOOLEAN, "yes"),
        (Kind.TIME, "soon"),
        (Kind.TIME, 3),
        (Kind.LATITUDE, 91),
        (Kind.LONGITUDE, -181.0),
    ],
)
def test_what_has_no_meaning(kind: Kind, value: object) -> None:
    with pytest.raises(Unfit):
        meaning(Column("c", "f", kind), value)


def test_an_empty_value_that_is_needed() -> None:
    column = Column("c", "f", needed=True)
    for value in (None, ""):
        with pytest.raises(Unfit):
            meaning(column, value)
    assert meaning(Column("c", "f"), None) is None


def test_words_go_both_ways() -> None:
    column = Column("state", "status", words={"1": "open", "2": "open", "3": "fixed"})
    assert meaning(column, 2) == "open"
    assert stored(column, told(column, {"status": "open"}), int) == 1
    assert stored(column, told(column, {}), str) is None
    with pytest.raises(Unfit):
        meaning(column, 4)
    with pytest.raises(Unfit):
        told(column, {"status": "stolen"})


def test_a_place_is_whole_or_none() -> None:
    lon, lat = Column("x", "geoLocation", Kind.LONGITUDE), Column("y", "geoLocation", Kind.LATITUDE)
    body = with_meanings([lon, lat], {"a": 1}, {"x"}, {"x": 151.2, "y": -33.8})
    assert body == {"a": 1, "geoLocation": {"type": "Point", "coordinates": [151.2, -33.8]}}
    assert (told(lon, body), told(lat, body), told(lat, {})) == (151.2, -33.8, None)
    assert with_meanings([lon, lat], body, {"y"}, {"x": 151.2, "y": None}) == {"a": 1}
    with pytest.raises(Unfit):
        told(lat, {"geoLocation": {"coordinates": ["a"]}})
