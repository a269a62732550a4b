"""What the list and the page of an update say holds at that moment."""

from dataclasses import replace

from civictui.domain.events import ReportsChanged
from civictui.screens.update_page import UpdatePage
from tests.screens.test_list_choosing import city
from tests.stage import stage


async def test_nothing_found_among_what_is_chosen_is_not_nothing_at_all() -> None:
    service = city()
    async with stage(service) as on:
        await on.reads("number 0")
        await on.press("w", "slash")
        await on.write("number 5")
        await on.reads("No report like this has “number 5” in it: what is new.")
        await on.press("escape")
        await on.reads("2 of 6")


async def test_the_status_that_an_update_would_change_is_that_of_now() -> None:
    service = city()
    async with stage(service) as on:
        await on.reads("number 0")
        await on.press("u")
        await on.shows(UpdatePage)
        await on.reads("now open; with none chosen it stays")
        row = service.reader.reports["r0"]
        closed = replace(row.report, status="closed")
        service.reader.reports["r0"] = replace(row, report=closed)
        service.emit(ReportsChanged())
        await on.reads("now closed; with none chosen it stays")
