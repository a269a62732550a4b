"""Pictures in the exact size of a drawing."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

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
