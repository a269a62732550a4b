"""States of pages that differ from how one first finds them, pictures, and small terminals.

How each page looks when one comes to it is in `looks/`, see `looks.py`. A changed look is looked
at, then accepted: --snapshot-update.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from civictui.app import CivicApp
from civictui.domain.errors import Refused, SealedOtherwise
from civictui.domain.model import SyncNote, SyncPhase, SyncState, Unsent, Waiting
from civictui.screens.ask import Ask
from civictui.screens.conflict_page import ConflictPage
from civictui.screens.earlier_versions import EarlierVersions
from civictui.screens.export_page import ExportPage
from civictui.screens.login import Login
from civictui.screens.page import Page
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.sealed_otherwise import SealedPage
from civictui.screens.sync_page import SyncPage
from civictui.screens.work_aside import WorkAside
from civictui.terminal.capability import Capability
from civictui.widgets.form.line_field import LineField, PasswordField
from civictui.widgets.form.path_field import PathField
from civictui.widgets.form.question_row import QuestionRow
from civictui.widgets.pictures.picture_pane import PicturePane
from tests.city import PHOTO, filled
from tests.city_services import services
from tests.disputes import clash, disputed, earlier, withdrawn
from tests.fakes import FakeService
from tests.stage import until

SIZES = [(80, 24), (100, 30)]
LEAST = (60, 16)
"""The smallest terminal on which pages are shown: there it is seen what gives way."""


@pytest.fixture(autouse=True)
def _universal_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def app(service: FakeService | None = None) -> CivicApp:
    service = service or filled()
    hint = f"user demo, password {service.password}"
    return CivicApp(
        service, server="https://city.example", hint=hint, capability=Capability(colours=1 << 24)
    )


async def to_the_list(pilot: Pilot[None]) -> None:
    screen = pilot.app.screen
    screen.query_one("#user", LineField).value = "demo"
    password = screen.query_one(PasswordField)
    password.value = "right horse"
    password.focus()
    await pilot.press("enter")
    await until(lambda: isinstance(pilot.app.screen, ReportList))
    await until(lambda: len(pilot.app.screen.query_one("ReportRows").book))  # type: ignore[attr-defined]
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def to_a_report(pilot: Pilot[None]) -> None:
    await to_the_list(pilot)
    await pilot.press("j", "enter")
    await until(lambda: isinstance(pilot.app.screen, ReportDetail))
    await until(lambda: pilot.app.screen.query_one(PicturePane).shows_picture)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def to_the_form(pilot: Pilot[None]) -> None:
    await to_the_list(pilot)
    await pilot.press("n")
    await until(lambda: isinstance(pilot.app.screen, ReportNew))
    await pilot.press(*"Hole", "tab", *"road", "tab")
    pilot.app.screen.query_one(PathField).value = PHOTO
    await pilot.press("tab")
    await until(lambda: pilot.app.screen.query_one(PicturePane).shows_picture)
    await pilot.pause()


async def to_the_errors(pilot: Pilot[None]) -> None:
    await to_the_list(pilot)
    await pilot.press("n")
    await until(lambda: isinstance(pilot.app.screen, ReportNew))
    await pilot.press("tab", "tab", "tab", *"here", "ctrl+s")
    await until(lambda: pilot.app.focused and pilot.app.focused.id == "description")
    await pilot.pause()


# --- passwords and locking ---


def sealed(*, recoverable: bool = True, damaged: bool = False) -> FakeService:
    error = SealedOtherwise(recoverable=recoverable, damaged=damaged)
    return FakeService(failing={"sign_in": error})


async def enter(pilot: Pilot[None], page: type[Page[Any]]) -> None:
    await pilot.press(*"demo", "tab", *"right_horse", "enter")
    await until(lambda: isinstance(pilot.app.screen, page))
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def to_the_sealed_store(pilot: Pilot[None]) -> None:
    await enter(pilot, SealedPage)


async def to_the_refused_recovery(pilot: Pilot[None]) -> None:
    await enter(pilot, SealedPage)
    service = cast(CivicApp, pilot.app).desk.service
    cast(FakeService, service).failing["recover"] = Refused(409, "recovery_off_line", "")
    await pilot.press("f6")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def to_the_question(pilot: Pilot[None]) -> None:
    await enter(pilot, SealedPage)
    await pilot.press("f7")


async def to_the_work_aside(pilot: Pilot[None]) -> None:
    await enter(pilot, WorkAside)


async def to_the_new_password(pilot: Pilot[None]) -> None:
    await to_the_list(pilot)
    await pilot.press("f9", *"right", "enter", *"three", "enter", *"four", "enter")
    await pilot.pause()


async def to_the_lock(pilot: Pilot[None]) -> None:
    await to_the_list(pilot)
    await pilot.press("f12")
    await until(lambda: isinstance(pilot.app.screen, Login))
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def to_the_last_minute(pilot: Pilot[None]) -> None:
    await to_the_list(pilot)
    cast(ReportList, pilot.app.screen).announce("locks in 50 s")
    await pilot.pause()


def unsent() -> FakeService:
    service = filled()
    service.state = SyncState(phase=SyncPhase.WAITING, unsent=Unsent(2, 1, 230_000))
    return service


@pytest.mark.parametrize(
    ("made", "way"),
    [
        (sealed, to_the_sealed_store),
        (partial(sealed, damaged=True, recoverable=False), to_the_sealed_store),
        (sealed, to_the_refused_recovery),
        (sealed, to_the_question),
        (partial(FakeService, aside=1, password="right_horse"), to_the_work_aside),
        (unsent, to_the_new_password),
        (unsent, to_the_lock),
        (unsent, to_the_last_minute),
    ],
    ids=["sealed", "damaged", "refused", "question", "aside", "password", "locked", "soon"],
)
def test_look_of_passwords_and_locking(
    snap_compare: Callable[..., bool],
    made: Callable[[], FakeService],
    way: object,
) -> None:
    assert snap_compare(app(made()), terminal_size=LEAST, run_before=way)


# --- the sync, conflicts, changes ---


def at_odds() -> FakeService:
    """A service with something of everything: refused, waiting, in conflict, done."""
    service = disputed(clash())
    service.reader.put_away["r1"] = [earlier("2-a", "settled"), earlier("1-a")]
    service.reader.lost = [replace(earlier("1-a", "withdrawn"), id="r2")]
    reason = "the photo has 9 MB, more than the 4 MB that this gateway takes of one object"
    service.queue = [
        Waiting(
            id="a", title="Pothole", photos=1, bytes=9_000_000, reason=reason, code="too_large"
        ),
        Waiting(id="b", title="Lamp " * 20, photos=2, bytes=410_000, first=True),
        Waiting(id="c", title="Tree", withdrawn=True),
    ]
    service.journal = [
        SyncNote(at="2026-11-23T10:04:00Z", pushed=2, pulled=13, merged=1, pictures_sent=4),
        SyncNote(at="2026-11-23T09:04:00Z", words="No answer in time from https://city.example"),
    ]
    service.state = SyncState(
        phase=SyncPhase.WAITING,
        reason="No answer in time from https://city.example",
        next_try=datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC),
        unsent=Unsent(2, 3, 9_410_000, needs_you=1),
        sent_bytes=12_345,
        received_bytes=1_234_567,
    )
    return service


def mass_deletion() -> FakeService:
    service = at_odds()
    reason = (
        "The server deletes 1200 of the 5000 reports on this terminal. None of them is deleted "
        "here until you agree."
    )
    service.state = SyncState(phase=SyncPhase.HELD, reason=reason)
    return service


def with_categories() -> FakeService:
    """A city that asks questions, and a report that answers some."""
    service = filled()
    service.reader.city = services()
    answers = {"fault": "flickers", "pole": 12345, "odd": ["a", "b"]}
    for row in list(service.reader.reports.values()):
        service.reader.add(
            replace(row.report, category="street-light", attributes=answers), state=row.state
        )
    return service


async def to_the_questions(pilot: Pilot[None]) -> None:
    """One question answered, a field that is wrong, and the submit key."""
    await to_the_list(pilot)
    await pilot.press("n")
    await until(lambda: isinstance(pilot.app.screen, ReportNew))
    await pilot.app.workers.wait_for_complete()
    await pilot.press(*"Dark", "tab", *"light", "down")
    await until(lambda: len(pilot.app.screen.query(QuestionRow)) == 2)
    await pilot.press("tab", "j", "space", "tab", *"twelve", "ctrl+s")
    await until(lambda: pilot.app.focused and pilot.app.focused.id == "answer-2")
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), LEAST], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("way", [to_the_questions, to_a_report])
def test_look_of_questions(
    snap_compare: Callable[..., bool], way: object, size: tuple[int, int]
) -> None:
    assert snap_compare(app(with_categories()), terminal_size=size, run_before=way)


def withdrawn_meanwhile() -> FakeService:
    return disputed(withdrawn())


async def press(pilot: Pilot[None], keys: list[str], page: type[Screen[Any]]) -> None:
    await to_the_list(pilot)
    for key in keys:
        await pilot.press(key)
        await pilot.app.workers.wait_for_complete()
    await until(lambda: isinstance(pilot.app.screen, page))
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize(
    ("made", "keys", "page"),
    [
        (at_odds, ["S"], SyncPage),
        (mass_deletion, ["S"], Ask),
        (at_odds, ["enter", "c", "m"], ConflictPage),
        (withdrawn_meanwhile, ["enter", "c", "t"], ConflictPage),
        (at_odds, ["enter", "h"], EarlierVersions),
        (at_odds, ["enter", "e"], ReportEdit),
        (at_odds, ["enter", "D"], Ask),
        (at_odds, ["S", "x"], ExportPage),
    ],
    ids=["sync", "held", "conflict", "withdrawn", "versions", "edit", "withdraw", "export"],
)
def test_look_of_the_sync_and_of_changes(
    snap_compare: Callable[..., bool],
    made: Callable[[], FakeService],
    keys: list[str],
    page: type[Screen[Any]],
) -> None:
    way = partial(press, keys=keys, page=page)
    assert snap_compare(app(made()), terminal_size=LEAST, run_before=way)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("way", [to_the_list, to_a_report])
def test_look(snap_compare: Callable[..., bool], way: object, size: tuple[int, int]) -> None:
    assert snap_compare(app(), terminal_size=size, run_before=way)


@pytest.mark.parametrize("way", [to_the_form, to_the_errors])
def test_look_at_80x24(snap_compare: Callable[..., bool], way: object) -> None:
    assert snap_compare(app(), terminal_size=SIZES[0], run_before=way)
