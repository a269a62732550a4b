"""The index of the reports equals a plain model, whatever was observed in whatever order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.codec import encode, reader
from civictui.domain.model import Doc, GeoPoint, Query
from civictui.domain.text import folded
from civictui.geo.distance import meters
from civictui.storage import report_index, report_search
from civictui.storage.report_entry import Entry, Glimpse
from civictui.storage.report_index import ReportIndex
from tests.storage.odd_reports import BODIES, PLAIN, TEXTS, by_the_whole

EVERYWHERE = GeoPoint(0, 0), 20_100_000.0


class Model:
    """The index in the plainest way: all reports in a dict."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def observe(self, key: str, doc: Doc | None) -> None:
        self._entries.pop(key, None)
        entry = by_the_whole(doc) if doc is not None else None
        if entry is not None:
            self._entries[key] = entry

    def newest(self) -> list[str]:
        return sorted(self._entries, key=lambda key: (self._entries[key][0], key), reverse=True)

    def find(self, text: str) -> list[str]:
        words = folded(text).split()
        found = self._entries
        return [key for key in self.newest() if all(word in found[key][1] for word in words)]

    def rest(self) -> tuple[Any, ...]:
        entries = [(key, self._entries[key]) for key in sorted(self._entries)]
        places = [(key, (entry[2], entry[3])) for key, entry in entries if entry[2] == entry[2]]
        return (
            len(entries),
            places,
            [photo for key in self.newest() for photo in self._entries[key][4]],
        )


def rest(index: ReportIndex) -> tuple[Any, ...]:
    """As `Model.rest`."""
    places = sorted((key, (at.latitude, at.longitude)) for key, at in index.around(*EVERYWHERE))
    return len(index), places, list(index.photos())


@pytest.fixture
def hardly_any_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_index, "SPARE", 2)


KEYS = st.sampled_from([f"r{number}" for number in range(6)])
STEPS = st.lists(st.tuples(KEYS, st.one_of(st.none(), PLAIN, BODIES)), max_size=30)
WORDS = st.one_of(TEXTS, st.sampled_from(["r1", "pot R1", "strasse", "fi", "\n", "r1\npot", "b r"]))


@pytest.mark.usefixtures("hardly_any_spare")
@given(st.dictionaries(KEYS, PLAIN), STEPS, st.lists(WORDS, max_size=4))
def test_the_index_equals_a_plain_model(
    loaded: dict[str, Doc], steps: list[tuple[str, Doc | None]], words: list[str]
) -> None:
    index, model = ReportIndex(), Model()
    index.load((key, reader(Glimpse)(encode(body))) for key, body in loaded.items())
    for key, body in loaded.items():
        model.observe(key, {"_id": key, **body})
    for number, (key, changed) in enumerate(steps):
        doc = None if changed is None else {"_id": key, **changed}
        index.observe(key, doc)
        model.observe(key, doc)
        assert (key in index) == (key in model.newest())
        if number % 3 == 0:  # not each time: what was put off is to pile up, too
            assert list(index.newest()) == model.newest()
    assert list(index.newest()) == model.newest()
    assert rest(index) == model.rest()
    for text in words:
        assert index.find(Query(text=text)) == model.find(text)


def test_numbers_out_of_use_are_given_back() -> None:
    index = ReportIndex()
    for number in range(5 * report_index.SPARE):
        index.observe(f"r{number % 7}", {"_id": "r", "type": "report", "category": f"{number}"})
    assert len(index.columns) <= 2 * 7 + report_index.SPARE + 1
    assert len(index) == 7


def test_no_word_is_found_across_two_reports() -> None:
    index = ReportIndex()
    index.observe("a", {"_id": "a", "type": "report"})
    index.observe("b", {"_id": "b", "type": "report", "problemDescription": "lamp"})
    assert index.find(Query(text="alamp")) == []
    assert index.find(Query(text="a")) == ["b", "a"]
    assert index.find(Query(text="lamp b")) == ["b"]


COORDINATES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(COORDINATES, COORDINATES, st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1e7))
def test_nothing_within_the_circle_is_outside_the_box(
    here: tuple[float, float], there: tuple[float, float], up: float, right: float, radius: float
) -> None:
    point = GeoPoint(*here)
    beside = (max(-90.0, min(90.0, here[0] + up)), (here[1] + right + 180) % 360 - 180)
    index = ReportIndex()
    for key, (latitude, longitude) in {"there": there, "beside": beside}.items():
        geojson = GeoPoint(latitude, longitude).to_geojson()
        index.observe(key, {"_id": key, "type": "report", "geoLocation": geojson})
    found = dict(index.around(point, radius))
    for key, place in index.around(*EVERYWHERE):
        if meters(point, place) <= radius:
            assert found[key] == place


def test_the_box_leaves_out_what_is_far() -> None:
    index = ReportIndex()
    for number in range(100):
        place = GeoPoint(47.3 + number / 100, 8.5).to_geojson()
        index.observe(f"{number}", {"_id": f"{number}", "type": "report", "geoLocation": place})
    assert {key for key, _ in index.around(GeoPoint(47.5, 8.5), 1200)} == {"19", "20", "21"}
    index.observe("20", None)
    assert {key for key, _ in index.around(GeoPoint(47.5, 8.5), 1200)} == {"19", "21"}
    assert dict(index.around(GeoPoint(47.5, 8.5), 1200))["19"] == GeoPoint(47.3 + 19 / 100, 8.5)


@pytest.mark.parametrize("first", [1, 2, 3, 100])
@pytest.mark.parametrize("limit", [1, 2, 9])
def test_some_of_the_newest_are_the_first_of_all(
    monkeypatch: pytest.MonkeyPatch, first: int, limit: int
) -> None:
    """However many of the newest are looked at by themselves before the others are."""
    monkeypatch.setattr(report_search, "_FIRST", first)
    index = ReportIndex()
    for number in range(7):
        kind = "lamp" if number % 3 else "hole"
        index.observe(f"r{number}", {"problemDescription": f"a {kind}, it is {number}"})
    for text in ("lamp", "hole", "it", "hole 6", "none"):
        assert index.find(Query(text=text, limit=limit)) == index.find(Query(text=text))[:limit]
