"""What needs somebody, and what can be done about it, against a real gateway."""

from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.errors import PictureError, UsageError
from civictui.domain.model import RowState, SyncPhase
from civictui.domain.ports import WriteFailure
from civictui.service import new_draft
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent

PHOTO = Path(__file__).parents[1] / "data" / "photos" / "broken-odd" / "hopper_bad_exif.jpg"


async def refused_report(terminal: Terminal) -> str:
    """A report that the server has refused."""
    key = await terminal.service.submit(new_draft(terminal.clock, description="Lamp out"))
    rev = (await terminal.service.reader.document(key))["_rev"]
    await terminal.store.reject([WriteFailure(key, rev, "doc_validation", "no category")])
    return key


async def test_what_is_refused_is_explained_and_retried(site: Site, one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    watch = Watch(one)
    site.stop()
    key = await refused_report(one)
    (waiting,) = await one.service.waiting()
    assert (waiting.id, waiting.reason, waiting.code) == (key, "no category", "doc_validation")
    assert (await one.service.reader.report(key)).state is RowState.NEEDS_YOU
    site.start()
    await one.service.retry(key)
    await watch.until(lambda: all_sent(one))
    assert await one.service.waiting() == []


async def test_what_is_refused_can_be_taken_back(site: Site, one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    site.stop()
    key = await refused_report(one)
    await one.service.discard_unsent(key)
    assert await one.service.waiting() == []
    assert one.service.sync_state().unsent.nothing
    assert [version.why for version in await one.service.reader.versions(key)] == ["discarded"]


async def test_a_photo_that_is_too_large_is_made_smaller(site: Site, one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    watch = Watch(one)
    site.stop()
    taken = await one.service.take_photo(str(PHOTO))
    draft = new_draft(one.clock, (taken.photo,), description="Lamp out")
    key = await one.service.submit(draft)
    with pytest.raises(PictureError):
        await one.service.shrink(key)
    (large,) = [job for job in await one.store.outbox.jobs() if job.key == taken.photo.large]
    refused = replace(large, error="The picture is too large", code="too_large")
    await one.store.outbox.update(refused)
    (waiting,) = await one.service.waiting()
    assert (waiting.code, waiting.photos) == ("too_large", 1)
    await one.service.shrink(key)
    photo = (await one.service.reader.report(key)).report.photos[0]
    assert 0 < photo.bytes <= taken.photo.bytes // 2
    assert {job.key for job in await one.store.outbox.jobs()} == {photo.large, photo.thumbnail}
    site.start()
    one.service.sync_now()
    await watch.until(lambda: all_sent(one))


async def test_what_waits_can_be_taken_along(site: Site, one: Terminal, tmp_path: Path) -> None:
    await one.service.sign_in("demo", PASSWORD)
    site.stop()
    await refused_report(one)
    target = tmp_path / "all.bundle"
    found = await one.service.export(str(target), "a word for the bundle")
    assert found.reports == 1
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError):
        await one.service.export(str(target), "a word for the bundle")


async def test_a_paused_sync_sends_nothing_until_it_goes_on(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    watch = Watch(one)
    await watch.until_phase(one, SyncPhase.IDLE)
    one.service.pause_sync()
    await watch.until_phase(one, SyncPhase.PAUSED)
    await one.service.submit(new_draft(one.clock, description="Lamp out"))
    one.service.sync_now()
    assert one.service.sync_state().unsent.reports == 1
    one.service.resume_sync()
    await watch.until(lambda: all_sent(one))


async def test_the_sync_keeps_a_journal(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    watch = Watch(one)
    await one.service.submit(new_draft(one.clock, description="Lamp out"))
    await watch.until(lambda: all_sent(one))

    async def noted() -> bool:
        return any(note.pushed == 1 for note in await one.service.notes())

    await watch.until(noted)
