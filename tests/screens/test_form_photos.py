"""Photos of a report that is being written: how they are taken in, and the place they bring."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from civictui.domain.errors import PictureError
from civictui.domain.model import Draft, GeoPoint, now_text
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.photo_list import PhotoList
from civictui.widgets.pictures.picture_pane import PicturePane
from tests.fakes import FakeService, taken_photo
from tests.screens.form_stage import (
    HERE,
    OTHER,
    PHOTO,
    THERE,
    begin,
    fill,
    focused,
    kept,
    listed,
    remark,
    says,
    submitted,
    take,
    value,
    with_photos,
    with_two,
)
from tests.stage import stage, until


async def test_enter_takes_a_photo_in_and_stays_for_the_next_one() -> None:
    service = with_photos()
    async with stage(service) as on:
        await begin(on)
        await take(on, PHOTO)
        await says(on, "photo", "photo taken in: a.jpg, 1600x900, 231 kB")
        assert focused(on) == "photo"
        await take(on, OTHER)
        assert listed(on) == ["1. a.jpg, 1600x900, 231 kB", "2. b.jpg, 1600x900, 231 kB"]
        await on.press("enter")
        assert isinstance(on.app.focused, PhotoList)
        draft = await submitted(on)
        assert draft.photos == (service.photos[PHOTO].photo, service.photos[OTHER].photo)
        assert draft.photo_path == ""


async def test_leaving_the_field_takes_the_photo_in_once() -> None:
    service = with_photos()
    async with stage(service) as on:
        await begin(on)
        await fill(on, photo=PHOTO)
        await on.press("tab")
        await says(on, "photo", "photo taken in")
        assert focused(on) == "place"
        await until(lambda: on.find(PicturePane).shows_picture)
        await on.press("shift+tab", "tab")
        assert service.called("take_photo") == [PHOTO]


async def test_a_photo_is_in_the_stored_draft_at_once() -> None:
    service = with_photos()
    async with stage(service) as on:
        await begin(on)
        await take(on, PHOTO)
        await kept(on, lambda draft: draft.photos == (service.photos[PHOTO].photo,))


async def test_taking_in_is_said_while_it_lasts() -> None:
    service = with_photos()
    async with stage(service) as on:
        await begin(on)
        await fill(on, photo=PHOTO)
        service.hold = asyncio.Event()
        await on.press("tab")
        await says(on, "photo", "taking the photo in …")
        await on.write("1, 2")
        assert value(on, "place") == "1, 2"
        service.hold.set()
        await says(on, "photo", "photo taken in")


async def test_a_photo_that_fails_leaves_the_form_as_it_was() -> None:
    service = with_photos()
    async with stage(service) as on:
        await begin(on)
        await take(on, PHOTO)
        await fill(on, photo="/nowhere.jpg")
        await on.press("enter")
        await says(on, "photo", "/nowhere.jpg is no picture. Name a JPEG, PNG or WebP file.")
        assert value(on, "photo") == "/nowhere.jpg"
        assert len(listed(on)) == 1
        await on.press("escape")
        await on.shows(ReportList)
        draft = await kept(on, lambda draft: True)
        assert (draft.photo_path, len(draft.photos)) == ("/nowhere.jpg", 1)


async def test_the_same_photo_is_in_the_list_once() -> None:
    async with stage(with_photos()) as on:
        await begin(on)
        await take(on, PHOTO)
        await take(on, PHOTO)
        await says(on, "photo", "in the list already")
        assert len(listed(on)) == 1


@pytest.mark.parametrize(
    ("key", "name", "waiting"),
    [
        ("f2", "take_newest", "looking into the inbox …"),
        ("f3", "capture_photo", "waiting for the camera …"),
    ],
)
async def test_one_key_takes_the_newest_photo_or_a_new_one(
    key: str, name: str, waiting: str
) -> None:
    service = FakeService(newest=taken_photo("new"), camera=taken_photo("shot"))
    async with stage(service) as on:
        await begin(on)
        service.hold = asyncio.Event()
        await on.write("hole")
        await on.press(key)
        await says(on, "photo", waiting)
        await on.write("s")
        service.hold.set()
        await says(on, "photo", "photo taken in")
        assert focused(on) == "description"
        assert len(service.called(name)) == 1
        draft = await submitted(on, "")
        assert (draft.description, len(draft.photos)) == ("holes", 1)


@pytest.mark.parametrize(
    ("key", "words"), [("f2", "There is no photo in the inbox"), ("f3", "No camera is set up")]
)
async def test_without_a_photo_the_reason_is_said(key: str, words: str) -> None:
    async with stage() as on:
        await begin(on)
        await on.press(key)
        await says(on, "photo", words)
        assert not (await submitted(on)).photos


async def test_a_report_that_is_submitted_waits_for_its_photo() -> None:
    service = FakeService(camera=taken_photo("shot"))
    async with stage(service) as on:
        await begin(on)
        await on.write("hole")
        service.hold = asyncio.Event()
        await on.press("f3", "ctrl+s", "f5", "f2", "f4", "f6")
        assert isinstance(on.app.screen, ReportNew)
        service.hold.set()
        await on.shows(ReportList)
        (draft,) = service.called("submit")
        assert isinstance(draft, Draft)
        assert len(draft.photos) == 1
        assert service.calls[-1][0] != "save_draft"


# --- what is odd ---


async def test_a_photo_far_from_the_place_is_pointed_out() -> None:
    async with stage(with_photos(taken_photo("a", point=THERE))) as on:
        await begin(on)
        await fill(on, place="37.78, -122.41")
        await take(on, PHOTO)
        await on.reads("! was taken 1.1 km N of this place")
        await fill(on, place="37.7901, -122.41")
        await on.press("tab")
        await until(lambda: "of this place" not in on.text)


async def test_a_photo_without_a_fix_or_from_the_future_is_pointed_out() -> None:
    soon = now_text(datetime.now(UTC) + timedelta(days=400))
    service = with_photos(taken_photo("a", at_zero=True), taken_photo("b", taken_at=soon))
    async with stage(service) as on:
        await begin(on)
        await take(on, PHOTO)
        await on.reads("! says it was taken at 0, 0: its camera had no position")
        assert value(on, "place") == ""
        await take(on, OTHER)
        await on.reads("which is yet to come")


async def test_what_is_odd_does_not_keep_a_report_back() -> None:
    async with stage(with_photos(taken_photo("a", at_zero=True))) as on:
        await begin(on)
        await take(on, PHOTO)
        assert len((await submitted(on)).photos) == 1


# --- the place of a photo ---


async def test_the_place_of_a_photo_is_taken_where_there_is_none() -> None:
    async with stage(with_photos(taken_photo("a", point=HERE))) as on:
        await begin(on)
        await take(on, PHOTO)
        assert value(on, "place") == "37.780000, -122.410000"
        await says(on, "place", "= 37.780000, -122.410000, from the photo")
        assert (await submitted(on)).place_source == "photo"


async def test_what_is_typed_when_the_place_of_a_photo_comes_does_not_run_on_behind_it() -> None:
    service = with_photos(taken_photo("a", point=HERE))
    async with stage(service) as on:
        await begin(on)
        await fill(on, photo=PHOTO)
        service.hold = asyncio.Event()
        await on.press("tab")
        service.hold.set()
        await says(on, "place", "from the photo")
        await on.write("1, 2")
        assert value(on, "place") == "1, 2"


async def test_a_place_that_was_said_is_not_replaced_by_the_photos() -> None:
    async with stage(with_photos(taken_photo("a", point=HERE))) as on:
        await begin(on)
        await fill(on, place="1, 2")
        await take(on, PHOTO)
        assert value(on, "place") == "1, 2"


async def test_the_place_of_a_photo_is_taken_by_a_key() -> None:
    async with stage(with_photos(taken_photo("a", point=HERE))) as on:
        await begin(on)
        await fill(on, place="1, 2")
        await take(on, PHOTO)
        await on.press("tab", "m")
        await says(on, "place", "= 37.780000, -122.410000, from the photo", "Up: 1, 2")
        await fill(on, place=value(on, "place"))
        await on.press("up")
        assert value(on, "place") == "1, 2"
        assert (await submitted(on)).place_source == "typed"


async def test_the_place_of_a_photo_goes_with_it() -> None:
    finer = GeoPoint(37.780000333333, -122.410000333333)  # as cameras write it
    service = with_photos(taken_photo("a", point=finer), taken_photo("b", point=THERE))
    async with stage(service) as on:
        await with_two(on)
        await on.press("d")
        await until(lambda: value(on, "place") == "37.790000, -122.410000")
        await on.press("j", "d")
        await until(lambda: value(on, "place") == "")
        await fill(on, place="")
        await on.press("up")
        assert value(on, "place") == "37.790000, -122.410000"


async def test_a_place_that_was_changed_stays_when_its_photo_goes() -> None:
    async with stage(with_photos(taken_photo("a", point=HERE))) as on:
        await begin(on)
        await take(on, PHOTO)
        await fill(on, place="37.780000, -122.4100009")
        await says(on, "place", "= 37.780000, -122.410001")
        assert "from the photo" not in remark(on, "place")
        on.find(PhotoList).focus()
        await on.press("d")
        assert value(on, "place") == "37.780000, -122.4100009"


async def test_an_error_of_the_inbox_is_no_error_of_the_report() -> None:
    service = FakeService(failing={"take_newest": PictureError("The folder is not there", "")})
    async with stage(service) as on:
        await begin(on)
        await on.press("f2")
        await says(on, "photo", "The folder is not there")
        draft = await submitted(on)
        assert draft.photos == ()
