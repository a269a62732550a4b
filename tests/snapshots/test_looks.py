"""What the screens look like. A changed look is looked at, then accepted: --snapshot-update."""

import time
from collections.abc import Callable, Iterator

import pytest
from textual.pilot import Pilot

from civictui.app import CivicApp
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.terminal.capability import Capability
from civictui.widgets.line_field import LineField, PasswordField
from civictui.widgets.path_field import PathField
from civictui.widgets.picture_pane import PicturePane
from tests.city import PHOTO, filled
from tests.stage import until

SIZES = [(80, 24), (100, 30)]


@pytest.fixture(autouse=True)
def _universal_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def app() -> CivicApp:
    service = filled()
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


async def to_the_help(pilot: Pilot[None]) -> None:
    await to_the_list(pilot)
    await pilot.press("question_mark")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("way", [to_the_list, to_a_report])
def test_look(snap_compare: Callable[..., bool], way: object, size: tuple[int, int]) -> None:
    assert snap_compare(app(), terminal_size=size, run_before=way)


@pytest.mark.parametrize("way", [None, to_the_form, to_the_errors, to_the_help])
def test_look_at_80x24(snap_compare: Callable[..., bool], way: object) -> None:
    assert snap_compare(app(), terminal_size=SIZES[0], run_before=way)
