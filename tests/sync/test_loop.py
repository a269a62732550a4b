"""The loop against a real gateway: it notices, it goes on, and it never says what is not so."""

import asyncio
import shutil
import threading
from pathlib import Path

import pytest

from civictui.domain.errors import StoreError
from civictui.domain.events import (
    PictureFailed,
    PictureReady,
    SignInNeeded,
)
from civictui.domain.model import Query, RowState, SyncPhase
from civictui.service import new_draft
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent

PHOTO = Path(__file__).parent.parent / "data" / "pattern" / "thumbnail_20171125_152218.jpg"


async def submitted(terminal: Terminal, description: str, *, photo: bool = False) -> str:
    photos = ((await terminal.service.take_photo(str(PHOTO))).photo,) if photo else ()
    return await terminal.service.submit(
        new_draft(terminal.clock, photos, description=description, place="13.07, 77.78")
    )


async def test_a_report_goes_up_by_itself_and_comes_down_by_itself(
    one: Terminal, two: Terminal
) -> None:
    first, second = Watch(one), Watch(two)
    await one.service.sign_in("demo", PASSWORD)
    await two.service.sign_in("asha", PASSWORD)
    await second.until_phase(two, SyncPhase.IDLE)
    report = await submitted(one, "Lamp out", photo=True)
    assert (await one.service.reader.report(report)).state is RowState.QUEUED
    await first.until(lambda: all_sent(one))
    await second.until(lambda: _has(two, report))
    photo = (await two.service.reader.report(report)).report.photos[0]
    await second.until(lambda: _picture(two, photo.thumbnail))
    two.service.want_picture(photo.large)
    await second.until(lambda: PictureReady(photo.large) in second.events)
    assert await two.service.picture(photo.large) == await one.service.picture(photo.large)
    assert (await one.service.reader.report(report)).state is RowState.SENT


async def _has(terminal: Terminal, report: str) -> bool:
    return report in await terminal.service.reader.find(Query())


async def _picture(terminal: Terminal, key: str) -> bool:
    return await terminal.service.picture(key) is not None


async def test_offline_it_says_why_and_when_and_goes_on_by_itself(
    site: Site, one: Terminal
) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    await asyncio.to_thread(site.stop)
    state = await watch.until_phase(one, SyncPhase.OFFLINE)
    proved = watch.states[-2].proved_at
    assert proved is not None
    assert state.reason.startswith(("Cannot reach", "Lost the connection"))
    assert state.next_try is not None
    assert state.proved_at == proved
    await submitted(one, "Made offline", photo=True)
    one.service.sync_now()
    await watch.until(lambda: one.service.sync_state().unsent.reports == 1)
    assert one.service.sync_state().unsent.photos == 1
    await asyncio.to_thread(site.start)
    await watch.until(lambda: all_sent(one))
    last = await watch.until_phase(one, SyncPhase.IDLE)
    assert last.unsent.nothing


async def test_nothing_unsent_is_never_shown_after_a_report_was_saved(one: Terminal) -> None:
    """From the moment that submit returns, "all sent" means that this report was acknowledged."""
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    for number in range(20):
        report = await submitted(one, f"Report {number}")
        if one.service.sync_state().unsent.nothing:
            assert (await one.service.reader.report(report)).state is RowState.SENT
    await watch.until(lambda: all_sent(one))
    await watch.until(lambda: watch.states[-1].phase is SyncPhase.IDLE)
    assert watch.states[-1].unsent.nothing
    assert watch.states[-1].proved_at is not None


async def test_progress_counts_up_to_all_of_it(one: Terminal, two: Terminal) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    for number in range(3):
        await submitted(one, f"Report {number}")
    await watch.until(lambda: all_sent(one))
    second = Watch(two)
    await two.service.sign_in("asha", PASSWORD)
    await second.until_phase(two, SyncPhase.IDLE)
    pulls = [(s.done, s.total) for s in second.states if s.phase is SyncPhase.PULLING and s.total]
    assert pulls[-1] == (3, 3)
    assert pulls == sorted(pulls)


async def test_a_revoked_session_asks_for_the_password_and_goes_on(
    site: Site, one: Terminal
) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    await asyncio.to_thread(site.stop)
    shutil.rmtree(site.folder / "sessions")
    await asyncio.to_thread(site.start)
    one.service.sync_now()
    await watch.until(lambda: SignInNeeded("demo") in watch.events)
    report = await submitted(one, "Written meanwhile")  # it wakes the loop, which asks once more
    await watch.until_phase(one, SyncPhase.NEEDS_SIGN_IN)
    await one.service.sign_in_again(PASSWORD)
    await watch.until(lambda: all_sent(one))
    assert (await one.service.reader.report(report)).state is RowState.SENT


async def test_a_store_opened_offline_goes_on_with_its_sealed_token(
    site: Site, one: Terminal
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock()
    await asyncio.to_thread(site.stop)
    watch = Watch(one)
    signed = await one.service.sign_in("demo", PASSWORD)
    assert not signed.online
    await submitted(one, "Made offline")
    await asyncio.to_thread(site.start)
    await watch.until(lambda: all_sent(one))


async def test_a_picture_that_the_server_lacks_is_pending_not_an_error(one: Terminal) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    one.service.want_picture("no-such.jpg")
    await watch.until(lambda: any(isinstance(event, PictureFailed) for event in watch.events))
    (failed,) = (event for event in watch.events if isinstance(event, PictureFailed))
    assert "not on the server yet" in failed.reason
    assert one.service.sync_state().phase is SyncPhase.IDLE


async def test_locking_ends_the_thread_and_closes_the_store(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    assert "sync" in {thread.name for thread in threading.enumerate()}
    await one.service.lock()
    assert "sync" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(StoreError):
        _ = one.service.reader
    one.service.sync_now()
    assert one.service.user == ""


async def test_submitting_twice_is_one_report(one: Terminal, two: Terminal) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    draft = new_draft(one.clock, description="Twice")
    await asyncio.gather(one.service.submit(draft), one.service.submit(draft))
    await watch.until(lambda: all_sent(one))
    await one.service.submit(draft)
    await two.service.sign_in("asha", PASSWORD)
    await Watch(two).until(lambda: _has(two, draft.id))
    assert len(await two.service.reader.find(Query())) == 1
    assert await two.store.reader.conflicts() == []
