"""What is said of a photo in a form: its facts, and what does not fit together."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from civictui.domain.model import GeoPoint, Photo, now_text
from civictui.widgets.form.listed_photo import ListedPhoto
from tests.fakes import taken_photo

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HERE = GeoPoint(37.78, -122.41)


def north(meters: float) -> GeoPoint:
    """So far north of HERE, within a metre."""
    return GeoPoint(HERE.latitude + meters / 110_990, HERE.longitude)


def doubts(
    *,
    point: GeoPoint | None = None,
    at_zero: bool = False,
    ahead: timedelta | None = None,
    place: GeoPoint | None = HERE,
) -> tuple[str, ...]:
    taken_at = "" if ahead is None else now_text(NOW + ahead)
    taken = taken_photo(point=point, at_zero=at_zero, taken_at=taken_at)
    return ListedPhoto(taken.photo, taken.origin).doubts(place, NOW)


def test_a_photo_that_fits_raises_no_doubt() -> None:
    assert doubts(point=HERE, ahead=timedelta(hours=-1)) == ()
    assert doubts() == ()
    assert ListedPhoto(Photo("a.jpg", "b.jpg")).doubts(HERE, NOW) == ()


def test_more_than_two_hundred_metres_are_far() -> None:
    assert doubts(point=north(197)) == ()
    (said,) = doubts(point=north(203))
    assert said == "was taken 200 m N of this place"
    assert doubts(point=north(5000), place=None) == ()


def test_the_place_of_a_camera_without_a_fix_is_none() -> None:
    (said,) = doubts(at_zero=True, place=None)
    assert "0, 0" in said


def test_a_clock_may_be_a_little_fast() -> None:
    assert doubts(ahead=timedelta(minutes=9)) == ()
    (said,) = doubts(ahead=timedelta(minutes=11))
    assert said.endswith("which is yet to come")


def test_all_that_is_odd_is_said_until_the_photo_is_left_out() -> None:
    taken = taken_photo(at_zero=True, taken_at=now_text(NOW + timedelta(days=9)))
    listed = ListedPhoto(taken.photo, taken.origin)
    assert len(listed.doubts(HERE, NOW)) == 2
    assert replace(listed, left_out=True).doubts(HERE, NOW) == ()


@pytest.mark.parametrize("text", ["a\x1b[31m.jpg", "a\nb.jpg", "[red]a.jpg"])
def test_a_name_and_a_caption_steer_nothing(text: str) -> None:
    taken = replace(taken_photo(), name=text)
    listed = ListedPhoto(replace(taken.photo, caption=text), taken.origin)
    assert "\x1b" not in listed.line
    assert "\n" not in listed.line


def test_facts_that_are_not_known_are_left_out() -> None:
    assert ListedPhoto(Photo("a.jpg", "b.jpg")).line == "a photo"
    assert (
        ListedPhoto(Photo("a.jpg", "b.jpg", bytes=9), of_report=True).line == "9 B, of the report"
    )
