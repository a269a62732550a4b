"""The 50,000 reports that every benchmark uses: those of New York, filled up with Zürich's.

Real texts, places and times, as data/SOURCES.md has them; what a dataset lacks (an id as this
program makes it, a description in Zürich) is made from the row's number and its category.
"""

import csv
import lzma
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from civictui.domain.model import Doc, GeoPoint, now_text

COUNT = 50_000
"""8,286 of New York, 41,714 of Zürich."""

_DATA = Path(__file__).parent / "data"


def reports() -> Iterator[tuple[str, Doc]]:
    """Id and body of every report, always the same and in the same order."""
    bodies = [*map(_new_york, _rows("new-york")), *map(_zurich, _rows("zurich"))]
    assert len(bodies) == COUNT, "the data has all its rows"
    return ((identity(number), body) for number, body in enumerate(bodies))


def identity(number: int) -> str:
    """An id in the form of this program's own, a UUID of version 7."""
    return f"01890a5d-ac96-774b-bcce-{number:012x}"


def _rows(name: str) -> list[dict[str, str]]:
    content = lzma.decompress((_DATA / f"{name}.csv.xz").read_bytes()).decode()
    return list(csv.DictReader(StringIO(content)))


def _new_york(row: dict[str, str]) -> Doc:
    time = datetime.fromtimestamp(int(row["Date Created"]), UTC)
    body = _body(row["Description"] or row["Title"], row["Title"], time)
    point = GeoPoint(float(row["Latitude"]), float(row["Longitude"]))
    place = {"address": row["Address"], "geoLocation": point.to_geojson()}
    return {**body, "reportedBy": "nyc311", "status": row["Status"], **place}


def _zurich(row: dict[str, str]) -> Doc:
    """A report of Zürich: a date, a category and a place are all that was published."""
    category = row["service_code"]
    body = _body(category, category, datetime.fromisoformat(row["date"]).replace(tzinfo=UTC))
    point = GeoPoint(float(row["lat"]), float(row["lon"]))
    return {**body, "reportedBy": "zwn", "status": "open", "geoLocation": point.to_geojson()}


def _body(description: str, category: str, time: datetime) -> Doc:
    return {
        "type": "report",
        "reportedDateTime": now_text(time),
        "problemDescription": description,
        "category": category,
    }
