"""Two technicians without a link change the same two hundred reports; both come to the same."""

from dataclasses import replace
from functools import partial

from civictui.domain.model import Query, ReportRow, RowState
from civictui.domain.model.update import MOST_AT_ONCE
from civictui.service import new_draft
from tests.service.test_changes import both_in
from tests.site import PASSWORD, Site, Terminal, all_sent

UNSENT = frozenset({RowState.QUEUED, RowState.SENDING, RowState.NEEDS_YOU})


async def rows(terminal: Terminal) -> list[ReportRow]:
    reader = terminal.service.reader
    return await reader.rows(await reader.find(Query()))


async def stands(terminal: Terminal) -> dict[str, tuple[str, str, RowState]]:
    found = await rows(terminal)
    return {r.report.id: (r.report.status, r.report.assignee, r.state) for r in found}


async def count(terminal: Terminal, query: Query) -> int:
    return len(await terminal.service.reader.find(query))


async def all_here(terminal: Terminal) -> bool:
    return await terminal.service.reader.count() == MOST_AT_ONCE


async def test_what_both_change_offline_is_the_same_on_both_afterwards(
    site: Site, one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    for number in range(MOST_AT_ONCE):
        await one.service.submit(new_draft(one.clock, description=f"Lamp {number}"))
    await watches[0].until(partial(all_sent, one))
    two.service.sync_now()
    await watches[1].until(partial(all_here, two))
    keys = [row.report.id for row in await rows(one)]
    for terminal in (one, two):
        await terminal.service.seen()
    site.stop()

    await one.service.update(keys, new_draft(one.clock, status="closed"))
    half = keys[: MOST_AT_ONCE // 2]
    await two.service.update(half, new_draft(two.clock, status="in progress", assignee="asha"))
    assert set((await stands(one)).values()) == {("closed", "", RowState.QUEUED)}
    assert await count(one, Query(states=UNSENT)) == MOST_AT_ONCE
    assert await count(two, Query(states=UNSENT)) == len(half)
    assert one.service.sync_state().unsent.reports == MOST_AT_ONCE
    assert await count(one, Query(news=True)) == 0

    site.start()
    for terminal, watch in zip((one, two), watches, strict=True):
        terminal.service.sync_now()
        await watch.until(partial(same, one, two))
        await watch.until(partial(all_sent, terminal))
    wanted = dict.fromkeys(keys, ("closed", "", RowState.SENT))
    wanted |= dict.fromkeys(half, ("in progress", "asha", RowState.SENT))
    assert await stands(one) == await stands(two) == wanted
    assert await count(one, Query(statuses=frozenset({"closed"}))) == MOST_AT_ONCE - len(half)
    assert await count(two, Query(assigned="asha")) == len(half)
    assert await count(one, Query(news=True)) == len(half)
    assert await count(two, Query(news=True)) == MOST_AT_ONCE


async def same(one: Terminal, two: Terminal) -> bool:
    for terminal in (one, two):
        terminal.service.sync_now()
    return await stands(one) == await stands(two) and await all_sent(one) and await all_sent(two)


async def test_an_edit_neither_writes_what_is_in_force_nor_undoes_it(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    key = await one.service.submit(new_draft(one.clock, description="Lamp"))
    await one.service.update([key], new_draft(one.clock, status="closed", assignee="asha"))
    draft = await one.service.begin_edit(key)
    await one.service.update([key], new_draft(one.clock, status="in progress"))
    assert await one.service.submit(replace(draft, description="Lamp out")) == key
    document = await one.service.reader.document(key)
    assert (document["status"], "assignee" in document) == ("open", False)
    report = (await one.service.reader.report(key)).report
    said = report.description, report.status, report.assignee
    assert said == ("Lamp out", "in progress", "asha")
    (version, *_) = await one.service.reader.versions(key)
    await one.service.restore(key, version.rev)
    report = (await one.service.reader.report(key)).report
    said = report.description, report.status, report.assignee
    assert said == ("Lamp", "in progress", "asha")
