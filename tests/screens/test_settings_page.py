"""The settings page: in force at once, in the file, what will not do beside its field."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.color import Color

from civictui.geo import notation
from civictui.preferences import Preferences
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.screens.settings_page import SettingsPage
from civictui.settings import CHOICES, Settings
from civictui.terminal.tint import palette
from civictui.widgets.form.line_field import LineField
from civictui.widgets.pictures.tiers import Tier
from tests.stage import Stage, stage, until


@asynccontextmanager
async def settings_page(
    tmp_path: Path, settings: Settings | None = None, **options: Any
) -> AsyncIterator[Stage]:
    path = tmp_path / "config.toml"
    found = Preferences(settings or Settings(), path, checks={"position": notation.parse})
    async with stage(preferences=found, **options) as on:
        await on.press("comma" if on.app.desk.service.user else "f9")
        await on.shows(SettingsPage)
        yield on


def in_force(on: Stage) -> Settings:
    assert on.app.desk.preferences
    return on.app.desk.preferences.settings


async def go_to(on: Stage, name: str) -> None:
    on.app.screen.query_one(f"#{name}").focus()
    await on.settle()


async def type_over(on: Stage, name: str, text: str) -> None:
    await go_to(on, name)
    await on.press("end", "ctrl+u")
    await on.write(text)


def papers(on: Stage) -> set[Color | None]:
    strips = on.app.screen._compositor.render_strips()
    return {part.style.bgcolor if part.style else None for strip in strips for part in strip}


async def test_every_field_is_reached_by_tab_in_reading_order(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        fields = [*on.app.screen.query("LineField, PickField, PathField")]
        seen = []
        for _ in fields:
            seen.append(on.app.focused)
            await on.press("tab")
        assert seen == fields
        assert on.app.focused is fields[0]


async def test_the_first_line_says_what_the_field_is_and_that_more_is_below(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        assert on.lines[0].startswith("Settings · more below")
        await go_to(on, "daily_megabytes")
        assert on.lines[0].rstrip().endswith("0 is no limit")
        await go_to(on, "geocoder")
        await on.press("end")
        assert "limit" not in on.lines[0]
        await on.resize(80, 40)
        await until(lambda: on.lines[0].strip() == "Settings")


async def test_where_room_is_short_the_other_words_of_a_choice_are_counted(tmp_path: Path) -> None:
    async with settings_page(tmp_path, size=(60, 16)) as on:
        await go_to(on, "theme")
        await on.reads("> (ansi) 1 of 5")


@pytest.mark.parametrize("theme", CHOICES["theme"])
async def test_a_theme_is_seen_at_once_on_this_page_and_below(tmp_path: Path, theme: str) -> None:
    async with settings_page(tmp_path) as on:
        await go_to(on, "theme")
        for _ in range(CHOICES["theme"].index(theme)):
            await on.press("right")
        assert in_force(on).theme == theme
        found = palette(theme, on.app.desk.capability.colours)
        expected = {Color.from_ansi(found.paper)} if found else {None, Color.default()}
        assert papers(on) <= expected
        if theme != "ansi":
            await on.reads("saved")
            assert f'theme = "{theme}"' in (tmp_path / "config.toml").read_text()
        await on.press("escape")
        await on.shows(ReportList)
        assert papers(on) <= expected


async def test_back_and_forth_is_as_it_was(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        await go_to(on, "theme")
        await on.press("right", "left")
        before = papers(on)
        await on.press("left", "space")
        assert papers(on) == before
        assert in_force(on).theme == "ansi"


async def test_in_monochrome_pictures_are_shades(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        await go_to(on, "theme")
        await on.press("left")
        assert in_force(on).theme == "mono"
        assert on.app.desk.gallery.tier is Tier.SHADES


async def test_enter_takes_a_field_and_goes_on(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        await type_over(on, "lock_minutes", "12")
        await on.press("enter")
        await on.reads("saved")
        assert on.app.focused is on.find(LineField, "#sending_minutes")
        assert in_force(on).lock_minutes == 12
        assert "lock_minutes = 12" in (tmp_path / "config.toml").read_text()


async def test_what_will_not_do_is_answered_beside_it(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        await type_over(on, "lock_minutes", "soon")
        await on.press("enter")
        await on.reads("is a number of minutes, 0 to")
        assert on.app.focused is on.find(LineField, "#lock_minutes")
        await type_over(on, "position", "over there")
        await on.press("escape")
        await on.shows(SettingsPage)
        assert on.find(LineField, "#position").value == "over there"
        await on.press("escape")
        await on.shows(ReportList)
        assert in_force(on) == Settings()
        assert not (tmp_path / "config.toml").exists()


async def test_going_back_takes_what_was_typed_last(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        await type_over(on, "position", "37.77,-122.41")
        await on.press("escape")
        await on.shows(ReportList)
        assert in_force(on).position == "37.77,-122.41"
        await until((tmp_path / "config.toml").exists)


async def test_what_an_option_decides_is_said_and_not_offered(tmp_path: Path) -> None:
    settings = Settings(server="https://given.example", forced={"server": "--server"})
    async with settings_page(tmp_path, settings) as on:
        await on.reads("https://given.example (decided by --server)")
        assert not on.app.screen.query("#server")


async def test_another_server_is_for_the_next_sign_in(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        await type_over(on, "server", "https://new.example")
        await on.press("enter")
        await on.reads("saved; in force from the next sign-in on")
        await on.press("f12")
        await on.shows(Login)
        await on.reads("https://new.example")


async def test_before_signing_in_it_is_in_force_at_once(tmp_path: Path) -> None:
    async with settings_page(tmp_path, signed_in=False) as on:
        await type_over(on, "server", "https://new.example")
        await on.press("escape")
        await on.shows(Login)
        await on.reads("https://new.example")


async def test_what_may_be_a_slip_is_said(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        await type_over(on, "inbox", str(tmp_path / "nowhere"))
        await on.press("enter")
        await on.reads("saved; there is no such folder now")
        await type_over(on, "capture", "no-such-camera -o -")
        await on.press("enter")
        await on.reads("saved; there is no program no-such-camera now")


async def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        (tmp_path / "config.toml").mkdir()
        await go_to(on, "units")
        await on.press("right")
        await on.reads("cannot be written")
        assert in_force(on).units == "imperial"


async def test_what_the_display_reads_once_is_for_the_next_start(tmp_path: Path) -> None:
    async with settings_page(tmp_path) as on:
        await go_to(on, "ascii")
        await on.press("right")
        await on.reads("saved; in force from the next start on")
        assert "ascii = true" in (tmp_path / "config.toml").read_text()


async def test_another_word_of_a_pick_moves_nothing(tmp_path: Path) -> None:
    """All words stay in their columns: two characters change, not a line."""
    async with settings_page(tmp_path) as on:
        await go_to(on, "units")
        before = on.text
        await on.press("right")
        assert "> (metric) imperial " in before
        assert ">  metric (imperial)" in on.text


async def test_a_theme_of_the_file_holds_from_the_first_page_on(tmp_path: Path) -> None:
    found = Preferences(Settings(theme="mono"), tmp_path / "config.toml")
    async with stage(preferences=found, signed_in=False) as on:
        await on.shows(Login)
        assert papers(on) <= {None, Color.default()}
        assert on.app.desk.gallery.tiers == (Tier.SHADES, Tier.NONE)
    found = Preferences(Settings(theme="light"), tmp_path / "config.toml")
    async with stage(preferences=found, signed_in=False) as on:
        await on.shows(Login)
        assert papers(on) == {Color.from_ansi(255)}


async def test_where_there_is_no_room_for_all_words_the_one_in_force_is_seen(
    tmp_path: Path,
) -> None:
    async with settings_page(tmp_path, size=(60, 16)) as on:
        await go_to(on, "theme")
        await on.press("right", "right", "right")
        await on.reads("> (contrast)")
