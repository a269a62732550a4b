"""The help of a page lists exactly the keys that work on it at that moment."""

from functools import partial

import pytest

from civictui.domain.errors import SealedOtherwise
from civictui.keys import BY_ID, NO_KEY
from civictui.screens.change_password import ChangePasswordPage
from civictui.screens.conflict_page import ConflictPage
from civictui.screens.earlier_versions import EarlierVersions
from civictui.screens.help import COLUMN, HEADINGS, Help
from civictui.screens.page import Page
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.sealed_otherwise import SealedPage
from civictui.screens.sync_page import SyncPage
from civictui.screens.work_aside import WorkAside
from tests.fakes import FakeService
from tests.screens.every_page import assert_listed, in_conflict
from tests.stage import Stage, stage

FIELD = {key for key in BY_ID if key.startswith(("edit.", "line."))}
EVERYWHERE = {"app.help", "app.leave", "app.palette", "app.repaint"}
SHEET = {*FIELD, *EVERYWHERE, "screen.back", "focus.next", "focus.previous"}
RIGHT = ("right", "space", "horse")


def sealed(*, recoverable: bool) -> FakeService:
    return FakeService(failing={"sign_in": SealedOtherwise(recoverable=recoverable)})


@pytest.mark.parametrize(
    ("service", "keys", "page", "working"),
    [
        (
            partial(sealed, recoverable=True),
            [],
            SealedPage,
            {*SHEET, "sealed.recover", "sealed.set_aside"},
        ),
        (partial(sealed, recoverable=False), [], SealedPage, {*SHEET, "sealed.set_aside"}),
        (partial(FakeService, aside=1), [], WorkAside, {*SHEET, "aside.recover", "app.lock"}),
        (partial(FakeService, aside=1), ["f6"], WorkAside, {*SHEET, "app.lock"}),
        (FakeService, ["f9"], ChangePasswordPage, {*SHEET, "app.lock"}),
    ],
    ids=["sealed", "not recoverable", "aside", "through the gateway", "password"],
)
async def test_the_help_of_the_pages_about_passwords(
    service: partial[FakeService], keys: list[str], page: type[Page[object]], working: set[str]
) -> None:
    async with stage(service(), signed_in=False, size=(80, 80)) as on:
        await on.press(*"demo", "tab", *"right", "space", *"horse", "enter", *keys)
        await on.shows(page)
        await assert_listed(on, working)


LETTERS = {*EVERYWHERE, "app.lock", "screen.back", "browse.help", "browse.leave"}
BLOCKS = {key for key in BY_ID if key.startswith("blocks.")}
SYNC = {key for key in BY_ID if key.startswith("sync.")} - {"sync.allow", "sync.photos"}
CONFLICT = {key for key in BY_ID if key.startswith("conflict.")} - {"conflict.undo"}
ACTS = {key for key in BY_ID if key.startswith("detail.")} - {
    "detail.next_photo",
    "detail.previous_photo",
}
PAGE = {key for key in BY_ID if key.startswith("page.")}


@pytest.mark.parametrize(
    ("keys", "page", "working"),
    [
        (["S"], SyncPage, {*LETTERS, *BLOCKS, *SYNC}),
        (["enter"], ReportDetail, {*LETTERS, *ACTS, *PAGE}),
        (["enter", "c"], ConflictPage, {*LETTERS, *BLOCKS - {"blocks.open"}, *CONFLICT}),
        (["enter", "h"], EarlierVersions, {*LETTERS, *BLOCKS, "versions.restore"}),
    ],
)
async def test_the_help_of_the_pages_about_reports_and_the_sync(
    keys: list[str], page: type[Page[object]], working: set[str]
) -> None:
    async with stage(in_conflict(), size=(80, 80)) as on:
        await on.reads("The lamp")
        for key in keys:
            await on.press(key)
        await on.shows(page)
        if page is SyncPage:
            await on.press("g")
            await on.reads("s shrink")
        await assert_listed(on, working)


async def test_headings_say_where_a_key_works() -> None:
    async with stage(in_conflict(), size=(80, 100)) as on:
        await on.press("f1")
        await on.shows(Help)
        places = {line.strip(): number for number, line in enumerate(on.lines)}
        here = [places[heading] for heading in HEADINGS if heading in places]
        assert len(here) == 4
        assert here == sorted(here)
        page, cursor, moving, everywhere = here
        assert page < on.lines.index(on_line(on, "n  ")) < cursor
        assert cursor < on.lines.index(on_line(on, "Enter  ")) < moving
        assert moving < on.lines.index(on_line(on, "Down, j")) < everywhere
        assert everywhere < on.lines.index(on_line(on, "?, F1  "))


def on_line(on: Stage, words: str) -> str:
    return next(line for line in on.lines if line.startswith(words))


async def test_all_of_it_can_be_read_at_80_by_24() -> None:
    async with stage(in_conflict()) as on:
        await on.press("f1")
        await on.shows(Help)
        assert on.lines[1].startswith("On this page")
        assert all(len(line.rstrip()) <= 80 for line in on.lines)
        await on.press("end")
        await on.reads("Draw the whole screen again")


async def test_what_goes_on_below_is_said_and_a_long_line_goes_on_beside_its_key() -> None:
    async with stage(in_conflict(), size=(60, 16)) as on:
        await on.press("f1")
        await on.shows(Help)
        assert on.lines[-1].startswith("Esc back  PgDn more  q quit")
        long = next(number for number, line in enumerate(on.lines) if line.startswith("f  "))
        assert on.lines[long + 1].startswith(" " * COLUMN)
        assert on.lines[long + 1].strip()
        await on.press("end")
        await on.reads("Draw the whole screen again")
        assert on.lines[-1].startswith("Esc back  q quit")


async def test_a_persons_own_keys_are_in_help_footer_and_words() -> None:
    own = {"list.new": "f7", "list.map": NO_KEY, "browse.help": "ctrl+underscore", "list.sync": "N"}
    async with stage(in_conflict(), size=(80, 80), keymap=own) as on:
        assert on.lines[-1].startswith("^_ help  F7 new")
        assert "N sync now" in on.lines[-1]
        await on.press("n", "m")
        await on.shows(ReportList)
        await on.press("f1")
        await on.shows(Help)
        await on.reads("F7                    Write a new report")
        assert "The reports on the map" not in on.text
        await on.press("escape", "f7")
        await on.shows(ReportNew)
