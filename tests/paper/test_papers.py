"""The readable forms of reports: what each says, and what others wrote in it does no harm."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.model import GeoPoint, Photo, Report, ReportRow, RowState, Services
from civictui.domain.text import clean
from civictui.paper import Paper
from civictui.paper.geojson import GeoJson
from civictui.paper.line import COLUMNS, Line
from civictui.paper.spreadsheet import Spreadsheet, defused
from tests.city_services import defined, services

QUESTION = {
    "code": "pole",
    "datatype": "singlevaluelist",
    "description": "Is the pole bent?",
    "values": [{"key": "y", "name": "Yes, it is"}, {"key": "n", "name": "No"}],
}
CITY = services(defined("lamp", QUESTION))
LAMP = Report(
    id="r1",
    reported_by="asha",
    reported_at="20171125_153034",
    description="Lamp out,\n“at night”",
    category="lamp",
    status="in progress",
    assignee="demo",
    address="1 George St",
    point=GeoPoint(-33.8, 151.2),
    location={"source": "gps", "accuracy": 4.5},
    photos=(Photo("a.jpg", "b.jpg"),),
    extra={"edited": {"by": "zoe", "at": "2026-11-23T10:00:00+02:00"}},
)
BARE = Report(id="r2")
CALCULATED = "=+-@\uff1d\uff0b\uff0d\uff20"


def line(report: Report, **fields: Any) -> Line:
    return Line.of(ReportRow(report, RowState.QUEUED, **fields), CITY)


def written(paper: Paper, *pieces: list[Line]) -> str:
    return "".join([paper.head(), *map(paper.body, pieces), paper.tail()])


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_a_table_has_a_row_for_each_report() -> None:
    text = written(Spreadsheet(), [line(LAMP, meters=12.345)], [line(BARE)])
    lamp, bare = table(text)
    assert tuple(lamp) == COLUMNS
    assert lamp["reported_at"] == "2017-11-25T15:30:34.000Z"
    assert lamp["edited_at"] == "2026-11-23T08:00:00.000Z"
    assert lamp["description"] == "Lamp out,\n“at night”"
    assert (lamp["latitude"], lamp["longitude"]) == ("-33.8", "151.2")
    assert (lamp["state"], lamp["status"], lamp["assignee"]) == ("queued", "in progress", "demo")
    assert (lamp["accuracy_m"], lamp["place_source"], lamp["distance_m"]) == ("4.5", "gps", "12.3")
    assert lamp["photos"] == "1"
    assert (bare["latitude"], bare["accuracy_m"], bare["answers"]) == ("", "", "")
    assert text.count("\r\n") == 3


def test_geojson_has_a_feature_for_each_report() -> None:
    found = json.loads(written(GeoJson(), [line(LAMP)], [], [line(BARE)]))
    lamp, bare = found["features"]
    assert found["type"] == "FeatureCollection"
    assert (lamp["type"], lamp["id"]) == ("Feature", "r1")
    assert lamp["geometry"] == {"type": "Point", "coordinates": [151.2, -33.8]}
    assert bare["geometry"] is None
    assert lamp["properties"]["edited_by"] == "zoe"
    assert {*lamp["properties"], "id", "latitude", "longitude"} == set(COLUMNS)


@pytest.mark.parametrize("paper", [Spreadsheet(), GeoJson()])
def test_without_a_report_it_is_still_whole(paper: Paper) -> None:
    text = written(paper)
    assert table(text) == [] if isinstance(paper, Spreadsheet) else not json.loads(text)["features"]


def test_answers_are_told_by_the_questions_of_the_city() -> None:
    told = line(Report(id="r", category="lamp", attributes={"x": 3, "pole": "y"}))
    assert told.category_name == "Lamp"
    assert told.answers == (("Is the pole bent?", "Yes, it is"), ("x", "3"))
    (row,) = table(written(Spreadsheet(), [told]))
    assert row["answers"].splitlines()[1] == "x: 3"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("\t@SUM(1)", " '@SUM(1)"),
        ("a;=1+1", "a;'=1+1"),
        ('";"-2', '";"\'-2'),
        ("list\n- one", "list\n'- one"),
        ("\n\n=1", "\n\n'=1"),
        ("\uff1d1", "'\uff1d1"),
        ("a=b, -5 degrees", "a=b, -5 degrees"),
    ],
)
def test_formulas_are_defused(text: str, safe: str) -> None:
    assert defused(text) == safe


@pytest.mark.parametrize("location", [{"accuracy": 10**400}, {"accuracy": "4"}, {"source": 3}])
def test_a_location_of_any_shape_harms_nothing(location: dict[str, Any]) -> None:
    told = line(Report(id="r", point=GeoPoint(1, 2), location=location))
    assert (told.accuracy_m, told.place_source) == (None, "")


HOSTILE = st.text(
    st.sampled_from("\x1b]0;\x07\x9b[31m\r\n\t;,\"'=+-@|x\u202e\u200b\ud800\x00") | st.characters()
)


@given(HOSTILE, HOSTILE)
def test_whatever_others_wrote_the_columns_stay_and_no_cell_is_calculated(
    one: str, other: str
) -> None:
    report = Report(id=one, description=one + other, address=other, reported_by=other)
    text = written(Spreadsheet(), [line(report)])
    (row,) = table(text)
    assert tuple(row) == COLUMNS
    assert None not in row.values()
    assert clean(text) == text.replace("\r\n", "\n")
    for separator in (",", ";", "\t"):
        for cells in csv.reader(StringIO(text, newline=""), delimiter=separator):
            assert not [cell for cell in cells if cell.lstrip(' "')[:1] in set(CALCULATED)]
    json.loads(written(GeoJson(), [line(report)]))
    assert written(GeoJson(), [line(report)]).isascii()


def test_services_that_are_not_known_leave_the_code() -> None:
    told = Line.of(ReportRow(LAMP, RowState.SENT), Services())
    assert (told.category, told.category_name) == ("lamp", "")
