"""Updates from one technician to another, with their photos, through the real gateway."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from civictui.domain.errors import NotFound, UsageError
from civictui.domain.model import Draft, GeoPoint, Report, Update
from civictui.domain.model.update import MOST_AT_ONCE
from civictui.service import new_draft
from civictui.service.nearby import MOST
from tests.service.test_changes import both_in, shared_report
from tests.site import Site, Terminal, Watch, all_sent

PHOTO = Path(__file__).parents[1] / "data" / "photos"


def said(terminal: Terminal, text: str = "Still dark") -> Draft:
    return new_draft(terminal.clock, description=text)


async def heard(terminal: Terminal, watch: Watch, key: str, count: int) -> list[Update]:
    async def is_here() -> bool:
        return len(await terminal.service.reader.updates(key)) == count

    await watch.until(is_here)
    return await terminal.service.reader.updates(key)


async def is_gone(terminal: Terminal, key: str) -> bool:
    return not await terminal.service.reader.rows([key])


async def test_two_remarks_written_offline_reach_both(
    site: Site, one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    site.stop()
    await one.service.remark(key, said(one, "Still dark"))
    await two.service.remark(key, said(two, "Ladder needed\x1b[2J"))
    assert (await one.store.state.unsent()).reports == 1
    site.start()
    for terminal, watch in zip((one, two), watches, strict=True):
        terminal.service.sync_now()
        updates = await heard(terminal, watch, key, 2)
        assert {(update.reported_by, update.text) for update in updates} == {
            ("demo", "Still dark"),
            ("asha", "Ladder needed"),
        }
        await watch.until(partial(all_sent, terminal))
        assert await terminal.service.reader.conflicts() == []


async def test_a_status_and_an_assignment_written_offline_are_in_force_on_both(
    site: Site, one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    site.stop()
    await one.service.update([key], new_draft(one.clock, status="in progress", assignee="asha"))
    await two.service.update([key], new_draft(two.clock, status="closed\x1b[1m", description="x"))
    assert (await one.service.reader.report(key)).report.status == "in progress"
    site.start()
    for terminal, watch in zip((one, two), watches, strict=True):
        terminal.service.sync_now()
        await heard(terminal, watch, key, 2)
        report = (await terminal.service.reader.report(key)).report
        assert (report.status, report.assignee) == ("closed", "asha")
        assert (await terminal.service.reader.document(key))["status"] == "open"
        await watch.until(partial(all_sent, terminal))
        assert await terminal.service.reader.conflicts() == []


async def test_one_act_about_many_is_all_or_nothing_and_once(site: Site, one: Terminal) -> None:
    await one.service.sign_in("demo", "a pass of words")
    keys = [f"r{number}" for number in range(5)]
    for key in keys:
        await one.store.writer.submit(Report(id=key, description="Lamp"))
    path = next(path for path in sorted(PHOTO.rglob("*.jpg")))
    photo = (await one.service.take_photo(str(path))).photo
    draft = Draft(id="d", report="r0", also=tuple(keys[1:]), status="closed", photos=(photo,))
    await one.service.save_draft(draft)
    with pytest.raises(NotFound, match="1 of the 6"):
        await one.service.update([*keys, "gone"], draft)
    assert (await one.service.reader.drafts())[0].reports == tuple(keys)
    made = await one.service.update([*keys, "r0"], draft)
    assert (made[0], len(set(made))) == ("d", 5)
    assert await one.service.update(keys, draft) == made  # the same key pressed twice
    assert await one.service.reader.drafts() == []
    for key in keys:
        (update,) = await one.service.reader.updates(key)
        assert (update.status, update.photos) == ("closed", (photo,))
        assert (await one.service.reader.report(key)).report.status == "closed"
    assert {job.reports for job in await one.store.outbox.jobs()} == {tuple(made)}
    with pytest.raises(UsageError, match="more than"):
        await one.service.update([f"x{number}" for number in range(MOST_AT_ONCE + 1)], draft)


async def test_a_photo_goes_with_its_remark(site: Site, one: Terminal, two: Terminal) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    path = next(path for path in sorted(PHOTO.rglob("*.jpg")))
    taken = await two.service.take_photo(str(path))
    draft = Draft(id="u1", photos=(taken.photo,))
    await two.service.save_draft(draft)
    assert await two.service.remark(key, draft) == "u1"
    assert await two.service.reader.drafts() == []
    assert (await two.store.state.unsent()).photos == 1
    await watches[1].until(lambda: all_sent(two))
    (update,) = await heard(one, watches[0], key, 1)
    assert update.photos == (taken.photo,)

    async def has_thumbnail() -> bool:
        return await one.service.picture(taken.photo.thumbnail) is not None

    await watches[0].until(has_thumbnail)
    one.service.want_picture(taken.photo.large)

    async def has_picture() -> bool:
        return await one.service.picture(taken.photo.large) is not None

    await watches[0].until(has_picture)


async def test_a_remark_on_a_withdrawn_report_is_taken_and_harms_nothing(
    site: Site, one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    site.stop()
    await two.service.remark(key, said(two))
    await one.service.withdraw(key)
    site.start()
    for terminal in (one, two):
        terminal.service.sync_now()
    for terminal, watch in zip((one, two), watches, strict=True):
        await watch.until(partial(all_sent, terminal))
        await heard(terminal, watch, key, 1)
        await watch.until(partial(is_gone, terminal, key))
        assert await terminal.service.reader.conflicts() == []


async def test_nothing_is_no_remark_and_nobody_is_spoken_to(
    site: Site, one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    with pytest.raises(UsageError, match="needs words, a photo, a status"):
        await one.service.remark(key, said(one, " \n "))
    with pytest.raises(UsageError, match="longer than"):
        await one.service.remark(key, said(one, "x" * 20_001))
    with pytest.raises(NotFound):
        await one.service.remark("nobody", said(one))
    update = await one.service.remark(key, said(one))
    with pytest.raises(UsageError, match="never changed"):
        await one.service.begin_edit(update)


async def test_a_draft_of_a_remark_is_not_one_of_an_edit(
    site: Site, one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    await one.service.save_draft(Draft(id="d", report=key, description="Still d"))
    edit = await one.service.begin_edit(key)
    assert edit.id != "d"
    assert edit.base


@pytest.mark.parametrize(
    ("status", "category", "likely"),
    [("open", "light", True), ("open", "hole", False), ("in progress", "Light", True)],
)
async def test_what_is_near_and_open_is_hinted_at(
    site: Site, one: Terminal, status: str, category: str, likely: bool
) -> None:
    await one.service.sign_in("demo", "a pass of words")
    place = GeoPoint(40.5, -73.9)
    near = Report(
        id="near", description="Lamp", category=category, status=status,
        point=GeoPoint(40.5003, -73.9),
    )  # fmt: skip
    far = Report(id="far", description="Lamp", category="light", point=GeoPoint(40.503, -73.9))
    over = Report(id="over", description="Lamp", category="light", status="Closed", point=place)
    for report in (near, far, over):
        await one.store.writer.submit(report)
    (found,) = await one.service.nearby(place, "light")
    assert found.row.report.id == "near"
    assert found.is_likely is likely
    assert 30 < found.meters < 40


async def test_the_likeliest_is_seen_among_many_others(site: Site, one: Terminal) -> None:
    await one.service.sign_in("demo", "a pass of words")
    place = GeoPoint(40.5, -73.9)
    for number in range(MOST + 5):
        hole = Report(id=f"{number:02}", description="Hole", category="hole", point=place)
        await one.store.writer.submit(hole)
    lamp = Report(id="x", description="Lamp", category="light", point=GeoPoint(40.5004, -73.9))
    await one.store.writer.submit(lamp)
    found = await one.service.nearby(place, "light")
    assert found[0].row.report.id == "x"
    assert found[0].is_likely
    assert len(found) == MOST


@pytest.mark.parametrize(("north", "seen"), [(0.0022510, True), (0.0022520, False)])
async def test_the_reach_is_measured_exactly(
    site: Site, one: Terminal, north: float, seen: bool
) -> None:
    await one.service.sign_in("demo", "a pass of words")
    place = GeoPoint(40.5, -73.9)
    await one.store.writer.submit(
        Report(id="edge", description="Lamp", point=GeoPoint(40.5 + north, -73.9))
    )
    assert bool(await one.service.nearby(place, "")) is seen


async def test_what_a_remark_has_closed_is_not_near(site: Site, one: Terminal) -> None:
    await one.service.sign_in("demo", "a pass of words")
    place = GeoPoint(40.5, -73.9)
    await one.store.writer.submit(Report(id="r", description="Lamp", point=place))
    assert len(await one.service.nearby(place, "")) == 1
    for key, status, at in (
        ("a", "fixed", "2026-05-04T12:00:00Z"),
        ("b", "", "2027-01-01T00:00:00Z"),
    ):
        said = Update(
            id=key, report="r", reported_by="demo", reported_at=at, status=status, text="x"
        )
        await one.store.writer.submit_updates([said])
    assert await one.service.nearby(place, "") == []


async def test_a_photo_that_the_server_refused_is_made_smaller(
    site: Site, one: Terminal, two: Terminal
) -> None:
    watches = await both_in(one, two)
    key = await shared_report(one, two, watches)
    site.stop()
    path = max(PHOTO.rglob("*.jpg"), key=lambda path: path.stat().st_size)
    taken = await one.service.take_photo(str(path))
    update = await one.service.remark(key, Draft(id="u", description="x", photos=(taken.photo,)))
    (large,) = [job for job in await one.store.outbox.jobs() if job.key == taken.photo.large]
    await one.store.outbox.update(replace(large, error="too large", code="too_large"))
    (waiting,) = await one.service.waiting()
    assert (waiting.about, waiting.code) == (key, "too_large")
    await one.service.shrink(update)
    (smaller,) = await one.service.reader.updates(key)
    assert smaller.text == "x"
    assert 0 < smaller.photos[0].bytes <= taken.photo.bytes // 2
    site.start()
    one.service.sync_now()
    await watches[0].until(partial(all_sent, one))
