"""The area changes while a terminal works: the sync begins anew, and says what happened."""

import pytest

from civictui.domain.model import Query, RowState, SyncPhase
from civictui.gateway import provisioning
from civictui.gateway.accounts.accounts import Changes
from civictui.gateway.area import Area
from civictui.sync.troubles import BEGINS_ANEW
from tests.service.test_changes import edit
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent
from tests.sync.test_loop import submitted

HERE, ELSEWHERE = Area.box(77, 13, 78, 14), Area.box(87, 23, 88, 24)


def give_area(site: Site, area: Area) -> None:
    folder = provisioning.open_folder(site.folder)
    provisioning.set_user(folder, "demo", Changes(area=area))


@pytest.fixture
async def theirs(site: Site, two: Terminal) -> str:
    """The id of a report of somebody else, in the area of who works on terminal `one`."""
    give_area(site, HERE)
    watch = Watch(two)
    await two.service.sign_in("asha", PASSWORD)
    key = await submitted(two, "Theirs")
    await watch.until(lambda: all_sent(two))
    return key


@pytest.fixture
async def watch(theirs: str, one: Terminal) -> Watch:
    """Terminal `one`, idle, with that report."""
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    return watch


async def states(terminal: Terminal) -> dict[str, RowState]:
    reports = await terminal.service.reader.find(Query())
    rows = await terminal.store.reader.rows(reports)
    return {row.report.description: row.state for row in rows}


async def words(terminal: Terminal) -> list[str]:
    return [note.words for note in await terminal.store.journal.notes() if note.words]


async def test_a_request_that_was_held_ends_and_all_is_compared_anew(
    site: Site, one: Terminal, two: Terminal, watch: Watch
) -> None:
    give_area(site, ELSEWHERE)
    await submitted(two, "One more of theirs")  # and the held request ends
    await submitted(one, "Mine")
    await watch.until(lambda: all_sent(one))
    await watch.until_phase(one, SyncPhase.IDLE)
    assert await states(one) == {"Theirs": RowState.SENT, "Mine": RowState.SENT}
    assert set(await words(one)) <= {BEGINS_ANEW}


async def test_who_asks_sees_it_begin_anew_in_the_same_round(
    site: Site, one: Terminal, theirs: str, watch: Watch
) -> None:
    """And what may not be written any more needs this person, without keeping back the rest."""
    one.service.pause_sync()
    await watch.until_phase(one, SyncPhase.PAUSED)
    await edit(one, theirs, description="Theirs, seen by me")
    await submitted(one, "Mine")
    give_area(site, ELSEWHERE)
    one.service.resume_sync()
    await watch.until_phase(one, SyncPhase.IDLE)
    expected = {"Theirs, seen by me": RowState.NEEDS_YOU, "Mine": RowState.SENT}
    assert await states(one) == expected
    for area in (HERE, ELSEWHERE):
        give_area(site, area)
        before = len(watch.states)
        one.service.sync_now()
        await watch.until(lambda before=before: _began(watch, before))  # type: ignore[misc]
        await watch.until_phase(one, SyncPhase.IDLE)
    assert set(await words(one)) <= {BEGINS_ANEW}


def _began(watch: Watch, before: int) -> bool:
    """Whether a round has begun since so many states were told."""
    return any(state.phase is SyncPhase.CONNECTING for state in watch.states[before:])
