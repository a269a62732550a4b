"""The page of the sync: what it says, and what can be done with an entry."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from civictui.domain.errors import PictureError, Refused
from civictui.domain.events import ReportsChanged, SyncStateChanged
from civictui.domain.model import (
    Report,
    RowState,
    SyncNote,
    SyncPhase,
    SyncState,
    Unsent,
    Waiting,
)
from civictui.screens.ask import Ask
from civictui.screens.conflict_page import ConflictPage
from civictui.screens.earlier_versions import EarlierVersions
from civictui.screens.export_page import ExportPage
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_list import ReportList
from civictui.screens.sign_in_again import AskPassword
from civictui.screens.sync_page import SyncPage
from civictui.widgets.block_list import OpenBlocks
from tests.disputes import clash
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

NEW = Waiting(id="a", title="Pothole", photos=2, bytes=410_000, first=True)
LARGE = Waiting(
    id="b", title="Lamp", photos=1, bytes=9_000_000, text=False, reason="9 MB", code="too_large"
)
REFUSED = Waiting(id="c", title="Bench", reason="the area is not yours", code="forbidden")
GOING = Waiting(id="d", title="Tree", withdrawn=True)
NOT_SENT = "it will not be sent"
HELD = SyncState(
    phase=SyncPhase.HELD,
    reason="The server deletes 30 of the 40 reports on this terminal",
    total=30,
)


def service_with(*queue: Waiting, **fields: object) -> FakeService:
    service = FakeService(queue=list(queue), **fields)  # type: ignore[arg-type]
    reports = (Report(id=e.id, description=e.title, reported_by="demo") for e in queue)
    service.reader.add(*(report for report in reports if report.id != GOING.id))
    if queue:
        service.state = service.state.with_(unsent=Unsent(len(queue)))
    return service


async def look(on: Stage) -> SyncPage:
    await on.press("S")
    page = await on.shows(SyncPage)
    await on.reads("Proved")
    return page


def keys(on: Stage) -> str:
    return on.lines[-1]


# --- what it says ---


async def test_one_look_at_the_link_the_proof_and_the_bytes() -> None:
    state = SyncState(
        phase=SyncPhase.WAITING,
        reason="Cannot reach https://reports.example.org",
        next_try=datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC),
        proved_at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
        sent_bytes=12_345,
        received_bytes=1_234_567,
    )
    async with stage(FakeService(state=state)) as on:
        await look(on)
        await on.reads("waiting: Cannot reach https://reports.example.org; next try ")
        await on.reads("all sent")
        await on.reads("Proved    ")
        await on.reads("sent 12 kB, received 1.2 MB")
        await on.reads("Nothing waits, and nothing needs you.")


async def test_never_proved_is_never_all_sent() -> None:
    async with stage() as on:
        await look(on)
        await on.reads("never: no round with the server was whole yet")
        assert "all sent" not in on.text


async def test_what_waits_is_listed_what_needs_the_person_first() -> None:
    async with stage(service_with(NEW, LARGE, REFUSED, GOING)) as on:
        await look(on)
        await on.reads("Needs you: 2")
        await on.reads("Waits to be sent: 2")
        text = on.text
        places = [text.index(word) for word in ("! Lamp", "! Bench", "↑ Pothole", "↑ Tree")]
        assert places == sorted(places)
        for words in (
            "1 photo 9.0 MB",
            "the server: 9 MB",
            "the server: the area is not yours",
            "new report, 2 photos 410 kB",
            "withdrawal",
        ):
            assert words in text


async def test_conflicts_and_history_have_their_places() -> None:
    service = FakeService(
        journal=[
            SyncNote(at="2026-11-23T10:04:00Z", pushed=2, pulled=1, merged=3, pictures_sent=1),
            SyncNote(at="2026-11-23T09:04:00Z", words="No answer in time"),
        ]
    )
    service.reader.add(Report(id="r1", description="The lamp"), state=RowState.CONFLICT)
    service.reader.disputes["r1"] = clash()
    async with stage(service) as on:
        await look(on)
        for words in (
            "Conflicts to settle: 1",
            "≠ The lamp",
            "sent 2 changes, 1 picture; received 1 change; merged 3",
            "No answer in time",
        ):
            await on.reads(words)


async def test_a_thousand_that_wait_are_counted_not_all_drawn() -> None:
    many = [replace(NEW, id=f"{n}") for n in range(1_000)]
    async with stage(service_with(*many)) as on:
        await look(on)
        await on.reads("Waits to be sent: 1,000")
        await on.press("G")
        await on.press("j")
        await on.reads("and 700 more")


async def test_it_follows_the_sync_and_the_cursor_stays_on_its_entry() -> None:
    service = service_with(NEW, REFUSED)
    async with stage(service) as on:
        await look(on)
        await on.reads("! Bench")
        await on.press("j")
        await on.reads("> ↑ Pothole")
        service.queue.append(LARGE)
        service.emit(
            SyncStateChanged(service.state.with_(phase=SyncPhase.PULLING, done=2, total=9))
        )
        await on.reads("! Lamp")
        await on.reads("2 of 9 changes")
        assert on.find(OpenBlocks).key == "a"
        service.queue.remove(NEW)
        service.emit(ReportsChanged())
        await until(lambda: on.find(OpenBlocks).key == "b")


# --- an entry ---


async def test_enter_opens_the_report_or_the_conflict() -> None:
    service = service_with(NEW)
    service.reader.add(Report(id="r1", description="The lamp"), state=RowState.CONFLICT)
    service.reader.disputes["r1"] = clash()
    async with stage(service) as on:
        await look(on)
        await on.reads("> ≠ The lamp")
        await on.press("enter")
        await on.shows(ConflictPage)
        await on.press("escape")
        await on.shows(SyncPage)
        await on.press("j", "enter")
        await on.shows(ReportDetail)
        await on.reads("Pothole")
        await on.press("escape", "escape")
        await on.shows(ReportList)


async def test_a_withdrawn_report_opens_its_earlier_versions() -> None:
    async with stage(service_with(GOING)) as on:
        await look(on)
        await on.reads("> ↑ Tree")
        assert "e edit" not in keys(on)
        await on.press("enter")
        await on.shows(EarlierVersions)


async def test_only_what_can_be_done_with_the_entry_is_offered() -> None:
    async with stage(service_with(NEW, LARGE, REFUSED), size=(120, 30)) as on:
        await look(on)
        await on.reads("> ! Lamp")
        assert "s shrink  t retry  d discard" in keys(on)
        await on.press("j")
        assert "s shrink" not in keys(on)
        assert "e edit  t retry  d discard" in keys(on)
        await on.press("j")
        assert "t retry" not in keys(on)
        assert "e edit  d discard" in keys(on)


async def test_a_photo_that_goes_by_itself_is_not_discarded() -> None:
    photo = replace(LARGE, reason="", code="")
    async with stage(service_with(photo)) as on:
        await look(on)
        await on.reads("> ↑ Lamp")
        assert "d discard" not in keys(on)
        await on.press("d")
        assert isinstance(on.app.screen, SyncPage)


async def test_a_photo_that_is_too_large_is_shrunk() -> None:
    async with stage(service_with(LARGE)) as on:
        await look(on)
        await on.reads("> ! Lamp")
        await on.press("s")
        await on.reads("smaller now")
        assert on.service.called("shrink") == ["b"]


async def test_one_that_cannot_be_made_smaller_says_why() -> None:
    service = service_with(LARGE)
    service.failing["shrink"] = PictureError("The photo is as small as it can be", "Take another.")
    async with stage(service) as on:
        await look(on)
        await on.reads("> ! Lamp")
        await on.press("s")
        await on.reads("The photo is as small as it can be. Take another.")


async def test_one_refused_is_offered_again() -> None:
    async with stage(service_with(REFUSED)) as on:
        await look(on)
        await on.reads("> ! Bench")
        await on.press("t")
        await on.reads("offered again")
        await on.reads("> ↑ Bench")
        assert on.service.called("retry") == ["c"]


async def test_one_refused_is_edited() -> None:
    async with stage(service_with(REFUSED)) as on:
        await look(on)
        await on.reads("> ! Bench")
        await on.press("e")
        await on.shows(ReportEdit)
        await on.write("!")
        await on.press("ctrl+s")
        await on.shows(SyncPage)
        await on.reads("the change is saved on this terminal")
        assert on.service.reader.reports["c"].report.description == "Bench!"


@pytest.mark.parametrize(
    ("entry", "words", "safe", "done"),
    [
        (NEW, "Throw this report away? The server has never had it.", "Keep it", NOT_SENT),
        (REFUSED, "Throw your change away? What the server has holds again.", "Keep it", NOT_SENT),
        (
            GOING,
            "Take your withdrawal back? The report stays.",
            "Leave it withdrawn",
            "the withdrawal is taken back: the report stays",
        ),
        (
            LARGE,
            "Leave the photo out? The report stays without it.",
            "Keep it",
            "the photo is left out: the report stays without it",
        ),
        (
            replace(LARGE, photos=2),
            "Leave out the photos that the server refused?",
            "Keep them",
            "the refused photos are left out",
        ),
    ],
)
async def test_discarding_asks_with_a_name_and_the_safe_answer_first(
    entry: Waiting, words: str, safe: str, done: str
) -> None:
    async with stage(service_with(entry)) as on:
        await look(on)
        await on.reads(entry.title)
        await on.press("d")
        await on.shows(Ask)
        await on.reads(words)
        await on.reads(f"> {safe}")
        await on.press("enter")
        await on.shows(SyncPage)
        assert not on.service.called("discard_unsent")
        await on.press("d", "right", "enter")
        await on.reads(done)
        await on.reads("Nothing waits")
        assert on.service.called("discard_unsent") == [entry.id]


async def test_without_an_entry_nothing_can_be_done_with_one() -> None:
    async with stage() as on:
        await look(on)
        await on.press("e", "s", "t", "d", "x", "a", "enter")
        assert isinstance(on.app.screen, SyncPage)
        assert [name for name, _ in on.service.calls] == ["sign_in"]


async def test_a_failure_is_said_and_the_entry_stays() -> None:
    service = service_with(REFUSED)
    service.failing["begin_edit"] = Refused(403, "forbidden", "not yours")
    async with stage(service) as on:
        await look(on)
        await on.reads("> ! Bench")
        await on.press("e")
        await on.reads("not yours")
        await on.reads("> ! Bench")


# --- the sync as a whole ---


async def test_synchronising_now_and_pausing_and_going_on() -> None:
    async with stage() as on:
        await look(on)
        await on.press("r")
        assert on.service.called("sync_now") == [None]
        await on.press("p")
        await on.reads("Link      paused")
        await on.press("p")
        await on.reads("Link      connecting")
        assert [name for name, _ in on.service.calls][-2:] == ["pause_sync", "resume_sync"]


async def test_after_the_end_of_the_session_the_password_is_asked_for() -> None:
    async with stage(FakeService(state=SyncState(phase=SyncPhase.NEEDS_SIGN_IN))) as on:
        await look(on)
        await on.press("r")
        await on.shows(AskPassword)


async def test_deletions_that_are_held_are_asked_about_once_by_themselves() -> None:
    service = FakeService(state=HELD)
    async with stage(service) as on:
        await on.press("S")
        await on.shows(Ask)
        await on.reads("The server deletes 30 of the 40 reports on this terminal")
        await on.reads("> Keep waiting")
        await on.press("enter")
        await on.shows(SyncPage)
        service.emit(SyncStateChanged(HELD.with_(sent_bytes=5)))
        await on.settle()
        assert isinstance(on.app.screen, SyncPage)
        assert not service.called("allow_deletions")
        await on.press("a", "right", "enter")
        await on.shows(SyncPage)
        assert service.called("allow_deletions") == [None]


async def test_deletions_that_come_to_be_held_are_asked_about_on_this_page() -> None:
    service = FakeService()
    async with stage(service) as on:
        await look(on)
        assert "a deletions" not in keys(on)
        service.emit(SyncStateChanged(HELD))
        await on.shows(Ask)
        await on.press("escape")
        await on.reads("a deletions")
        service.emit(SyncStateChanged(SyncState(phase=SyncPhase.IDLE)))
        service.emit(SyncStateChanged(HELD))
        await on.shows(Ask)


# --- export ---


async def test_all_that_is_unsent_goes_into_a_sealed_file() -> None:
    async with stage(service_with(NEW)) as on:
        await look(on)
        await on.reads("Pothole")
        await on.press("x")
        await on.shows(ExportPage)
        await on.press(*"/m/x.cvx", "enter", *"secret", "enter", *"other", "enter")
        await on.reads("The two passwords are not the same.")
        await on.press(*"secret", "enter", *"secret", "enter")
        await on.shows(SyncPage)
        await on.reads("2 reports and 1 photo in the file")
        assert on.service.called("export") == [("/m/x.cvx", "secret")]


async def test_an_export_needs_a_file_and_a_password_and_esc_goes_back() -> None:
    async with stage(service_with(NEW)) as on:
        await look(on)
        await on.reads("Pothole")
        await on.press("x")
        await on.shows(ExportPage)
        await on.press("enter", "enter", "enter")
        await on.reads("Name a file, and type a password for it twice.")
        await on.press("escape")
        await on.shows(SyncPage)
        assert not on.service.called("export")


async def test_a_file_that_is_there_already_is_said_and_stays() -> None:
    service = service_with(NEW)
    service.failing["export"] = Refused(0, "", "it is there already")
    async with stage(service) as on:
        await look(on)
        await on.reads("Pothole")
        await on.press("x", *"/m/x", "enter", *"secret", "enter", *"secret", "enter")
        await on.reads("it is there already")
        assert isinstance(on.app.screen, ExportPage)


# --- what waits by a rule of the link ---


async def test_photos_that_wait_for_the_depot_are_said_and_can_be_sent() -> None:
    service = service_with(NEW)
    unsent = Unsent(photos=2, bytes=410_000)
    async with stage(service) as on:
        await look(on)
        assert "photos now" not in keys(on)
        service.emit(
            SyncStateChanged(service.state.with_(unsent=unsent, resting=2, rest="for the depot"))
        )
        await on.reads("2 photos 410 kB wait for the depot; f sends them now")
        await until(lambda: "photos now" in keys(on))
        assert "Needs you" not in on.text
        await on.press("f")
        await on.reads("the photos go now")
        assert service.called("send_photos") == [None]
        service.emit(SyncStateChanged(service.state.with_(unsent=Unsent(), resting=0)))
        await until(lambda: "photos now" not in keys(on))
        await on.press("f")
        assert service.called("send_photos") == [None]


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        (SyncPhase.OFFLINE, "the photos go when there is a link"),
        (SyncPhase.PAUSED, "the photos go when the sync goes on"),
    ],
)
async def test_photos_that_cannot_go_at_once_are_not_said_to(phase: SyncPhase, said: str) -> None:
    service = service_with(NEW)
    waits = service.state.with_(
        phase=phase, unsent=Unsent(photos=2, bytes=410_000), resting=2, rest="for the depot"
    )
    async with stage(service) as on:
        await look(on)
        service.emit(SyncStateChanged(waits))
        await until(lambda: "photos now" in keys(on))
        await on.press("f")
        await on.reads(said)
        assert service.called("send_photos") == [None]
