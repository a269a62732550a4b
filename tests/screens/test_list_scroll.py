"""10,000 reports with thumbnails of real photos, and somebody who does not wait for them."""

import threading
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from textual.strip import Strip

from civictui import pictures
from civictui.domain.model import Photo, Report
from civictui.terminal.capability import TRUECOLOR, Capability
from civictui.widgets.pictures import thumbnail
from civictui.widgets.pictures.thumbnail import cells
from civictui.widgets.rows.report_rows import ReportRows
from civictui.widgets.rows.row_lines import HEIGHT
from civictui.widgets.rows.row_pictures import COLUMNS, thumbnail_key
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

PHOTOS = Path(__file__).parent.parent / "data" / "photos"
TAKEN = ("street/potbot-photo-1.jpg", "street/potbot-photo-4.jpg", "orientation/Landscape_6.jpg")
COUNT = 10_000


@cache
def thumbnails() -> list[bytes]:
    """Of real photos, made as the program makes them."""
    return [pictures.take((PHOTOS / name).read_bytes()).picture.thumbnail for name in TAKEN]


def city() -> FakeService:
    """Each report has a thumbnail of its own key, so that each is drawn for itself."""
    service = FakeService()
    service.reader.add(
        *(
            Report(
                id=f"r{n:05d}",
                description=f"number {n}",
                reported_at=f"{99_999 - n}",
                photos=(Photo(f"{n}.jpg", f"{n}-small.jpg"),),
            )
            for n in range(COUNT)
        )
    )
    small = thumbnails()
    service.pictures.update({f"{n}-small.jpg": small[n % len(small)] for n in range(COUNT)})
    return service


def undrawn(on: Stage) -> list[str]:
    """The thumbnails in sight that are not drawn yet."""
    rows = on.find(ReportRows)
    first = rows.scroll_offset.y // HEIGHT
    seen = [rows.book.row(place) for place in range(first, first + rows.size.height // HEIGHT)]
    keys = [thumbnail_key(row) if row else "" for row in seen]
    return [key for key in keys if not on.app.desk.gallery.drawn(key, COLUMNS, HEIGHT)]


@pytest.mark.parametrize("colours", [TRUECOLOR, 16])
async def test_scrolling_drops_no_key(colours: int) -> None:
    async with stage(city(), capability=Capability(colours=colours)) as on:
        rows = on.find(ReportRows)
        await until(lambda: len(rows.book) == COUNT)
        place = 0
        for keys, step in ((["j"] * 60, 60), (["pagedown"] * 30, 210), (["k"] * 25, -25)):
            await on.press(*keys)
            place += step
            assert rows.book.cursor == place
        await until(lambda: not undrawn(on))
        await on.press("G")
        assert rows.book.cursor == COUNT - 1
        await on.press("g", *["j", "down", "k"] * 9, "pagedown", "pageup")
        assert rows.book.cursor == 9
        await until(lambda: not undrawn(on))
        assert "▄" in on.text


async def test_keys_are_taken_while_thumbnails_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing waits for the test, and no key for the drawing."""
    go_on = threading.Event()

    def draw(content: bytes, columns: int, rows: int, **options: Any) -> list[Strip]:
        go_on.wait(10)
        return cells(content, columns, rows, **options)

    monkeypatch.setattr(thumbnail, "cells", draw)
    async with stage(city()) as on:
        rows = on.find(ReportRows)
        await until(lambda: len(rows.book) == COUNT)
        await on.press(*["j"] * 40)
        assert rows.book.cursor == 40
        await on.reads("pending")
        go_on.set()
        await until(lambda: not undrawn(on))
