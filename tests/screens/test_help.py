"""The help of a page lists exactly the keys that work on it at that moment."""

from functools import partial

import pytest

from civictui.domain.errors import SealedOtherwise
from civictui.domain.model import Waiting
from civictui.keys import BY_ID, display
from civictui.screens.change_password import ChangePasswordPage
from civictui.screens.conflict_page import ConflictPage
from civictui.screens.earlier_versions import EarlierVersions
from civictui.screens.help import Help
from civictui.screens.page import Page
from civictui.screens.report_detail import ReportDetail
from civictui.screens.sealed_otherwise import SealedPage
from civictui.screens.sync_page import SyncPage
from civictui.screens.work_aside import WorkAside
from tests.disputes import clash, disputed, earlier
from tests.fakes import FakeService
from tests.stage import Stage, stage

FIELD = {key for key in BY_ID if key.startswith(("edit.", "line."))}
EVERYWHERE = {"app.help", "app.leave", "app.repaint"}
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
    async with stage(service(), signed_in=False, size=(80, 50)) as on:
        await on.press(*"demo", "tab", *"right", "space", *"horse", "enter", *keys)
        await on.shows(page)
        await assert_listed(on, working)


async def assert_listed(on: Stage, working: set[str]) -> None:
    """The help lists the keys with these ids, and no other."""
    await on.press("f1")
    await on.shows(Help)
    expected = {
        ", ".join(display(key) for key in BY_ID[key_id].keys.split(",")) for key_id in working
    }
    listed = {line.partition("  ")[0] for line in on.lines[1:] if line[:1].strip()}
    listed -= {on.lines[-1].partition("  ")[0], on.lines[-2].partition("  ")[0]}
    assert listed == expected


def in_conflict() -> FakeService:
    """A report of one's own in conflict that was refused, with its photos, and has a past."""
    service = disputed(clash())
    service.queue = [Waiting(id="r1", title="Lamp", photos=1, reason="no", code="too_large")]
    service.reader.put_away["r1"] = [earlier()]
    return service


LETTERS = {*EVERYWHERE, "app.lock", "screen.back", "browse.help", "browse.leave"}
BLOCKS = {key for key in BY_ID if key.startswith("blocks.")}
SYNC = {key for key in BY_ID if key.startswith("sync.")} - {"sync.allow", "sync.photos"}
CONFLICT = {key for key in BY_ID if key.startswith("conflict.")} - {"conflict.undo"}
ACTS = {f"detail.{act}" for act in ("settle", "edit", "versions", "withdraw", "remark", "pictures")}
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
    async with stage(in_conflict(), size=(80, 50)) as on:
        await on.reads("The lamp")
        for key in keys:
            await on.press(key)
        await on.shows(page)
        if page is SyncPage:
            await on.press("g")
            await on.reads("s shrink")
        await assert_listed(on, working)
