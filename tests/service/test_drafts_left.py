"""Drafts about reports that others withdrew meanwhile: what was written still gets somewhere."""

from dataclasses import replace
from functools import partial

from civictui.domain.ids import id_within
from civictui.domain.model import Draft
from civictui.screens.report_intents import SayUpdate
from civictui.service import new_draft
from tests.service.test_changes import both_in, shared_report
from tests.service.test_updates import is_gone
from tests.site import Site, Terminal, all_sent


async def test_a_change_of_a_report_that_was_withdrawn_is_asked_about(
    site: Site, one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    draft = replace(await two.service.begin_edit(key), description="Two lamps are out")
    await two.service.save_draft(draft)
    await one.service.withdraw(key)
    await watches[1].until(partial(is_gone, two, key))
    (left,) = await two.service.reader.drafts()
    await two.service.submit(left)
    assert await two.service.reader.conflicts() == [key]
    assert await two.service.reader.drafts() == []


async def test_an_update_of_many_is_said_about_those_that_are_left(
    site: Site, one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    gone = await shared_report(one, two, watches)
    here = await two.service.submit(new_draft(two.clock, description="A hole"))
    await watches[1].until(partial(all_sent, two))
    draft = Draft(id="d", description="Done", status="closed", report=gone, also=(here,))
    await two.service.save_draft(draft)
    await one.service.withdraw(gone)
    await watches[1].until(partial(is_gone, two, gone))
    (left,) = await two.service.reader.drafts()
    said = SayUpdate(None, left.reports, left)  # type: ignore[arg-type]
    assert await said.carry_out(two.service) == id_within("d", here)
    assert (await two.service.reader.report(here)).report.status == "closed"
    assert await two.service.reader.drafts() == []
