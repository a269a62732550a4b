"""The palette: what it offers, how it is found, and that it is done on the page below."""

from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.events import ReportsChanged
from civictui.domain.model import RowState
from civictui.keys import NO_KEY
from civictui.preferences import Preferences
from civictui.screens.ask import Ask
from civictui.screens.help import Help
from civictui.screens.login import Login
from civictui.screens.map_page import MapPage
from civictui.screens.palette import Palette, found, possible
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.settings import Settings
from civictui.widgets.bindings import screen_keys
from civictui.widgets.form.text_field import TextField
from civictui.widgets.key_list import EMPTY, KeyList
from tests.screens.every_page import in_conflict, offered
from tests.stage import Stage, stage


async def opened(on: Stage) -> KeyList:
    await on.press("ctrl+p")
    await on.shows(Palette)
    return on.find(KeyList)


async def test_it_finds_by_words_and_does_it_on_the_page_below() -> None:
    async with stage(in_conflict()) as on:
        await opened(on)
        await on.reads("What to do: Reports")
        await on.reads("> Write a new report")
        assert on.lines[4].startswith("  Search in the reports ")
        assert on.lines[4].endswith(" /")
        await on.write("rep map")
        assert offered(on) == ["The reports on the map"]
        await on.press("enter")
        await on.shows(MapPage)


async def test_words_and_enter_may_come_at_once() -> None:
    async with stage(in_conflict()) as on:
        await on.press("ctrl+p", *"write", "enter", *"hole")
        await on.shows(ReportNew)
        assert on.find(TextField).text == "hole"


async def test_the_cursor_chooses_and_comes_into_sight() -> None:
    async with stage(in_conflict()) as on:
        rows = await opened(on)
        last = len(rows._keys) - 1
        await on.press(*["down"] * 30)
        assert rows.current is rows._keys[min(30, last)]
        assert any(line.startswith(">") for line in on.lines)
        await on.press("pageup", "pageup", "pageup", "up")
        assert rows.current is rows._keys[0]
        await on.press("pagedown", "down")
        assert any(line.startswith(">") for line in on.lines)
        await on.resize(80, 16)
        assert any(line.startswith(">") for line in on.lines)


async def test_nothing_found_does_nothing_and_escape_goes_back() -> None:
    async with stage(in_conflict()) as on:
        await opened(on)
        await on.write("xyzzy")
        await on.reads(EMPTY)
        await on.press("enter", "down", "enter")
        assert isinstance(on.app.screen, Palette)
        await on.press("escape")
        await on.shows(ReportList)


async def test_it_is_done_where_the_cursor_was() -> None:
    async with stage(in_conflict()) as on:
        await on.press("down")
        await opened(on)
        await on.press(*"open the report", "enter")
        await on.shows(ReportDetail)
        await on.reads("A bench")
        await on.press("ctrl+p", *"edit this", "enter")
        await on.shows(ReportEdit)


@pytest.mark.parametrize("word", ["theme", "units", "settings"])
async def test_the_settings_are_found_by_what_is_in_them(tmp_path: Path, word: str) -> None:
    async with stage(preferences=Preferences(Settings(), tmp_path / "config.toml")) as on:
        await on.press("ctrl+p", *word)
        await on.reads("> Settings: ")


async def test_what_is_everywhere_is_there_too() -> None:
    async with stage() as on:
        await on.press("ctrl+p", *"keys of", "enter")
        await on.shows(Help)
        await on.press("escape", "ctrl+p", *"lock", "enter")
        await on.shows(Login)
        await on.press("ctrl+p", *"quit", "enter")
        await on.settle()
        assert not on.app.is_running


async def test_a_question_comes_first_there_too() -> None:
    async with stage() as on:
        await on.press("n", *"hole", "ctrl+p", *"throw", "enter")
        await on.shows(Ask)


async def test_what_has_a_key_taken_away_is_not_offered_but_a_moved_one_is() -> None:
    async with stage(in_conflict(), keymap={"list.map": NO_KEY, "list.sync": "f7"}) as on:
        await opened(on)
        await on.write("map")
        assert "The reports on the map" not in offered(on)
        await on.press("ctrl+u", *"synchronise")
        assert next(line for line in on.lines if line.startswith(">")).rstrip().endswith(" F7")


async def test_what_cannot_be_done_any_more_is_said() -> None:
    service = in_conflict()
    async with stage(service) as on:
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.press("ctrl+p", *"settle")
        await on.reads("> Settle the conflict")
        service.reader.disputes.clear()
        row = service.reader.reports["r1"]
        service.reader.reports["r1"] = replace(row, state=RowState.SENT)
        service.emit(ReportsChanged())
        await on.settle()
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.reads("that cannot be done here any more")


async def test_the_closest_come_first() -> None:
    async with stage(in_conflict()) as on:
        keys = possible(screen_keys(on.app.screen))
        assert found(keys, "sync")[0].key.id == "list.sync"
        assert found(keys, "") == keys
        assert found(keys, "NEW re")[0].key.id == "list.new"
