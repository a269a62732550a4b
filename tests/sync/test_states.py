"""The states that a person sees and changes: paused, held, waiting as long as a server wants."""

from civictui.domain.events import PictureFailed
from civictui.domain.model import SyncNote, SyncPhase
from civictui.sync.troubles import BEGINS_ANEW
from tests.faults.faults import Instead
from tests.faults.hostile import Between
from tests.site import PASSWORD, Terminal, Watch, all_sent
from tests.sync.test_loop import submitted

QUOTA = b'{"error": "quota_reached", "reason": "enough for today"}'


async def notes(terminal: Terminal) -> list[SyncNote]:
    return await terminal.store.journal.notes()


# --- paused ------------------------------------------------------------------------------------


async def test_paused_nothing_moves_until_somebody_resumes(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    terminal.service.pause_sync()
    await watch.until_phase(terminal, SyncPhase.PAUSED)
    between.seen.clear()
    await submitted(terminal, "Written while paused")
    terminal.service.sync_now()
    terminal.service.want_picture("some.jpg")
    await watch.until(lambda: any(isinstance(event, PictureFailed) for event in watch.events))
    assert terminal.service.sync_state().phase is SyncPhase.PAUSED
    assert terminal.service.sync_state().unsent.reports == 1
    assert between.seen == []
    terminal.service.resume_sync()
    await watch.until(lambda: all_sent(terminal))
    await watch.until_phase(terminal, SyncPhase.IDLE)


async def test_a_pause_ends_a_round_between_two_steps(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    terminal.service.listen(lambda _: terminal.service.pause_sync())
    await submitted(terminal, "Sent or not")
    await watch.until_phase(terminal, SyncPhase.PAUSED)
    assert terminal.service.sync_state().reason == ""


# --- held --------------------------------------------------------------------------------------


async def test_a_mass_deletion_waits_for_a_person_and_the_rest_goes_on(
    one: Terminal, two: Terminal
) -> None:
    first, second = Watch(one), Watch(two)
    await one.service.sign_in("demo", PASSWORD)
    reports = [await submitted(one, f"Report {n}") for n in range(25)]
    await first.until(lambda: all_sent(one))
    await two.service.sign_in("asha", PASSWORD)
    await second.until_phase(two, SyncPhase.IDLE)
    assert await two.store.reader.count() == 25
    await two.service.lock()

    for report in reports[:22]:
        await one.service.withdraw(report)
    one.service.sync_now()
    await first.until(lambda: all_sent(one))

    await two.service.sign_in("asha", PASSWORD)
    state = await second.until_phase(two, SyncPhase.HELD)
    assert "22 of the 25" in state.reason
    assert await two.store.reader.count() == 25
    words = [note.words for note in await notes(two) if note.words]
    assert [said[:22] for said in words] == ["The server deletes 22 "]
    await submitted(two, "Goes up all the same")
    await second.until(lambda: all_sent(two))
    two.service.sync_now()
    await second.until_phase(two, SyncPhase.HELD)
    assert await two.store.reader.count() == 26
    two.service.allow_deletions()
    await second.until_phase(two, SyncPhase.IDLE)
    assert await two.store.reader.count() == 4


# --- waiting -----------------------------------------------------------------------------------


async def test_a_server_that_asks_for_time_gets_it_unless_somebody_asks(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    ours, later = between.judge, Instead(429, b'{"error": "busy"}', {"Retry-After": "500"})
    between.judge = lambda request: later
    terminal.service.sync_now()
    state = await watch.until_phase(terminal, SyncPhase.WAITING)
    assert state.next_try is not None
    assert (state.next_try - terminal.clock.now()).total_seconds() > 300
    between.judge = ours
    await submitted(terminal, "Somebody is here")
    await watch.until(lambda: all_sent(terminal))


async def test_a_days_quota_is_said_in_words_and_who_asks_has_the_pictures_tried(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    ours, enough = between.judge, Instead(429, QUOTA, {"Retry-After": "80000"})
    between.judge = lambda request: enough if request.path == "/v1/uploads" else ours(request)
    await submitted(terminal, "With a photo", photo=True)
    await watch.until(lambda: "takes no more pictures" in terminal.service.sync_state().reason)
    await submitted(terminal, "Text goes on")
    await watch.until(lambda: nothing_but_photos(terminal))
    assert terminal.service.sync_state().unsent.photos == 1
    between.judge = ours
    terminal.service.sync_now()
    await watch.until(lambda: all_sent(terminal))


async def nothing_but_photos(terminal: Terminal) -> bool:
    unsent = await terminal.store.state.unsent()
    return unsent.reports == 0 and unsent.photos == 1


async def test_a_sequence_that_is_foreign_now_is_said_in_words_for_people(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    foreign = {"error": "foreign_sequence", "reason": "This sequence is not of this database."}
    between.rule = lambda method, path: (400, foreign) if "_changes" in path else None
    terminal.service.sync_now()
    state = await watch.until_phase(terminal, SyncPhase.WAITING)
    assert state.reason == BEGINS_ANEW
    between.rule = lambda method, path: None
    terminal.service.sync_now()
    await watch.until_phase(terminal, SyncPhase.IDLE)


# --- history -----------------------------------------------------------------------------------


async def test_the_history_has_what_moved_and_each_trouble_once(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    await submitted(terminal, "One")
    await watch.until(lambda: all_sent(terminal))
    await watch.until_phase(terminal, SyncPhase.IDLE)
    between.rule = lambda method, path: (503, {"error": "busy", "reason": "out of order"})
    seen = len(between.seen)
    terminal.service.sync_now()
    await watch.until(lambda: len(between.seen) > seen + 3)
    between.rule = lambda method, path: None
    terminal.service.sync_now()
    await watch.until_phase(terminal, SyncPhase.IDLE)
    found = await notes(terminal)
    assert [note.pushed for note in found if note.pushed] == [1]
    assert [note.words for note in found if note.words] == ["The server refused: out of order"]
    assert all(note.at for note in found)


# --- the clock ---------------------------------------------------------------------------------


async def test_a_renewed_session_brings_the_servers_time(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    await terminal.store.secrets.put("clock offset", 5000.0)
    refused = iter([True])
    between.rule = lambda method, path: (401, {}) if next(refused, False) else None
    terminal.service.sync_now()
    await watch.until(lambda: any("refresh" in seen for seen in between.seen))
    await watch.until_phase(terminal, SyncPhase.IDLE)
    offset = await terminal.store.secrets.get("clock offset")
    assert abs(offset) < 100


async def test_requests_that_need_a_new_session_at_once_renew_it_once(
    near: tuple[Terminal, Watch], between: Between
) -> None:
    terminal, watch = near
    worn = iter(range(5))

    def rule(method: str, path: str) -> tuple[int, bytes] | None:
        return (401, b"{}") if "/v1/objects" in path and next(worn, None) is not None else None

    between.rule = rule
    for number in range(5):
        terminal.service.want_picture(f"{number}.jpg")
    failed = (PictureFailed,)
    await watch.until(lambda: sum(isinstance(event, failed) for event in watch.events) == 5)
    assert sum("refresh" in seen for seen in between.seen) == 1
    assert terminal.service.sync_state().phase is SyncPhase.IDLE
