"""Where and when a photo was taken: only what is beyond doubt."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from civictui.domain.model import GeoPoint
from civictui.pictures.exif import position, taken_at

GPS: dict[int, Any] = {1: "N", 2: (13.0, 4.0, 35.0), 3: "E", 4: (77.0, 47.0, 23.0)}
GPS_TIME: dict[int, Any] = {29: "2017:11:25", 7: (9.0, 52.0, 6.0)}
TAKEN, DIGITIZED, OFFSET = 0x9003, 0x9004, 0x9011


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A device whose time zone is nine hours east of Greenwich."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "XXX-9")
        time.tzset()
        yield
    time.tzset()


def test_degrees_minutes_and_seconds_become_a_place() -> None:
    point = position(GPS)
    assert point is not None
    assert str(point) == "13.076389, 77.789722"


@pytest.mark.parametrize(("north", "east"), [("S", "W"), (b"S\0", "w "), ("s\0", b"W")])
def test_letters_are_signs(north: object, east: object) -> None:
    point = position({**GPS, 1: north, 3: east})
    assert point is not None
    assert str(point) == "-13.076389, -77.789722"


@pytest.mark.parametrize(
    "wrong",
    [
        {1: None}, {1: "E"}, {1: 7}, {3: ""}, {3: "N"},
        {2: None}, {2: 13.07}, {2: (13.0, 4.0)}, {2: (13.0, 4.0, 35.0, 1.0)}, {2: "13"},
        {2: ("a", "b", "c")}, {2: (float("nan"), 0.0, 0.0)}, {2: (float("inf"), 0.0, 0.0)},
        {2: (-13.0, 4.0, 35.0)}, {2: (13.0, 60.0, 0.0)}, {2: (13.0, 0.0, 75.0)},
        {2: (91.0, 0.0, 0.0)}, {4: (181.0, 0.0, 0.0)}, {2: (None, None, None)},
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {9: "V"},
    ],
)  # fmt: skip
def test_what_is_in_doubt_is_no_place(wrong: dict[int, Any]) -> None:
    assert position({**GPS, **wrong}) is None


def test_an_empty_directory_is_no_place() -> None:
    assert position({}) is None


def test_the_equator_is_a_place() -> None:
    assert position({**GPS, 2: (0.0, 0.0, 0.0), 4: (9.0, 30.0, 0.0)}) == GeoPoint(0, 9.5)


def test_the_time_with_its_offset_is_best() -> None:
    details = {TAKEN: "2024:05:07 09:33:04", OFFSET: "+08:00"}
    assert taken_at(details, {**GPS, **GPS_TIME}) == "2024-05-07T01:33:04.000Z"


def test_then_the_time_of_the_satellites() -> None:
    assert taken_at({TAKEN: "2017:11:25 15:22:18"}, {**GPS, **GPS_TIME}) == (
        "2017-11-25T09:52:06.000Z"
    )
    assert taken_at({}, {**GPS, **GPS_TIME}) == "2017-11-25T09:52:06.000Z"


@pytest.mark.usefixtures("in_tokyo")
def test_then_the_time_of_this_device_s_zone() -> None:
    assert taken_at({TAKEN: "2017:11:25 15:22:18"}, {}) == "2017-11-25T06:22:18.000Z"
    assert taken_at({DIGITIZED: b"2017:11:25 15:22:18\0"}, GPS_TIME) == "2017-11-25T06:22:18.000Z"


@pytest.mark.parametrize(
    "text",
    [
        "0000:00:00 00:00:00",
        "",
        "    :  :     :  :  ",
        "2017-11-25",
        None,
        7,
        b"\xff",
        "0001:01:01",
    ],
)
def test_what_is_no_time_is_none(text: object) -> None:
    assert taken_at({TAKEN: text}, {}) == ""


@pytest.mark.usefixtures("in_tokyo")
def test_a_time_before_all_times_is_none() -> None:
    assert taken_at({TAKEN: "0001:01:01 00:00:00"}, {}) == ""
    assert taken_at({TAKEN: "0001:01:01 00:00:00", OFFSET: "+08:00"}, {}) == ""


@pytest.mark.parametrize(
    "wrong", [{7: (24.0, 0.0, 0.0)}, {7: (9.0, 60.0, 0.0)}, {7: "9:52"}, {29: "2017"}, {7: None}]
)
def test_a_wrong_time_of_the_satellites_does_not_count(wrong: dict[int, Any]) -> None:
    assert taken_at({}, {**GPS, **GPS_TIME, **wrong}) == ""


@pytest.mark.usefixtures("in_tokyo")
@pytest.mark.parametrize("offset", ["08:00", "+8", "+99:00", "later", None])
def test_a_wrong_offset_does_not_count(offset: object) -> None:
    details = {TAKEN: "2024:05:07 09:33:04", OFFSET: offset}
    assert taken_at(details, {}) == "2024-05-07T00:33:04.000Z"
