"""The page on which a filter is chosen and kept."""

from typing import Any

import pytest

from civictui.domain.events import ReportsChanged
from civictui.domain.model import (
    MOST_SAVED,
    GeoPoint,
    ListFilter,
    Report,
    RowState,
    Service,
    Services,
    Sort,
)
from civictui.screens.filter_page import NAMELESS, NOTHING, TOO_MANY, FilterPage
from civictui.screens.report_list import ReportList
from civictui.widgets.form.filter_form import ANYWHERE, NO_LENGTH, NO_POSITION, FilterForm
from civictui.widgets.form.line_field import LineField
from tests.fakes import FakeService
from tests.stage import Stage, stage

HERE = GeoPoint(37.77, -122.42)
SERVICES = Services(
    (
        Service(code="017", name="Pothole"),
        Service(code="018", name="Graffiti"),
        Service(code="019", name="Old sign", retired=True),
    )
)


def city() -> FakeService:
    """Five reports: two potholes, one of a word of its own, one of a retired category."""
    service = FakeService(where=HERE)
    service.reader.city = SERVICES
    add = service.reader.add
    add(report(0, category="017", point=GeoPoint(37.771, -122.42)))
    add(report(1, category="017", status="closed"))
    add(report(2, category="wasps", status="waiting for parts"), is_new=True)
    add(report(3, category="019"), state=RowState.QUEUED)
    add(report(4, assignee="demo", reported_by="demo"))
    return service


def report(number: int, **fields: Any) -> Report:
    facts = {"reported_by": "asha", "reported_at": f"2026-11-{20 - number:02}T10:00:00Z"}
    return Report(id=f"r{number}", **{**facts, "description": f"number {number}", **fields})


async def at_the_filter(on: Stage) -> None:
    await on.press("f")
    await on.shows(FilterPage)


async def to(on: Stage, name: str) -> None:
    """Go to the field of this id."""
    on.app.screen.query_one(f"#{name}").focus()
    await on.settle()


def in_force(on: Stage) -> ListFilter:
    page = on.app.screen
    assert isinstance(page, ReportList)
    return page._chosen


async def test_space_and_enter_choose_a_status() -> None:
    async with stage(city()) as on:
        await at_the_filter(on)
        await on.reads("Filter · 5 of 5 reports")
        await on.press("space")
        await on.reads("Filter · 3 of 5 reports")
        await on.press("enter")
        await on.shows(ReportList)
        await on.reads("Reports 3 of 5 · open")
        assert in_force(on) == ListFilter(statuses=frozenset({"open"}))


async def test_it_says_how_many_there_are_of_each() -> None:
    async with stage(city()) as on:
        await at_the_filter(on)
        for words in ("[ ] open 3", "[ ] in progress 0", "[ ] closed 1", "waiting for parts 1"):
            await on.reads(words)
        for words in ("[ ] not sent 1", "[ ] in conflict 0", "[ ] new 1"):
            await on.reads(words)


async def test_it_begins_with_what_is_in_force_and_esc_changes_nothing() -> None:
    async with stage(city()) as on:
        await at_the_filter(on)
        await on.press("space", "tab", "j", "space", "enter")
        await on.shows(ReportList)
        chosen = in_force(on)
        assert chosen == ListFilter(statuses=frozenset({"open"}), assigned=True)
        await at_the_filter(on)
        await on.reads("[x] open 3")
        await on.reads("[x] assigned to you")
        await on.press("space", "escape")
        await on.shows(ReportList)
        assert in_force(on) == chosen


async def test_the_order_is_one_of_three() -> None:
    async with stage(city()) as on:
        await at_the_filter(on)
        await on.press("tab", "tab", "j", "j", "space", "enter")
        await on.shows(ReportList)
        assert in_force(on) == ListFilter(sort=Sort.STATUS)
        await on.reads("Reports 5 · by status")


@pytest.mark.parametrize(
    ("typed", "category", "count"),
    [("potho", "017", 2), ("Old si", "019", 1), ("wasp", "wasps", 1), ("017", "017", 2)],
)
async def test_a_category_by_its_first_letters(typed: str, category: str, count: int) -> None:
    """A retired one too, and one that is no service's: whatever reports have."""
    async with stage(city()) as on:
        await at_the_filter(on)
        await to(on, "category")
        await on.write(typed)
        await on.press("enter")
        await on.shows(ReportList)
        assert in_force(on).category == category
        await on.reads(f"Reports {count} of 5")


async def test_near_is_a_distance() -> None:
    async with stage(city()) as on:
        await at_the_filter(on)
        await on.reads(ANYWHERE)
        await to(on, "within")
        await on.write("here")
        await on.reads(NO_LENGTH)
        await on.press("enter")
        await on.shows(FilterPage)
        await on.press("ctrl+u")
        await on.write("0.2 km")
        await on.reads("Filter · 1 of 5 reports")
        await on.press("enter")
        await on.shows(ReportList)
        assert in_force(on).within == 200
        await on.reads("Reports 1 of 5 · within 200 m")


async def test_without_a_position_nothing_is_near() -> None:
    service = city()
    service.where = None
    async with stage(service) as on:
        await at_the_filter(on)
        await on.reads(NO_POSITION)
        await to(on, "within")
        await on.write("500")
        await on.press("enter")
        await on.shows(FilterPage)
        await on.press("escape")
        await on.shows(ReportList)


# --- saved ones ---


async def test_a_filter_is_kept_by_name_and_its_digit_shows_it() -> None:
    async with stage(city()) as on:
        await at_the_filter(on)
        await on.press("space")
        await to(on, "title")
        await on.write("to do")
        await on.press("enter")
        assert on.lines[-1].startswith("F1 help  Esc back  Enter save  ^S show")
        await on.reads("saved as “to do”; 1 shows it in the list")
        await on.reads("1 to do: open")
        kept = ListFilter(name="to do", statuses=frozenset({"open"}))
        assert on.service.saved_filters == [kept]
        await on.press("escape")
        await on.shows(ReportList)
        await on.press("1")
        await on.reads("Reports 3 of 5 · to do · open")
        assert in_force(on) == kept


async def test_the_same_name_is_the_same_filter() -> None:
    service = city()
    service.saved_filters = [ListFilter(name="to do", unsent=True), ListFilter(name="b", news=True)]
    async with stage(service) as on:
        await at_the_filter(on)
        await on.press("space")
        await to(on, "title")
        await on.write("to do")
        await on.press("enter")
        await on.reads("1 to do: open")
        assert [kept.name for kept in service.saved_filters] == ["to do", "b"]


async def test_what_cannot_be_kept_is_said() -> None:
    service = city()
    service.saved_filters = [ListFilter(name=f"n{n}", unsent=True) for n in range(MOST_SAVED)]
    async with stage(service) as on:
        await at_the_filter(on)
        await to(on, "title")
        await on.press("enter")
        await on.reads(NAMELESS)
        await on.write("x")
        await on.press("enter")
        await on.reads(NOTHING)
        await to(on, "status")
        await on.press("space")
        await to(on, "title")
        await on.press("enter")
        await on.reads(TOO_MANY[:50])
        assert not service.called("keep_filters")


async def test_d_removes_the_one_with_the_cursor() -> None:
    service = city()
    service.saved_filters = [ListFilter(name="a", mine=True), ListFilter(name="b", news=True)]
    async with stage(service) as on:
        await at_the_filter(on)
        await on.press("d")
        await to(on, "saved")
        await on.press("j", "d")
        await on.reads("“b” is removed")
        assert [kept.name for kept in service.saved_filters] == ["a"]
        await on.press("enter")
        await on.shows(ReportList)
        assert in_force(on) == ListFilter(name="a", mine=True)


async def test_a_digit_takes_a_saved_one_and_is_a_digit_in_a_field() -> None:
    service = city()
    service.saved_filters = [ListFilter(name="a", mine=True)]
    async with stage(service) as on:
        await at_the_filter(on)
        await to(on, "within")
        await on.press("1", "d")
        assert on.find(LineField, "#within").value == "1d"
        await to(on, "status")
        await on.press("1")
        await on.shows(ReportList)
        await on.reads("Reports 1 of 5 · a · yours")


async def test_f8_shows_all_again() -> None:
    async with stage(city()) as on:
        await at_the_filter(on)
        await on.press("space", "f8")
        await on.shows(ReportList)
        assert in_force(on) == ListFilter()


# --- what happens meanwhile, and small terminals ---


async def test_the_count_follows_the_sync_and_the_search() -> None:
    service = city()
    async with stage(service) as on:
        await on.press("slash", *"number", "enter")
        await at_the_filter(on)
        await on.reads("Filter · 5 of 5 reports with “number”")
        service.reader.add(report(7))
        service.emit(ReportsChanged())
        await on.reads("Filter · 6 of 6 reports with “number”")


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_every_field_can_be_reached(size: tuple[int, int]) -> None:
    service = city()
    service.saved_filters = [ListFilter(name=f"n{n}", unsent=True) for n in range(MOST_SAVED)]
    async with stage(service, size=size) as on:
        await at_the_filter(on)
        seen = []
        for _ in range(7):
            field = on.app.focused
            assert field is not None
            form = on.find(FilterForm)
            assert form.region.overlaps(field.region)
            seen.append(field.id)
            await on.press("tab")
        order = ["status", "only", "sort", "category", "within", "title", "saved"]
        assert seen == order
        assert on.app.focused is not None
        assert on.app.focused.id == "status"


async def test_what_has_room_does_not_scroll() -> None:
    service = city()
    service.saved_filters = [ListFilter(name="a", mine=True)]
    async with stage(service, size=(60, 16)) as on:
        await at_the_filter(on)
        await to(on, "saved")
        await on.reads("> 1 a: yours")
        assert "[ ] open 3" in on.text
