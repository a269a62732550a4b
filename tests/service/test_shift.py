"""The summary of a shift, through an unlocked store and with a real gateway."""

from datetime import UTC, datetime, timedelta

from civictui.domain.model import Draft, RowState, Shift, Status
from civictui.domain.ports import WriteFailure
from civictui.service import new_draft
from tests.service.test_changes import both_in, edit, shared_report
from tests.site import PASSWORD, Terminal, all_sent

MINUTE = timedelta(minutes=1)


async def shift(terminal: Terminal, ago: timedelta = MINUTE) -> Shift:
    return await terminal.service.shift(datetime.now(UTC) - ago)


async def reported(terminal: Terminal, words: str) -> str:
    place = "40.5, -73.9"
    draft = new_draft(terminal.clock, description=words, place=place, address="1 Main St")
    return await terminal.service.submit(draft)


async def test_what_was_done_without_a_link_is_told_as_not_sent(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    one.service.pause_sync()
    lamp, hole = await reported(one, "Lamp out"), await reported(one, "Hole")
    await one.service.update([lamp, hole], Draft(id="u", description="Ladder", status="Closed"))
    await one.service.update([hole], Draft(id="v", assignee="demo"))
    await one.service.withdraw(lamp)
    await one.service.save_draft(new_draft(one.clock, description="Bench"))
    told = await shift(one)
    assert [deed.id for deed in told.reported] == [hole]
    assert [(deed.report, deed.status, deed.assignee) for deed in told.said][-1][1:] == ("", "demo")
    assert {deed.report: deed.title for deed in told.closed} == {lamp: "Lamp out", hole: "Hole"}
    assert [(deed.id, deed.title) for deed in told.withdrawn] == [(lamp, "Lamp out")]
    assert told.not_sent == len(told.deeds) == 5
    assert told.unsent.reports == 2
    assert (told.drafts, told.assigned, told.edited) == (("Bench",), 0, ())


async def test_it_is_sent_when_the_server_has_it_and_needs_you_when_it_refused(
    one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    told = await shift(one)
    assert [(deed.id, deed.state) for deed in told.reported] == [(key, RowState.SENT)]
    assert told.unsent.nothing
    await edit(two, key, address="2 Main St")
    await watches[1].until(lambda: all_sent(two))
    assert [deed.id for deed in (await shift(two)).edited] == [key]
    assert [deed.at for deed in (await shift(two)).edited] != [""]
    two.service.pause_sync()
    (said,) = await two.service.update([key], Draft(id="u", status=Status.IN_PROGRESS))
    rev = (await two.store.reader.document(said))["_rev"]
    await two.store.reject([WriteFailure(said, rev, "forbidden", "not here")])
    told = await shift(two)
    assert [(deed.state, deed.reason) for deed in told.said] == [(RowState.NEEDS_YOU, "not here")]
    assert [entry.id for entry in told.refused] == [said]


async def test_only_the_time_asked_for_counts(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await reported(one, "Lamp out")
    ahead = await shift(one, -MINUTE)
    assert ahead.deeds == ()
    assert len((await shift(one)).deeds) == 1


async def test_the_server_s_clock_is_what_times_are_compared_by(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.store.secrets.put("clock offset", -7200.0)
    await reported(one, "Lamp out")
    assert len((await shift(one)).deeds) == 1
