"""What a page looks like, in two sizes and two themes, held against the look that was accepted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from difflib import unified_diff
from itertools import pairwise
from pathlib import Path

import pytest

from civictui.screens import charted, delivery_page, shift_page, sync_page
from civictui.terminal.capability import Capability
from civictui.widgets import sync_bar, words
from civictui.widgets.form import listed_photo, place_field
from tests.snapshots.frames import COLOURS, frame
from tests.stage import Stage, until
from tests.terminal.display.emulator import differences
from tests.terminal.emulated import EmulatedDriver, rows_of

FOLDER = Path(__file__).parent / "looks"
FRAMES = [((80, 24), "dark"), ((80, 24), "light"), ((100, 30), "light"), ((100, 30), "dark")]
"""In the order in which least has to be changed."""
TERMINAL = Capability(colours=COLOURS)
RENEW = "Is that as it should be? `pytest tests/screens/test_every_page.py --snapshot-update`"
HEAD = "== "
CALM = 10
"""Looks at a page, one after the other, that have to be the same before it is taken as drawn."""


class Stopped(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime(2026, 11, 23, 12, 0, tzinfo=UTC).astimezone(tz)


def stop_clocks(patch: pytest.MonkeyPatch) -> None:
    """Stop those by which pages tell ages."""
    pages = (sync_page, shift_page, delivery_page, charted)
    for module in (words, sync_bar, *pages, place_field, listed_photo):
        patch.setattr(module, "datetime", Stopped)


@dataclass(frozen=True)
class Looks:
    """Where the looks of pages are kept; with `renewed` they are written instead of compared."""

    renewed: bool

    async def hold(self, on: Stage, name: str) -> None:
        """Look at the page on top, which is left as it was."""
        preferences = on.app.desk.preferences
        assert preferences
        was = on.app.size, preferences.settings.theme
        kept = {} if self.renewed else read(name)
        seen = {}
        for size, theme in FRAMES:
            key = f"{size[0]}x{size[1]} {theme}"
            await show(on, size, theme)
            seen[key] = await settled(on, theme, kept.get(key))
        await show(on, *was)
        if self.renewed:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / f"{name}.txt").write_text("\n".join([*written(seen), ""]))
        else:
            assert_same(name, kept, seen)


async def show(on: Stage, size: tuple[int, ...], theme: str) -> None:
    preferences = on.app.desk.preferences
    assert preferences
    preferences.change({"theme": theme})
    on.app.settings_changed()
    await on.resize(size[0], size[1])
    await on.app.workers.wait_for_complete()


async def settled(on: Stage, theme: str, kept: list[str] | None) -> list[str]:
    """The page once it is what it was, or else once it does not change any more.

    By then the terminal has to show what the toolkit has drawn.
    """
    looks: list[list[str]] = []
    wrong: list[str] = []

    def is_settled() -> bool:
        look, wrong[:] = looked(on, theme)
        looks.append(look)
        last = looks[-CALM:]
        calm = len(last) == CALM and all(one == other for one, other in pairwise(last))
        return not wrong and (look == kept or calm)

    await on.settle()
    try:
        await until(is_settled)
    except TimeoutError:
        raise AssertionError("\n".join(["The page does not come to rest.", *wrong])) from None
    return looks[-1]


def looked(on: Stage, theme: str) -> tuple[list[str], list[str]]:
    """The page, and where the terminal shows something else."""
    driver = on.app._driver
    assert isinstance(driver, EmulatedDriver)
    rows = rows_of(on.app)
    driver.drain()
    return frame(rows, theme), list(differences(driver.emulator, rows, on.app._cursor()))


def read(name: str) -> dict[str, list[str]]:
    """The frames that were accepted, by size and theme: `== 80x24 dark, 80x24 light` and so on."""
    path = FOLDER / f"{name}.txt"
    frames: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text().splitlines() if path.exists() else ():
        if line.startswith(HEAD):
            lines = []
            frames |= dict.fromkeys(line.removeprefix(HEAD).split(", "), lines)
        else:
            lines.append(line)
    return frames


def written(seen: Mapping[str, list[str]]) -> list[str]:
    """Frames in the form in which they are kept: those that are the same are there once."""
    lines: list[str] = []
    left = dict(seen)
    while left:
        look = next(iter(left.values()))
        keys = [key for key, other in left.items() if other == look]
        lines += [HEAD + ", ".join(keys), *look]
        left = {key: other for key, other in left.items() if key not in keys}
    return lines


def assert_same(name: str, kept: Mapping[str, list[str]], seen: Mapping[str, list[str]]) -> None:
    was, now = written(kept), written(seen)
    changed = list(unified_diff(was, now, f"looks/{name}.txt", "as it is now", lineterm="", n=2))
    if changed:
        pytest.fail("\n".join([f"{name} looks otherwise.", *changed, RENEW]), pytrace=False)
