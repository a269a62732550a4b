"""Pictures in the exact size of a drawing."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from civictui import pictures
from civictui.domain.errors import PictureError

PHOTOS = Path(__file__).parent.parent / "data" / "photos"


def flag(size: tuple[int, int] = (300, 100)) -> bytes:
    """Red, green and blue, from left to right."""
    image = Image.new("RGB", (3, 1))
    for place, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255)]):
        image.putpixel((place, 0), colour)
    buffer = BytesIO()
    image.resize(size, Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(1, 2), (10, 6), (80, 40), (7, 3), (500, 500)])
def test_a_cropped_picture_has_exactly_the_size(size: tuple[int, int]) -> None:
    image = pictures.fit(flag(), *size)
    assert (image.size, image.mode) == (size, "RGB")


def test_a_cropped_picture_shows_the_middle() -> None:
    red, green, blue = pictures.fit(flag(), 10, 10).resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    assert green > 200 > red
    assert blue < 50


@pytest.mark.parametrize(
    ("box", "size"),
    [((30, 30), (30, 10)), ((300, 8), (24, 8)), ((60, 7), (18, 6)), ((2, 2), (2, 2))],
)
def test_a_whole_picture_fits_in_with_an_even_height(
    box: tuple[int, int], size: tuple[int, int]
) -> None:
    image = pictures.fit(flag(), *box, crop=False)
    assert image.size == size


def test_a_whole_picture_loses_nothing() -> None:
    image = pictures.fit(flag(), 30, 30, crop=False)
    assert image.getpixel((1, 5)) == (255, 0, 0)
    assert image.getpixel((28, 5)) == (0, 0, 255)


@pytest.mark.parametrize("number", range(1, 9))
def test_pictures_of_others_are_drawn_upright(number: int) -> None:
    content = (PHOTOS / "orientation" / f"Portrait_{number}.jpg").read_bytes()
    assert pictures.fit(content, 40, 40, crop=False).size == (27, 40)


def test_a_damaged_picture_is_an_error() -> None:
    with pytest.raises(PictureError):
        pictures.fit((PHOTOS / "broken-odd" / "truncated_jpeg.jpg").read_bytes(), 8, 8)


WHOLE = (0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("window", "colour"),
    [
        ((0.0, 0.0, 0.33, 1.0), (255, 0, 0)),
        ((0.34, 0.2, 0.66, 0.5), (0, 255, 0)),
        ((0.7, 0.5, 1.0, 1.0), (0, 0, 255)),
        ((0.7, 0.5, 5.0, 9.0), (0, 0, 255)),
        ((-3.0, -1.0, 0.3, 0.5), (255, 0, 0)),
        ((0.5, 0.5, 0.501, 0.501), (0, 255, 0)),
    ],
)
def test_a_part_of_the_picture_is_shown(
    window: tuple[float, float, float, float], colour: tuple[int, int, int]
) -> None:
    image = pictures.view(flag(), 40, 40, window)
    assert image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) == colour


@pytest.mark.parametrize(
    ("window", "box", "size"),
    [
        (WHOLE, (30, 30), (30, 10)),
        ((0.0, 0.0, 0.5, 1.0), (30, 30), (30, 20)),
        ((0.25, 0.0, 0.5, 1.0), (30, 30), (22, 30)),
        ((0.0, 0.0, 0.1, 0.1), (30, 7), (18, 6)),
    ],
)
def test_a_part_is_as_large_as_fits_in(
    window: tuple[float, float, float, float], box: tuple[int, int], size: tuple[int, int]
) -> None:
    assert pictures.view(flag(), *box, window).size == size


def test_the_whole_as_a_part_is_the_whole() -> None:
    content = (PHOTOS / "orientation" / "Portrait_6.jpg").read_bytes()
    whole = pictures.fit(content, 40, 40, crop=False)
    assert pictures.view(content, 40, 40, WHOLE).tobytes() == whole.tobytes()


def test_a_part_is_that_of_the_upright_picture() -> None:
    top = (0.0, 0.0, 1.0, 0.5)
    upright, turned = (
        pictures.view((PHOTOS / "orientation" / f"Landscape_{n}.jpg").read_bytes(), 60, 20, top)
        for n in (1, 6)
    )
    difference = ImageStat.Stat(ImageChops.difference(upright, turned))
    assert max(difference.mean) < 6


def test_a_part_of_a_stored_picture_is_as_sharp_as_it_is() -> None:
    """Zooming in shows pixels of the picture, not of a small version of it."""
    lines = Image.new("L", (1600, 1200))
    for column in range(0, 1600, 2):
        lines.paste(255, (column, 0, column + 1, 1200))
    buffer = BytesIO()
    lines.save(buffer, "JPEG", quality=95)
    image = pictures.view(buffer.getvalue(), 40, 30, (0.5, 0.5, 0.525, 0.525)).convert("L")
    levels = image.tobytes()
    assert min(levels) < 60
    assert max(levels) > 195


@pytest.mark.parametrize(
    "window", [(0.5, 0.0, 0.5, 1.0), (0.9, 0.0, 0.1, 1.0), (2.0, 2.0, 3.0, 3.0)]
)
def test_an_empty_part_is_an_error(window: tuple[float, float, float, float]) -> None:
    with pytest.raises(PictureError, match="nothing of the picture"):
        pictures.view(flag(), 40, 40, window)
