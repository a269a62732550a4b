"""The place of a report that is being written: typed, from a receiver, on the map, the last one."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from textual.events import Paste

from civictui.domain.errors import NoFix
from civictui.domain.model import Draft, Fix, LocationSource, now_text
from civictui.screens.pin_page import PinPage
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.place_field import PlaceField, measured
from tests.fakes import FakeService
from tests.screens.form_stage import (
    FIX,
    HERE,
    THERE,
    begin,
    fill,
    focused,
    kept,
    remark,
    says,
    submitted,
    value,
)
from tests.stage import stage, until


async def test_a_place_is_echoed_while_it_is_typed() -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, place="-33.8, 151.2")
        await on.reads("= -33.800000, 151.200000")
        await fill(on, place="-33.8,")
        await until(lambda: "= -33" not in on.text)
        assert not any(row.has_error for row in on.app.screen.query(FieldRow))
        await on.press("tab")
        await says(on, "place", "is no place that can be read")


async def test_the_receivers_position_is_the_place_with_what_is_known_of_it() -> None:
    service = FakeService(fix=FIX)
    async with stage(service) as on:
        await begin(on)
        await on.press("f4")
        await says(on, "place", "= 37.780000, -122.410000, gps, ±6 m, measured ")
        draft = await submitted(on)
        assert draft.place == "37.780000, -122.410000"
        assert draft.place_source == LocationSource.GPS
        assert (draft.place_accuracy, draft.place_at) == (6.0, FIX.at)


async def test_what_the_receiver_is_doing_is_said_and_typing_goes_on() -> None:
    service = FakeService(fix=FIX, waits=("3 of 9 satellites …",))
    async with stage(service) as on:
        await begin(on)
        service.hold = asyncio.Event()
        await on.press("f4")
        await says(on, "place", "3 of 9 satellites …")
        await on.write("hole")
        service.hold.set()
        await says(on, "place", "gps, ±6 m")
        assert focused(on) == "description"
        draft = await kept(on, lambda draft: draft.place)
        assert draft.description == "hole"


async def test_a_fix_that_is_not_good_enough_is_marked_and_taken_all_the_same() -> None:
    service = FakeService(fix=Fix(point=HERE, accuracy=120.0, at=FIX.at), limit=30.0)
    async with stage(service) as on:
        await begin(on)
        await on.press("f4")
        await says(on, "place", "! = 37.78", "gps, ±120 m", "less accurate than the 30 m asked for")
        assert (await submitted(on)).place_accuracy == 120.0


async def test_without_a_fix_the_reason_is_said_and_the_place_stays() -> None:
    service = FakeService()
    service.failing["locate"] = NoFix("No fix: 2 of 9 satellites", "Wait under the open sky.")
    async with stage(service) as on:
        await begin(on)
        await fill(on, place="1, 2")
        await on.press("f4")
        await says(on, "place", "No fix: 2 of 9 satellites. Wait under the open sky.")
        assert value(on, "place") == "1, 2"
        assert (await submitted(on)).place == "1, 2"


async def test_what_is_typed_while_the_receiver_is_asked_stays() -> None:
    service = FakeService(fix=FIX)
    async with stage(service) as on:
        await begin(on)
        await fill(on, place="")
        service.hold = asyncio.Event()
        await on.press("f4", *"1, 2")
        service.hold.set()
        await says(on, "place", "a place was written meanwhile; F4 asks again")
        assert value(on, "place") == "1, 2"
        await on.press("f4")
        await says(on, "place", "gps", "Up: 1, 2")
        await on.press("up")
        assert value(on, "place") == "1, 2"
        await on.press("up")
        await says(on, "place", "gps, ±6 m")


async def test_a_position_that_is_changed_by_hand_is_typed() -> None:
    async with stage(FakeService(fix=FIX)) as on:
        await begin(on)
        await on.press("f4")
        await says(on, "place", "gps")
        await fill(on, place="37.780000, -122.410001")
        draft = await submitted(on)
        assert (draft.place_source, draft.place_accuracy, draft.place_at) == ("typed", None, "")


async def test_the_origin_of_a_place_outlives_the_form() -> None:
    service = FakeService()
    service.reader.kept_drafts["d"] = Draft(
        id="d", description="x", place="37.780000, -122.410000", place_source="gps",
        place_accuracy=6.0, place_at=FIX.at,
    )  # fmt: skip
    async with stage(service) as on:
        await on.press("enter")
        await on.shows(ReportNew)
        await says(on, "place", "gps, ±6 m, measured")
        draft = await submitted(on)
        assert (draft.place_source, draft.place_accuracy, draft.place_at) == ("gps", 6.0, FIX.at)


async def test_the_last_position_is_proposed_with_its_age() -> None:
    past = now_text(datetime.now(UTC) - timedelta(hours=2, minutes=5))
    service = FakeService(last=Fix(point=HERE, accuracy=9.0, at=past))
    async with stage(service) as on:
        await begin(on)
        await on.reads("F4 position, F5 map, Down last known, 2 h ago: 37.780000, -122.410000")
        await fill(on, place="")
        await on.press("down")
        await says(on, "place", "gps, ±9 m", "2 h ago")
        draft = await submitted(on)
        assert (draft.place_source, draft.place_at) == ("gps", past)


async def test_a_pasted_minus_that_nobody_sees_is_seen() -> None:
    async with stage() as on:
        await begin(on)
        row = on.app.screen.query_one("#place", PlaceField)
        row.focus()
        row.post_message(Paste("51.5183, \u00ad0.125"))
        await on.reads("= 51.518300, -0.125000")
        assert row.value == "51.5183, -0.125"


async def test_other_notations_are_echoed_in_degrees() -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, place="30U 699511 5710910")
        await says(on, "place", "= 51.5", "(UTM")
        assert (await submitted(on)).place == "30U 699511 5710910"


async def test_a_short_plus_code_is_kept_as_the_place_that_it_means_here() -> None:
    service = FakeService(where=HERE)
    async with stage(service) as on:
        await begin(on)
        await fill(on, place="QHHQ+22")
        await says(on, "place", "plus code", "from the last position")
        draft = await kept(on, lambda draft: draft.place)
        assert draft.place.startswith("37.7775")
        assert value(on, "place") == "QHHQ+22"


# --- the map ---


async def test_the_map_begins_at_the_place_and_gives_another() -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, place="37.78, -122.41")
        await on.press("f5")
        page = await on.shows(PinPage)
        page.end(THERE)
        await on.shows(ReportNew)
        await says(on, "place", "= 37.790000, -122.410000, set on the map", "Up: 37.78, -122.41")
        assert (await submitted(on)).place_source == LocationSource.MAP


async def test_leaving_the_map_leaves_the_place() -> None:
    async with stage() as on:
        await begin(on)
        await on.write("hole")
        await on.press("f5")
        await on.shows(PinPage)
        await on.press("escape")
        await on.shows(ReportNew)
        assert value(on, "place") == ""
        assert remark(on, "place") == ""


# --- ages ---


NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "ends"),
    [
        (timedelta(seconds=5), ""),
        (timedelta(minutes=3), ", 3 min ago"),
        (timedelta(hours=5), ", 5 h ago"),
        (timedelta(days=-3), ", dated 3 days ahead of this clock"),
    ],
)
def test_the_age_of_a_fix_is_said_once_it_has_one(age: timedelta, ends: str) -> None:
    said = measured(now_text(NOW - age), NOW)
    assert said.startswith("measured ")
    assert said.endswith(ends)
    assert (", " in said) == bool(ends)


def test_a_fix_without_a_time_has_no_age() -> None:
    assert measured("", NOW) == measured("yesterday", NOW) == ""
