"""What holds on every screen: its keys as they are told, and the way of Tab through its fields."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from civictui.keys.places import PLACES
from civictui.screens.palette import Palette, possible
from civictui.widgets.bindings import screen_keys
from tests.screens.every_page import BY_NAME, WAYS, Way, arrived, assert_listed, offered
from tests.snapshots.looks import FOLDER, TERMINAL, Looks, stop_clocks
from tests.stage import Stage
from tests.terminal.emulated import EmulatedDriver
from tests.test_keys import LEAVES

FOOTERS = {
    "ReportList": "? help  n new  Enter open  / search  f filter  r sync now  S sync  q quit",
    "ReportDetail": "? help  Esc back  c settle  e edit  u update  a remark  p picture",
    "ReportNew": "F1 help  Esc back, keep draft  ^S submit  F2 newest photo",
    "ReportEdit": "F1 help  Esc back, keep draft  ^S save the change",
    "UpdatePage": "F1 help  Esc back, keep draft  ^S save the update",
    "SyncPage": "? help  Esc back  e edit  s shrink  t retry  d discard  r sync now",
    "MapPage": "? help  Esc back  Enter open  n next report",
    "PinPage": "? help  Esc back  Enter take this place",
    "DeliveryPage": "? help  r try now  x export  q quit",
    "ShiftPage": "? help  Esc back  + longer  - shorter  o pager",
    "PackPage": "? help  Esc back  Enter begin",
    "ConflictPage": "? help  Esc back  ^S settle",
    "Palette": "F1 help  Esc back  Enter do it",
    "Ask": "Enter choose  Left other answer  Esc keep it",
}


def test_the_way_to_every_screen_is_known() -> None:
    assert set(BY_NAME) == LEAVES | {"ReportNew"} & set(PLACES)


def test_no_look_is_kept_of_what_is_no_screen() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(BY_NAME)


@pytest.fixture
def looks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Looks]:
    """At the same moment each time, by the clock of Greenwich."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        stop_clocks(patch)
        yield Looks(renewed=request.config.getoption("--snapshot-update"))
    time.tzset()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_a_screen_has_its_look_tells_its_keys_and_leads_through_its_fields(
    way: Way, looks: Looks
) -> None:
    options = {"driver": EmulatedDriver, "capability": TERMINAL}
    async with arrived(way, size=(80, 24), **options) as (on, screen):
        await looks.hold(on, way.name)
        assert on.lines[-1].startswith(FOOTERS.get(way.name, ""))
        await assert_fields_in_reading_order(on, screen)
        if not isinstance(screen, ModalScreen):
            await on.resize(80, 100)
            if way.name != "Help":
                await assert_listed(on, {active.key.id for active in screen_keys(screen)})
                await on.press("escape")
            if way.name not in {"Help", "Palette"}:
                await assert_offered(on, screen)


async def assert_fields_in_reading_order(on: Stage, screen: Screen[Any]) -> None:
    """Tab goes through all, from top to bottom, and comes back; Shift-Tab goes the other way."""
    fields = list(screen.focus_chain)
    tops = [top_of(field) for field in fields]
    assert tops == sorted(tops)
    assert screen.focused in fields or not fields
    seen = []
    for _ in fields if moves_by_tab(screen) else ():
        assert_keys_of_the_place(screen)
        seen.append(screen.focused)
        await on.press("tab")
    if seen:
        assert set(seen) == set(fields)
        assert screen.focused is seen[0]
        await on.press("shift+tab")
        assert screen.focused is seen[-1]
        await on.press("tab")
    assert_keys_of_the_place(screen)


def moves_by_tab(screen: Screen[Any]) -> bool:
    return any(key.id == "focus.next" for key in PLACES[type(screen).__name__].screen)


def top_of(field: Widget) -> tuple[int, int]:
    """Where a field begins, also where it is scrolled out of sight."""
    offset = sum((node.scroll_offset.y for node in field.ancestors if isinstance(node, Widget)), 0)
    return field.region.y + offset, field.region.x


def assert_keys_of_the_place(screen: Screen[Any]) -> None:
    """What has the focus has the keys of one of the scopes that its place names."""
    place = PLACES[type(screen).__name__]
    focus = screen.focused
    nodes = [node for node in focus.ancestors_with_self if node is not screen] if focus else []
    own = {binding.id for node in nodes if node is not screen.app for _, binding in node._bindings}
    assert own in [{key.id for key in scope} for scope in (*place.foci, ())], focus


async def assert_offered(on: Stage, screen: Screen[Any]) -> None:
    """The palette has all that can be done here, and leads back."""
    acts = possible(screen_keys(screen))
    await on.press("ctrl+p")
    await on.shows(Palette)
    assert offered(on) == [each.key.help for each in acts]
    await on.press("escape")
    assert on.app.screen is screen
