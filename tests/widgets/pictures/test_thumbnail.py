"""Photos drawn with characters."""

import asyncio
import threading
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from rich.color import ColorSystem, ColorType
from rich.console import Console
from rich.style import Style
from textual.strip import Strip

from civictui.domain.errors import PictureError
from civictui.widgets.pictures import thumbnail
from civictui.widgets.pictures.thumbnail import (
    SHADES,
    Absent,
    Gallery,
    Tier,
    cells,
    placeholder,
    zoomed,
)
from civictui.widgets.pictures.zoom import Zoom
from tests.stage import until

DATA = Path(__file__).parents[2] / "data"
PHOTO = (DATA / "pattern" / "thumbnail_20171125_152218.jpg").read_bytes()
DAMAGED = (DATA / "photos" / "broken-odd" / "truncated_jpeg.jpg").read_bytes()
SIZES = [(1, 1), (2, 1), (8, 3), (10, 3), (40, 20), (33, 7), (80, 24)]


def picture(*colours: str, size: tuple[int, int] = (40, 40)) -> bytes:
    """Bands of colours, from the top to the bottom."""
    image = Image.new("RGB", (1, len(colours)))
    for row, colour in enumerate(colours):
        image.paste(colour, (0, row, 1, row + 1))
    buffer = BytesIO()
    image.resize(size, Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()


def text(strips: list[Strip]) -> list[str]:
    return [strip.text for strip in strips]


def styles(strip: Strip) -> set[Style | None]:
    return {segment.style for segment in strip}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("crop", [True, False])
def test_a_drawing_has_exactly_its_size(size: tuple[int, int], tier: Tier, crop: bool) -> None:
    columns, rows = size
    strips = cells(PHOTO, columns, rows, tier=tier, crop=crop)
    assert [strip.cell_length for strip in strips] == [columns] * rows
    assert [len(strip.text) for strip in strips] == [columns] * rows


@pytest.mark.parametrize(("columns", "rows"), [(0, 0), (0, 3), (5, 0), (-1, 2)])
def test_no_room_is_no_drawing(columns: int, rows: int) -> None:
    for strips in (cells(PHOTO, columns, rows), placeholder(Absent.NONE, columns, rows)):
        assert [strip.cell_length for strip in strips] == [max(columns, 0)] * rows


def test_a_half_block_has_two_pixels() -> None:
    strips = cells(picture("red", "blue", size=(4, 2)), 4, 1, tier=Tier.BLOCKS)
    assert text(strips) == ["▄▄▄▄"]
    assert styles(strips[0]) == {Style.parse("rgb(0,0,255) on rgb(255,0,0)")}


def test_equal_cells_are_one_segment() -> None:
    assert all(len(list(strip)) == 1 for strip in cells(picture("green"), 40, 20))


def test_a_whole_wide_picture_has_blanks_above_and_below() -> None:
    strips = cells(picture("red", size=(80, 20)), 8, 6, crop=False)
    assert text(strips) == [" " * 8, " " * 8, "▄" * 8, " " * 8, " " * 8, " " * 8]


def test_a_whole_tall_picture_has_blanks_beside_it() -> None:
    strips = cells(picture("red", size=(20, 40)), 8, 3, crop=False)
    assert text(strips) == ["  ▄▄▄   "] * 3


@pytest.mark.parametrize("system", [ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
def test_every_colour_has_one_in_a_smaller_palette(system: ColorSystem) -> None:
    for strip in cells(PHOTO, 20, 6):
        for style in styles(strip):
            assert style is not None
            assert style.color is not None
            assert style.bgcolor is not None
            assert style.color.downgrade(system).number is not None


@pytest.mark.parametrize(
    ("tier", "kind", "numbers"),
    [
        (Tier.BLOCKS_256, ColorType.EIGHT_BIT, range(16, 256)),
        (Tier.BLOCKS_16, ColorType.STANDARD, range(16)),
        (Tier.BLOCKS_8, ColorType.STANDARD, range(8)),
    ],
)
def test_a_tier_of_few_colours_has_no_others(tier: Tier, kind: ColorType, numbers: range) -> None:
    for strip in cells(PHOTO, 40, 12, tier=tier):
        for style in styles(strip):
            assert style is not None
            for colour in (style.color, style.bgcolor):
                assert colour is not None
                assert colour.type is kind
                assert colour.number in numbers


def test_fewer_colours_are_shorter_on_the_wire() -> None:
    console = Console(color_system="truecolor", force_terminal=True)
    tiers = (Tier.BLOCKS, Tier.BLOCKS_256, Tier.BLOCKS_16, Tier.SHADES, Tier.NONE)
    sizes = [
        sum(len(strip.render(console)) for strip in cells(PHOTO, 40, 20, tier=tier))
        for tier in tiers
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 2 * sizes[2]


def test_shades_need_no_colour_and_no_unicode() -> None:
    strips = cells(PHOTO, 40, 12, tier=Tier.SHADES)
    assert set("".join(text(strips))) <= set(SHADES)
    assert len(set("".join(text(strips)))) > 5
    assert {style for strip in strips for style in styles(strip)} == {None}


def test_bright_has_more_ink_than_dark() -> None:
    strips = cells(picture("black", "gray", "white"), 6, 3, tier=Tier.SHADES)
    dark, middle, bright = (SHADES.index(line[0]) for line in text(strips))
    assert dark < middle < bright


def test_a_damaged_picture_is_an_error() -> None:
    with pytest.raises(PictureError):
        cells(DAMAGED, 8, 3)


@pytest.mark.parametrize(
    ("absent", "size", "lines"),
    [
        (Absent.NONE, (12, 3), [" " * 12, "  no photo  ", " " * 12]),
        (Absent.NONE, (6, 3), ["  no  ", "photo ", "      "]),
        (Absent.NONE, (3, 1), [" - "]),
        (Absent.PENDING, (8, 1), ["pending "]),
        (Absent.PENDING, (5, 2), ["  ~  ", "     "]),
        (Absent.BROKEN, (6, 1), ["broken"]),
        (Absent.BROKEN, (1, 1), ["!"]),
    ],
)
def test_what_is_not_there_is_said(absent: Absent, size: tuple[int, int], lines: list[str]) -> None:
    strips = placeholder(absent, *size)
    assert text(strips) == lines
    assert [strip.cell_length for strip in strips] == [size[0]] * size[1]


async def test_a_gallery_draws_in_a_thread_and_remembers(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def draw(content: bytes, columns: int, rows: int, **options: object) -> list[Strip]:
        threads.append(threading.get_ident())
        return cells(content, columns, rows)

    monkeypatch.setattr(thumbnail, "cells", draw)
    gallery = Gallery()
    assert gallery.drawn("a.jpg", 8, 3) is None
    strips = await gallery.draw("a.jpg", PHOTO, 8, 3)
    assert await gallery.draw("a.jpg", PHOTO, 8, 3) is strips
    assert gallery.drawn("a.jpg", 8, 3) is strips
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()
    assert gallery.drawn("a.jpg", 8, 4) is None
    assert gallery.drawn("a.jpg", 8, 3, crop=False) is None


async def test_a_gallery_draws_in_its_tier() -> None:
    strips = await Gallery(Tier.SHADES).draw("a.jpg", PHOTO, 8, 3, crop=False)
    assert "".join(text(strips)).isascii()


async def test_a_gallery_forgets_what_was_not_seen_for_longest() -> None:
    gallery = Gallery(thumbnail_cells=60)
    await gallery.draw("a.jpg", PHOTO, 8, 3)
    await gallery.draw("b.jpg", PHOTO, 8, 3)
    gallery.drawn("a.jpg", 8, 3)
    await gallery.draw("c.jpg", PHOTO, 8, 3)
    assert gallery.drawn("b.jpg", 8, 3) is None
    assert gallery.drawn("a.jpg", 8, 3) is not None
    gallery.clear()
    assert gallery.drawn("a.jpg", 8, 3) is None


async def test_a_large_picture_drives_no_thumbnail_out() -> None:
    gallery = Gallery(thumbnail_cells=60, picture_cells=4_000)
    await gallery.draw("a.jpg", PHOTO, 8, 3)
    await gallery.draw("a.jpg", PHOTO, 80, 40, crop=False)
    await gallery.draw("b.jpg", PHOTO, 80, 40, crop=False)
    assert gallery.drawn("a.jpg", 8, 3) is not None
    assert gallery.drawn("a.jpg", 80, 40, crop=False) is None
    assert gallery.drawn("b.jpg", 80, 40, crop=False) is not None


async def test_each_tier_has_its_drawings_and_the_key_goes_round() -> None:
    gallery = Gallery(Tier.BLOCKS_256, (Tier.BLOCKS_256, Tier.SHADES, Tier.NONE))
    blocks = await gallery.draw("a.jpg", PHOTO, 8, 3)
    assert gallery.turn() is Tier.SHADES
    assert gallery.drawn("a.jpg", 8, 3) is None
    shades = await gallery.draw("a.jpg", PHOTO, 8, 3)
    assert "".join(text(shades)).isascii()
    assert gallery.turn() is Tier.NONE
    assert not gallery.draws
    assert gallery.turn() is Tier.BLOCKS_256
    assert gallery.drawn("a.jpg", 8, 3) is blocks


async def test_what_nobody_waits_for_any_more_is_kept_all_the_same() -> None:
    gallery = Gallery()
    waiting = asyncio.create_task(gallery.draw("a.jpg", PHOTO, 8, 3))
    await asyncio.sleep(0)
    waiting.cancel()
    await until(lambda: gallery.drawn("a.jpg", 8, 3))


async def test_the_same_is_not_drawn_twice_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def draw(content: bytes, columns: int, rows: int, **options: object) -> list[Strip]:
        drawn.append(columns)
        return cells(content, columns, rows)

    monkeypatch.setattr(thumbnail, "cells", draw)
    gallery = Gallery()
    first, second = await asyncio.gather(
        gallery.draw("a.jpg", PHOTO, 8, 3), gallery.draw("a.jpg", PHOTO, 8, 3)
    )
    assert first is second
    assert drawn == [8]


async def test_nothing_that_comes_after_the_lock_is_kept() -> None:
    gallery = Gallery()
    drawing = asyncio.create_task(gallery.draw("a.jpg", PHOTO, 8, 3))
    await asyncio.sleep(0)
    gallery.clear()
    await drawing
    assert gallery.drawn("a.jpg", 8, 3) is None


def test_a_part_of_a_picture_fills_the_room() -> None:
    halves = picture("red", "blue", size=(40, 40))
    strips, fitted = zoomed(halves, (20, 20), Zoom(step=2), Tier.BLOCKS, None)
    assert fitted == (20, 20)
    assert [strip.cell_length for strip in strips] == [20] * 10
    upper = Zoom(step=2, y=0.25)
    strips, _ = zoomed(halves, (20, 20), upper, Tier.BLOCKS, fitted)
    assert styles(strips[0]) == styles(strips[4]) == {Style.parse("rgb(255,0,0) on rgb(255,0,0)")}


async def test_a_gallery_says_what_is_broken() -> None:
    strips = await Gallery().draw("a.jpg", DAMAGED, 8, 1)
    assert text(strips) == [" broken "]
