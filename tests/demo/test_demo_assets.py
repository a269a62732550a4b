"""What the demo ships: small, readable, and without a trace of whoever took the photos."""

import json
from importlib.resources import files
from io import BytesIO

import pytest
from PIL import Image

from civictui import pictures

ASSETS = files("civictui.demo") / "assets"
REPORTS = json.loads((ASSETS / "reports.json").read_text("utf-8"))["grievances"]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report["reportedDateTime"])
def test_every_report_has_its_photo_and_thumbnail(report: dict[str, dict[str, str]]) -> None:
    names = report["picture"]
    for name, most, longest in ((names["large"], 200_000, 1600), (names["thumbnail"], 8_000, 256)):
        content = (ASSETS / "photos" / name).read_bytes()
        assert len(content) <= most
        assert max(pictures.inspect(content)[:2]) <= longest
        assert not {"exif", "comment", "icc_profile"} & set(Image.open(BytesIO(content)).info)


def test_five_reports_and_nothing_else() -> None:
    named = {name for report in REPORTS for name in report["picture"].values()}
    assert len(REPORTS) == 5
    assert {entry.name for entry in (ASSETS / "photos").iterdir()} == named


def test_five_hundred_requests() -> None:
    requests = json.loads((ASSETS / "san_francisco.json").read_bytes().decode("utf-8"))
    assert len({request["service_request_id"] for request in requests}) == len(requests) == 500
    assert sum(not (request["lat"] or request["long"]) for request in requests) == 26


def test_the_credits_lie_beside() -> None:
    assert "Apache License" in (ASSETS / "LICENSE").read_text("utf-8")
    credits_text = (ASSETS / "CREDITS.md").read_text("utf-8")
    for file in ("reports.json", "photos/", "san_francisco.json"):
        assert file in credits_text
