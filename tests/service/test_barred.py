"""Who is barred delivers what waits, and leaves: for every member of the service it is decided."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import civictui
from civictui.domain.crash import Crash
from civictui.domain.errors import Barred, CivicError
from civictui.domain.merge import Conflict, Version
from civictui.domain.model import Draft, GeoPoint, PackOrder
from civictui.domain.ports import Service
from civictui.geo.maps.tiles.packed import NOTHING
from civictui.service import CivicService, new_draft
from tests.conftest import MovableClock
from tests.played import PASSWORD, Played

HERE = GeoPoint(40.5, -73.9)
DRAFT = Draft(id="d", description="Lamp out")
PHOTO = Path(__file__).parent.parent / "data" / "pattern" / "thumbnail_20171125_152218.jpg"
VERSION = Version("1-a", {})
CLASH = Conflict(id="r", mine=VERSION, theirs=VERSION, before={})
CRASH = Crash.of(ValueError("x"), "0.1", "here")

Call = Callable[[CivicService], Any]

OPEN: dict[str, Call] = {
    "user": lambda s: s.user,
    "supervises": lambda s: s.supervises,
    "policy": lambda s: s.policy,
    "barred": lambda s: s.barred,
    "terminal": lambda s: s.terminal(),
    "waiting_to_go": lambda s: s.waiting_to_go(),
    "notice": lambda s: s.notice(),
    "listen": lambda s: s.listen(lambda _: None),
    "look_at": lambda s: s.look_at("gateway.example"),
    "sign_in": lambda s: s.sign_in("asha", PASSWORD),
    "reseal": lambda s: s.reseal("earlier"),
    "recover": lambda s: s.recover(),
    "set_aside": lambda s: s.set_aside(),
    "give_up": lambda s: s.give_up(),
    "take_up": lambda s: s.take_up("earlier"),
    "take_up_recovered": lambda s: s.take_up_recovered(PASSWORD),
    "change_password": lambda s: s.change_password(PASSWORD, "another pass of words"),
    "sign_in_again": lambda s: s.sign_in_again(PASSWORD),
    "lock": lambda s: s.lock(linger=True),
    "lingering": lambda s: s.lingering(),
    "accuracy_limit": lambda s: s.accuracy_limit(),
    "at_work_on": lambda s: s.at_work_on("d"),
    "save_draft": lambda s: s.save_draft(DRAFT),
    "export": lambda s: s.export("/nowhere/at-all.cvx", PASSWORD),
    "pause_sync": lambda s: s.pause_sync(),
    "resume_sync": lambda s: s.resume_sync(),
    "send_photos": lambda s: s.send_photos(),
    "stop_packing": lambda s: s.stop_packing(),
    "keep_crash": lambda s: s.keep_crash(CRASH),
    "crashes": lambda s: s.crashes(),
    "want_picture": lambda s: s.want_picture("a.jpg"),
    "sync_now": lambda s: s.sync_now(),
    "sync_state": lambda s: s.sync_state(),
}
"""What goes on: leaving, delivering, and what is being typed; the loop tells that a picture that
is wanted cannot be had.
"""

CLOSED: dict[str, Call] = {
    "reader": lambda s: s.reader,
    "take_photo": lambda s: s.take_photo(str(PHOTO)),
    "take_newest": lambda s: s.take_newest(),
    "capture_photo": lambda s: s.capture_photo(),
    "locate": lambda s: s.locate(print),
    "last_position": lambda s: s.last_position(),
    "addresses": lambda s: s.addresses(HERE),
    "ask_address": lambda s: s.ask_address(HERE),
    "awaiting_addresses": lambda s: s.awaiting_addresses(),
    "nearby": lambda s: s.nearby(HERE, "lamp"),
    "remark": lambda s: s.remark("r", DRAFT),
    "update": lambda s: s.update(["r"], DRAFT),
    "people": lambda s: s.people(),
    "template": lambda s: s.template("r"),
    "unfinished": lambda s: s.unfinished(),
    "filters": lambda s: s.filters(),
    "keep_filters": lambda s: s.keep_filters([]),
    "seen": lambda s: s.seen("r"),
    "shift": lambda s: s.shift(datetime(2026, 5, 4, tzinfo=UTC)),
    "submit": lambda s: s.submit(DRAFT),
    "begin_edit": lambda s: s.begin_edit("r"),
    "withdraw": lambda s: s.withdraw("r"),
    "settle": lambda s: s.settle(CLASH, {}),
    "restore": lambda s: s.restore("r", "1-a"),
    "retry": lambda s: s.retry("r"),
    "shrink": lambda s: s.shrink("r"),
    "discard_unsent": lambda s: s.discard_unsent("r"),
    "waiting": lambda s: s.waiting(),
    "notes": lambda s: s.notes(),
    "allow_deletions": lambda s: s.allow_deletions(),
    "pack_order": lambda s: s.pack_order(),
    "pack": lambda s: s.pack(PackOrder()),
    "packed": lambda s: s.packed(),
    "discard_draft": lambda s: s.discard_draft("d"),
    "picture": lambda s: s.picture("a.jpg"),
    "position": lambda s: s.position(),
}

MEMBERS = {name for name in dir(Service) if not name.startswith("_")}


async def called(call: Call, service: CivicService) -> Any:
    """What it gives, or the error that somebody who may work would meet, too."""
    result = call(service)
    return await result if isinstance(result, Awaitable) else result


@pytest.fixture
async def barred(played: Played) -> Played:
    """Signed in, with a report that waits; then this terminal is disabled."""
    await played.service.sign_in("asha", PASSWORD)
    await played.service.submit(new_draft(played.clock, description="Lamp out"))
    played.asks(disabled=True, disabled_message="It was lost")
    signed = await played.service.sign_in("asha", PASSWORD)
    assert (signed.barred, signed.online) == ("device", True)
    return played


def test_for_every_member_of_the_service_it_is_decided() -> None:
    assert OPEN.keys() | CLOSED.keys() == MEMBERS
    assert not OPEN.keys() & CLOSED.keys()


@pytest.mark.parametrize("name", sorted(OPEN))
async def test_what_goes_on(barred: Played, name: str) -> None:
    try:
        await called(OPEN[name], barred.service)
    except Barred:
        pytest.fail(f"{name} is to work")
    except CivicError:
        pass  # for a reason of its own: there is nothing to recover, no such folder


@pytest.mark.parametrize("name", sorted(CLOSED))
async def test_what_is_closed(barred: Played, name: str) -> None:
    before = list(barred.loop.calls)
    with pytest.raises(Barred) as refused:
        await called(CLOSED[name], barred.service)
    assert (refused.value.why, refused.value.words) == ("device", "It was lost")
    assert barred.loop.calls == before


async def test_what_waits_is_counted_and_its_loop_runs(barred: Played) -> None:
    assert await barred.service.waiting_to_go() == 1
    assert "start" in barred.loop.calls
    await barred.service.lock(linger=True)
    assert barred.service.lingering() == 1


async def test_without_a_link_it_is_as_closed(barred: Played) -> None:
    await barred.service.lock()
    barred.session.linked = False
    signed = await barred.service.sign_in("asha", PASSWORD)
    assert (signed.barred, signed.online) == ("device", False)
    assert barred.loop.calls[0] == "start"
    with pytest.raises(Barred):
        await barred.service.waiting()


async def test_the_sealed_export_is_a_way_out(barred: Played, tmp_path: Path) -> None:
    rescued = await barred.service.export(str(tmp_path / "out.cvx"), PASSWORD)
    assert rescued.reports == 1


async def test_nothing_of_a_packed_map_is_seen(barred: Played) -> None:
    assert barred.service.packed_map() is NOTHING


async def test_in_the_middle_of_work_what_is_typed_is_kept_and_it_can_be_lifted(
    played: Played,
) -> None:
    service = played.service
    await service.sign_in("asha", PASSWORD)
    draft = new_draft(played.clock, description="Half a sen")
    await service.at_work_on(draft.id)
    played.renews(disabled_versions=[civictui.__version__])
    assert service.barred == "version"
    await service.save_draft(draft)
    with pytest.raises(Barred, match="This version"):
        await service.submit(draft)
    with pytest.raises(Barred):
        await service.unfinished()
    played.renews()
    assert not service.barred
    kept = await service.unfinished()
    assert kept is not None
    assert kept.description == "Half a sen"
    await service.submit(draft)
    assert await service.waiting_to_go() == 1


async def test_a_photo_that_is_being_taken_is_taken_to_its_end(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The camera has it nowhere else."""
    from civictui import pictures

    service = played.service
    await service.sign_in("asha", PASSWORD)

    def lost_meanwhile(path: str) -> bytes:
        played.renews(disabled=True)
        return PHOTO.read_bytes()

    monkeypatch.setattr(pictures, "read_file", lost_meanwhile)
    taken = await service.take_photo("a.jpg")
    await service.save_draft(new_draft(played.clock, (taken.photo,), description="x"))
    played.renews()
    (draft,) = await service.reader.drafts()
    assert await service.picture(draft.photos[0].large)


async def test_a_newer_version_is_let_in_without_a_link(
    tmp_path: Path, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = Played(tmp_path / "t", clock)
    monkeypatch.setattr(civictui, "__version__", "1.4")
    played.asks(minimum_version="1.5", disabled_message="Ask at the depot")
    assert (await played.service.sign_in("asha", PASSWORD)).barred == "version"
    with pytest.raises(Barred, match="Ask at the depot"):
        await played.service.people()
    await played.service.lock()
    monkeypatch.setattr(civictui, "__version__", "1.5")
    played.session.linked = False
    signed = await played.service.sign_in("asha", PASSWORD)
    assert not signed.barred
    assert await played.service.people() == []
    await played.service.lock()


async def test_barred_counts_before_a_feature_that_is_off(played: Played) -> None:
    await played.service.sign_in("asha", PASSWORD)
    played.renews(disabled=True, features={"new": False})
    with pytest.raises(Barred):
        await played.service.submit(DRAFT)
