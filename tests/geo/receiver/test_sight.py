"""What follows from what receivers said; the recorded ones are gpsd's own answers to three logs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.geo.receiver.sight import Sight

GPS = Path(__file__).parents[2] / "data" / "gps"


def said_in(name: str) -> Iterator[dict[str, Any]]:
    lines = (GPS / f"{name}.log.chk").read_text("utf-8").splitlines()
    return (json.loads(line) for line in lines if line.startswith("{"))


def position(mode: int = 3, **more: Any) -> dict[str, Any]:
    place = {"lat": 55.79, "lon": 23.57} if mode >= 2 else {}
    return {"class": "TPV", "device": "/dev/a", "mode": mode, **place, **more}


def sky(seen: int, used: int, **more: Any) -> dict[str, Any]:
    return {"class": "SKY", "device": "/dev/a", "nSat": seen, "uSat": used, **more}


def device(activated: object) -> dict[str, Any]:
    return {"class": "DEVICE", "path": "/dev/a", "activated": activated}


def heard(*messages: dict[str, Any], now: float = 0.0) -> Sight:
    sight = Sight()
    for message in messages:
        sight.take(message, now)
    return sight


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bt451", ["no fix yet", "±None None", "±51.7 4", "±24.3 4", "±24.3 8", "±23.9 8"]),
        ("skytraq", ["no fix yet"]),
        (
            "blumax-gps009",
            [
                "no fix yet", "no fix yet: 0 of 12 satellites", "no fix yet: 4 of 12 satellites",
                "±93.1 4", "±22.8 4", "±22.8 5",
            ],
        ),
    ],
)  # fmt: skip
def test_what_gpsd_makes_of_a_log(name: str, words: list[str]) -> None:
    sight, told = Sight(), list[str]()
    for message in said_in(name):
        sight.take(message, 0.0)
        best = sight.best(0.0)
        said = f"±{best.accuracy} {best.satellites}" if best else sight.trouble(0.0)
        if said not in told and message["class"] in ("TPV", "SKY"):
            told.append(said)
    assert told[: len(words)] == words


@pytest.mark.parametrize(
    ("more", "accuracy"),
    [
        ({}, None),
        ({"eph": 6.52}, 6.5),
        ({"eph": 6.0, "epx": 100, "epy": 100}, 6.0),
        ({"epx": 3.0, "epy": 4.0}, 5.0),
        ({"epx": 3.0}, None),
        ({"eph": 0}, None),
        ({"eph": -1}, None),
        ({"eph": True}, None),
        ({"eph": "6"}, None),
        ({"eph": 10**400}, None),
        ({"eph": float("nan")}, None),
        ({"eph": 1e-9}, 0.1),
        ({"eph": 1e300}, 20_037_508.0),
    ],
)
def test_the_accuracy_is_never_better_than_what_was_said(
    more: dict[str, Any], accuracy: float | None
) -> None:
    best = heard(position(2, **more)).best(0.0)
    assert best is not None
    assert best.accuracy == accuracy


def test_a_fix_in_two_dimensions_is_one() -> None:
    best = heard(sky(9, 3), position(2, eph=40.0)).best(0.0)
    assert best is not None
    assert (best.accuracy, best.satellites) == (40.0, 3)


def test_a_receiver_that_repeats_itself_has_a_stale_fix() -> None:
    sight = Sight()
    for second in range(0, 13, 3):
        sight.take(position(time="2026-11-23T10:00:00Z"), float(second))
    assert sight.best(10.0) is not None
    assert sight.best(12.0) is None
    assert sight.trouble(12.0) == "the receiver repeats a fix that is 12 s old"
    sight.take(position(time="2026-11-23T10:00:12Z"), 12.0)
    assert sight.best(12.0) is not None


def test_a_receiver_that_falls_silent_has_a_stale_fix() -> None:
    sight = heard(position())
    assert sight.best(10.5) is None
    assert "10 s old" in sight.trouble(10.4)


def test_a_fix_can_be_lost_and_found() -> None:
    sight = heard(position(), sky(8, 2), position(1))
    assert sight.best(0.0) is None
    assert sight.trouble(0.0) == "the fix was lost: 2 of 8 satellites"
    sight.take(position(), 1.0)
    assert sight.best(1.0) is not None


def test_a_fix_whose_place_comes_in_other_messages_stays_and_ages() -> None:
    bare = {"class": "TPV", "device": "/dev/a", "mode": 3}
    sight = heard(position(eph=30.0), bare)
    assert sight.best(9.0) is not None
    sight.take(bare, 11.0)
    assert sight.best(11.0) is None
    assert heard(bare).trouble(0.0) == "no fix yet"


def test_a_receiver_without_a_clock_does_not_repeat_itself() -> None:
    sight = Sight()
    for second in range(0, 13, 3):
        sight.take(position(time=None), float(second))
    assert sight.best(12.0) is not None


def test_a_receiver_that_is_pulled_out_loses_its_fix() -> None:
    sight = heard(position(), device(0))
    assert sight.best(0.0) is None
    assert sight.trouble(0.0) == "the fix was lost: the receiver is gone"


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ([], "gpsd has no receiver"),
        ([{"class": "DEVICES", "devices": []}], "gpsd has no receiver"),
        ([device("2026-11-23T10:00:00Z")], "the receiver says nothing"),
        ([device(0)], "the receiver is gone"),
        ([position(1)], "no fix yet"),
        ([position(0), sky(7, 0)], "no fix yet: 0 of 7 satellites"),
        ([sky(7, 0), {"class": "SKY", "device": "/dev/a", "hdop": 2}], "no fix yet: 0 of 7"),
    ],
)
def test_why_there_is_none(messages: list[dict[str, Any]], words: str) -> None:
    assert heard(*messages).trouble(0.0).startswith(words)


def test_satellites_are_counted_where_gpsd_does_not() -> None:
    listed = {"satellites": [{"used": True}, {"used": False}, {"used": True}, 7, None]}
    sight = heard({"class": "SKY", "device": "/dev/a", **listed})
    assert sight.trouble(0.0) == "no fix yet: 2 of 5 satellites"


def test_of_two_receivers_the_more_accurate_counts_and_one_may_fail() -> None:
    sight = heard(position(eph=30.0), {**position(eph=5.0), "device": "/dev/b"})
    best = sight.best(0.0)
    assert best is not None
    assert best.accuracy == 5.0
    sight.take({"class": "TPV", "device": "/dev/b", "mode": 1}, 0.0)
    best = sight.best(0.0)
    assert best is not None
    assert best.accuracy == 30.0


def test_there_is_no_end_of_receivers_to_be_remembered() -> None:
    sight = heard(*({**position(1), "device": f"/dev/{n}"} for n in range(1000)))
    assert len(sight.receivers) <= 16


@pytest.mark.parametrize("latitude", [91, -91, "55", None, float("inf"), 10**400, True])
def test_a_position_that_is_none_is_none(latitude: object) -> None:
    assert heard(position(lat=latitude)).best(0.0) is None


_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
_names = ["device", "path", "mode", "lat", "lon", "eph", "epx", "epy", "time", "activated"]
_messages = st.builds(
    lambda kind, fields: {"class": kind, **fields},
    st.sampled_from(["TPV", "SKY", "DEVICE", "DEVICES", "ERROR"]),
    st.dictionaries(
        st.sampled_from([*_names, "devices", "satellites", "nSat", "uSat"]), _values, max_size=5
    ),
)


@given(st.lists(_messages, max_size=8))
def test_whatever_is_said_there_is_a_fix_or_a_reason(messages: list[dict[str, Any]]) -> None:
    sight = heard(*messages)
    assert sight.best(0.0) is not None or sight.trouble(0.0)
