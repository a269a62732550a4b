"""What the form knows of the place of a report: its address, and reports near it."""

import asyncio

import pytest

from civictui.domain.errors import NoAddress, StoreError
from civictui.domain.model import AddressProposal, AddressSource, Draft, GeoPoint
from civictui.screens.acting import NOT_SENT
from civictui.screens.ask import Ask
from civictui.screens.nearby_page import NearbyPage
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.widgets.bindings import key_name
from tests.fakes import FakeService, taken_photo
from tests.screens.form_stage import (
    FIX,
    HERE,
    begin,
    fill,
    near,
    remark,
    says,
    submitted,
    value,
)
from tests.stage import Stage, stage, until

NEXT_DOOR = AddressProposal("3 Main St", AddressSource.OFFLINE, 12.0)
CITY = AddressProposal("San Francisco", AddressSource.OFFLINE)
ASKED = AddressProposal("1 Main St", AddressSource.GEOCODER)


def knowing(**more: object) -> FakeService:
    service = FakeService(fix=FIX, proposals=[NEXT_DOOR, CITY], geocoded=ASKED)
    for name, what in more.items():
        setattr(service, name, what)
    return service


async def located(on: Stage) -> ReportNew:
    """The form with a place, the address in focus."""
    screen = await begin(on)
    await on.press("f4")
    await says(on, "place", "gps")
    screen.query_one("#address").focus()
    await on.settle()
    return screen


# --- the address ---


async def test_the_place_is_given_names_and_nothing_is_written_unasked() -> None:
    async with stage(knowing()) as on:
        await located(on)
        await says(on, "address", "Down: 1 Main St (geocoder); 3 Main St (12 m away) and 1 more")
        assert value(on, "address") == ""
        draft = await submitted(on)
        assert (draft.address, draft.address_source) == ("", "")


@pytest.mark.parametrize(
    ("keys", "address", "source"),
    [
        (("down",), "1 Main St", "geocoder"),
        (("ctrl+@",), "1 Main St", "geocoder"),
        (("down", "down"), "3 Main St", "offline"),
        (("up",), "San Francisco", "offline"),
        (("down", "up"), "", ""),
        (("down", "b"), "1 Main Stb", ""),
    ],
)
async def test_a_proposal_is_taken_by_a_key(
    keys: tuple[str, ...], address: str, source: str
) -> None:
    async with stage(knowing()) as on:
        await located(on)
        await says(on, "address", "1 Main St")
        await on.press(*keys)
        draft = await submitted(on)
        assert (draft.address, draft.address_source) == (address, source)


async def test_what_was_typed_is_one_of_the_choices() -> None:
    async with stage(knowing()) as on:
        await located(on)
        await says(on, "address", "1 Main St")
        await on.write("behind the church")
        await on.press("down")
        assert value(on, "address") == "1 Main St"
        await on.press("down", "down", "down")
        assert value(on, "address") == "behind the church"
        assert (await submitted(on)).address_source == ""


async def test_an_answer_that_comes_late_leaves_what_is_typed() -> None:
    service = knowing()
    async with stage(service) as on:
        await begin(on)
        await fill(on, place="37.78, -122.41")
        service.hold = asyncio.Event()
        await on.press("tab")
        await says(on, "address", "Down: 3 Main St")
        await on.write("4 Main St")
        service.hold.set()
        await says(on, "address", "1 Main St (geocoder)")
        assert value(on, "address") == "4 Main St"


async def test_the_geocoder_is_not_asked_where_an_address_is_typed() -> None:
    service = knowing()
    async with stage(service) as on:
        await begin(on)
        await fill(on, address="4 Main St", place="37.78, -122.41")
        await on.press("tab")
        await says(on, "address", "3 Main St")
        assert not service.called("ask_address")


async def test_a_geocoder_that_does_not_answer_is_said() -> None:
    service = knowing(proposals=[])
    service.failing["ask_address"] = NoAddress("The geocoder cannot be reached")
    async with stage(service) as on:
        await located(on)
        await says(on, "address", "The geocoder cannot be reached; left empty, it is asked for")
        await on.write("4 Main St")
        await until(lambda: remark(on, "address") == "")


async def test_places_are_asked_about_when_they_are_written_not_while() -> None:
    service = knowing()
    async with stage(service) as on:
        await begin(on)
        await fill(on, place="")
        await on.write("37.7, -122.4")
        assert not service.called("addresses")
        await on.press("tab")
        await says(on, "address", "3 Main St")
        assert service.called("addresses") == [GeoPoint(37.7, -122.4)]
        await on.press("shift+tab", "tab")
        assert len(service.called("addresses")) == 1


async def test_without_a_place_there_are_no_names() -> None:
    async with stage(knowing()) as on:
        await located(on)
        await says(on, "address", "1 Main St")
        await fill(on, place="")
        await on.press("tab")
        await until(lambda: remark(on, "address") == "")


async def test_a_town_is_said_to_be_one_and_not_how_far_its_middle_is() -> None:
    town = AddressProposal("Oakland, CA, US", AddressSource.OFFLINE, 4.0, is_town=True)
    async with stage(knowing(proposals=[town], geocoded=None)) as on:
        await located(on)
        await says(on, "address", "Down: Oakland, CA, US (the nearest town)")
        assert "away" not in remark(on, "address")


# --- what there is already ---


async def test_reports_near_the_place_are_counted() -> None:
    service = knowing()
    service.reader.add(near(1, category="light"), near(2, category="pothole"), near(3, meters=200))
    async with stage(service) as on:
        await begin(on)
        await fill(on, category="pothole")
        await on.press("f4")
        await on.reads("! 1 like this within 50 m, 2 near")
        await fill(on, category="tree")
        await on.press("tab")
        await on.reads("3 near")
        assert "like this" not in on.text


async def test_far_from_all_reports_nothing_is_said() -> None:
    service = knowing()
    service.reader.add(near(1, meters=900))
    async with stage(service) as on:
        await located(on)
        await until(lambda: service.called("nearby"))
        await on.settle()
        assert "within 50 m" not in on.text
        assert " near" not in on.text


async def test_a_question_that_fails_is_said_and_keeps_nobody_back() -> None:
    service = knowing()
    service.failing["nearby"] = StoreError("The store cannot be read")
    async with stage(service) as on:
        await located(on)
        await on.reads("The store cannot be read")
        assert (await submitted(on)).place


async def test_the_place_is_where_it_was_found() -> None:
    service = knowing()
    async with stage(service) as on:
        await located(on)
        await until(lambda: service.called("nearby") == [(HERE, "")])


async def test_the_draft_is_said_there_instead_and_nothing_else_is_saved() -> None:
    service = knowing(newest=taken_photo("new"))
    service.reader.add(near(1))
    async with stage(service) as on:
        await begin(on)
        await on.write("deeper than last week")
        await on.press("f2", "f4")
        await on.reads("1 near: F6 looks")
        await on.press("f6")
        await on.shows(NearbyPage)
        await on.reads("near 1")
        await on.press("a")
        await on.shows(Ask)
        await on.press("right", "enter")
        await on.shows(ReportList)
        await on.reads(NOT_SENT)
        (said,) = service.reader.said["n1"]
        assert (said.text, len(said.photos)) == ("deeper than last week", 1)
        assert not service.called("submit")
        assert not service.reader.kept_drafts


async def test_looking_at_what_is_near_leaves_the_form_as_it_was() -> None:
    service = knowing()
    service.reader.add(near(1))
    async with stage(service) as on:
        await begin(on)
        await on.write("hole")
        await on.press("f4")
        await on.reads("1 near: F6 looks")
        await on.press("f6")
        await on.shows(NearbyPage)
        await on.press("escape")
        await on.shows(ReportNew)
        assert (await submitted(on, "s")).description == "holes"


async def test_there_is_no_key_where_there_is_nothing_near() -> None:
    async with stage(knowing()) as on:
        screen = await located(on)
        await on.press("f6")
        assert on.app.screen is screen
        assert key_name(screen, "form.nearby") == ""


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_a_whole_report_is_entered_with_the_keyboard_alone(size: tuple[int, int]) -> None:
    service = knowing(newest=taken_photo("new"))
    service.reader.add(near(1, category="pothole"))
    async with stage(service, size=size) as on:
        await begin(on)
        await on.write("hole")
        await on.press("tab", *"pothole", "f2")
        await says(on, "photo", "photo taken in")
        await on.press("f4")
        await says(on, "place", "gps")
        await on.press("tab", "tab", "c", *"kerb", "enter", "tab", "tab")
        await until(lambda: on.app.focused and on.app.focused.id == "address")
        await says(on, "address", "Down: 1 Main St")
        await on.press("down")
        await on.reads("1 Main St")
        await on.reads("1 like this within 50 m: F6 looks")
        await on.press("ctrl+s")
        await on.shows(ReportList)
        (draft,) = service.called("submit")
        assert isinstance(draft, Draft)
        assert (draft.description, draft.category, draft.address) == (
            "hole", "pothole", "1 Main St",
        )  # fmt: skip
        assert draft.place_source == "gps"
        assert [photo.caption for photo in draft.photos] == ["kerb"]
