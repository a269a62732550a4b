"""Saved filters, what was looked at, and who there is, through an unlocked store."""

from civictui.domain.events import ReportsChanged
from civictui.domain.model import MOST_SAVED, Draft, ListFilter, Query, Sort, SyncPhase
from tests.service.test_changes import both_in, shared_report
from tests.site import PASSWORD, Terminal


async def test_filters_are_kept_in_their_order(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    service = one.service
    assert await service.filters() == []
    mine = ListFilter(name="mine", mine=True, statuses=frozenset({"open"}), sort=Sort.STATUS)
    near = ListFilter(name="near", within=500)
    await service.keep_filters([near, mine])
    assert await service.filters() == [near, mine]
    many = [ListFilter(name=f"{number}") for number in range(MOST_SAVED + 1)]
    await service.keep_filters(many)
    assert await service.filters() == many[:MOST_SAVED]


async def test_filters_that_cannot_be_read_are_none(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.store.secrets.put("filters", [3, {"name": ""}, {"name": "x", "within": "far"}])
    assert await one.service.filters() == [ListFilter(name="x")]
    await one.store.secrets.put("filters", "none")
    assert await one.service.filters() == []


async def test_what_another_terminal_sends_is_new_until_it_is_looked_at(
    one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    for terminal in (one, two):
        await terminal.service.seen()
    key = await shared_report(one, two, watches)
    assert await one.service.reader.find(Query(news=True)) == []
    assert await two.service.reader.find(Query(news=True)) == [key]
    assert (await two.service.reader.report(key)).is_new
    await watches[1].until_phase(two, SyncPhase.IDLE)  # the round that brought it is through
    told: list[object] = []
    two.service.listen(told.append)
    await two.service.seen(key)
    await two.service.seen(key)
    assert sum(isinstance(event, ReportsChanged) for event in told) == 1
    assert (await two.service.reader.tally()).news == 0
    await two.service.update([key], Draft(id="u", assignee="zoe"))
    assert await two.service.people() == ["demo", "zoe"]
