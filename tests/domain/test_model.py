"""Documents of every origin become reports, and come back as they were."""

import math
from datetime import UTC, datetime
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain import model
from civictui.domain.errors import PlaceError
from civictui.domain.ids import id_within, new_id
from civictui.domain.model import (
    Draft,
    GeoPoint,
    Photo,
    PhotoOrigin,
    Report,
    is_report,
    now_text,
    read_time,
)


def test_every_name_of_the_model_is_where_it_is_said_to_be() -> None:
    """Each is loaded when it is asked for: nobody would notice a wrong one before."""
    assert set(model.__all__) == set(model._HOMES)
    assert all(getattr(model, name) is not None for name in model.__all__)
    with pytest.raises(AttributeError):
        _ = model.Rumour  # type: ignore[attr-defined]


ORIGINAL = {
    "_id": "g1",
    "reportedBy": "demo",
    "reportedDateTime": "20171125_153034",
    "picture": {"large": "a.jpg", "thumbnail": "thumbnail_a.jpg"},
    "problemDescription": "Water overflow",
    "geoLocation": {"type": "Point", "coordinates": [77.78, 13.07]},
    "address": "Hosakote",
}

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_document_of_the_original_application_is_a_report() -> None:
    report = Report.from_doc(ORIGINAL)
    assert is_report(ORIGINAL)
    assert report.photos == (Photo("a.jpg", "thumbnail_a.jpg"),)
    assert report.point == GeoPoint(13.07, 77.78)
    assert report.time == datetime(2017, 11, 25, 15, 30, 34, tzinfo=UTC)


def test_our_document_is_readable_by_the_original_application() -> None:
    photo = Photo("b.jpg", "t.jpg", bytes=3, width=1, height=2, caption="c")
    doc = Report(id="r", description="x", photos=(photo,), point=GeoPoint(1, 2)).to_doc()
    assert doc["picture"] == {"large": "b.jpg", "thumbnail": "t.jpg"}
    assert doc["geoLocation"]["coordinates"] == [2, 1]
    assert Report.from_doc(doc).photos == (photo,)


def test_fields_that_we_do_not_know_stay() -> None:
    doc = {"_id": "r", "type": "report", "problemDescription": "x", "ward": {"no": 7}}
    assert Report.from_doc(doc).to_doc()["ward"] == {"no": 7}


@given(st.dictionaries(st.sampled_from(sorted({*ORIGINAL, "type", "photos", "location"})), _JSON))
def test_no_document_breaks_the_reading(doc: dict[str, object]) -> None:
    report = Report.from_doc(doc)
    assert Report.from_doc(report.to_doc()) == Report.from_doc(report.to_doc())
    _ = report.time


@pytest.mark.parametrize("bad", [(91, 0), (0, 181), (math.nan, 0), (0, math.inf)])
def test_a_place_outside_the_earth_is_refused(bad: tuple[float, float]) -> None:
    with pytest.raises(PlaceError):
        GeoPoint(*bad)


@pytest.mark.parametrize(
    "coordinates", [[1], ["1", "2"], [200, 95], [True, False], [10**400, 1], None, {}]
)
def test_what_is_no_place_is_none(coordinates: object) -> None:
    assert GeoPoint.from_geojson({"type": "Point", "coordinates": coordinates}) is None
    assert GeoPoint.from_geojson(coordinates) is None


@pytest.mark.parametrize("text", ["", "yesterday", "20171325_000000", "2026-13-01", "0" * 500])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text) is None


def test_times_are_written_in_utc() -> None:
    assert now_text(datetime(2026, 1, 2, 3, 4, 5, 678900, UTC)) == "2026-01-02T03:04:05.678Z"


def test_ids_within_one_are_its_own_and_always_the_same() -> None:
    first = new_id(datetime(2026, 1, 1, tzinfo=UTC))
    made = {id_within(first, f"r{number}") for number in range(100)}
    assert len(made) == 100
    assert id_within(first, "r7") in made
    for key in made:
        assert (UUID(key).version, UUID(key).variant) == (7, RFC_4122)
        assert key[:13] == first[:13]
    assert id_within("no uuid", "r1") != id_within("no uuid \ud800", "r1")


def test_a_draft_of_an_update_of_many_comes_back_whole() -> None:
    draft = Draft(id="d", report="a", also=("b", "a", "c"), status="closed", assignee="")
    assert Draft.from_doc(draft.to_doc()) == draft
    assert draft.reports == ("a", "b", "c")
    assert not draft.is_blank
    assert Draft.from_doc({"id": "d", "also": ["b", 7, "", None]}).also == ("b",)
    assert Draft.from_doc({"id": "d", "also": "b"}).also == ()
    assert "also" not in Draft(id="d", report="a").to_doc()


def test_a_draft_comes_back_whole() -> None:
    draft = Draft(id="d", description="x\ny", photos=(Photo("a", "b"),), saved_at="now")
    assert Draft.from_doc(draft.to_doc()) == draft
    assert Draft(id="d").is_blank
    assert not draft.is_blank


def test_ids_sort_by_time_and_differ() -> None:
    early = new_id(datetime(2026, 1, 1, tzinfo=UTC))
    late = new_id(datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC))
    assert early < late
    assert late[14] == "7"
    assert late[19] in "89ab"
    assert len({new_id(datetime(2026, 1, 1, tzinfo=UTC)) for _ in range(1000)}) == 1000


ORIGIN = PhotoOrigin(name="a.jpg", point=GeoPoint(1.5, 2.5), taken_at="2026", at_zero=True)


def test_a_draft_keeps_what_the_files_of_its_photos_said() -> None:
    photos = (Photo("a", "b"), Photo("", "c"))
    draft = Draft(id="d", photos=photos, origins={"a": ORIGIN, "c": PhotoOrigin(name="c.jpg")})
    doc = draft.to_doc()
    assert Draft.from_doc(doc) == draft
    assert doc["origins"]["c"] == {"name": "c.jpg"}


def test_a_draft_without_it_is_written_as_ever() -> None:
    assert "origins" not in Draft(id="d", photos=(Photo("a", "b"),)).to_doc()
    assert Draft.from_doc({"id": "d", "photos": [Photo("a", "b").to_doc()]}).origins == {}


def test_what_was_said_of_a_photo_that_is_gone_is_nothing() -> None:
    assert Draft.from_doc({"id": "d", "origins": {"a": ORIGIN.to_doc()}}).origins == {}


@pytest.mark.parametrize(
    "origins",
    [
        None, [], "a", 7, {"a": None}, {"a": []}, {"a": "x"}, {"a": {}}, {"x": {"name": "x"}},
        {"a": {"name": 7, "point": [1, 2], "taken_at": [], "at_zero": 1}},
        {"a": {"point": {"type": "Point", "coordinates": [500, 500]}, "at_zero": "true"}},
    ],
)  # fmt: skip
def test_a_hostile_origin_is_none(origins: object) -> None:
    draft = Draft.from_doc({"id": "d", "photos": [Photo("a", "b").to_doc()], "origins": origins})
    assert draft.origins == {}


@given(_JSON)
def test_any_origin_comes_back_as_it_was_read(origin: object) -> None:
    doc = {"id": "d", "photos": [Photo("a", "b").to_doc()], "origins": {"a": origin}}
    draft = Draft.from_doc(doc)
    assert Draft.from_doc(draft.to_doc()) == draft
