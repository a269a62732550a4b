"""HEIC, as phones make it, with pillow-heif and without."""

import importlib.util
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from civictui import pictures
from civictui.domain.errors import PictureError
from civictui.domain.model import GeoPoint
from civictui.pictures import making
from tests.pictures.large import saved

HEIC = Path(__file__).parent.parent / "data" / "photos" / "exif" / "samplefilehub.heif"


def decoded(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def heic(image: Image.Image, **options: object) -> bytes:
    pytest.importorskip("pillow_heif").register_heif_opener()
    return saved(image, "HEIF", **options)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "I;16"])
def test_a_heic_is_taken(mode: str) -> None:
    if mode == "I;16":
        ramp = Image.linear_gradient("L")
        image = Image.frombytes("I;16", (256, 256), b"".join(bytes((v, v)) for v in ramp.tobytes()))
    else:
        image = Image.linear_gradient("L").convert(mode)
    large = decoded(pictures.take(heic(image)).picture.large)
    grey = large.convert("L").resize((1, 4), Image.Resampling.BOX)
    for level, expected in zip(grey.tobytes(), (32, 96, 160, 224), strict=True):
        assert level == pytest.approx(expected, abs=14)


def test_a_heic_is_upright_and_tells_place_and_time() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8769] = {0x9003: "2024:05:07 09:33:04"}
    exif[0x8825] = {1: "S", 2: (33.0, 48.0, 0.0), 3: "E", 4: (151.0, 12.0, 0.0)}
    image = Image.linear_gradient("L").convert("RGB").resize((120, 80))
    taken = pictures.take(heic(image, exif=exif.tobytes()))
    assert (taken.picture.photo.width, taken.picture.photo.height) == (80, 120)
    assert taken.point == GeoPoint(-33.8, 151.2)
    assert taken.taken_at.startswith("2024-05-0")


@pytest.mark.parametrize("length", [0, 20, 300, 3000, 20_000])
def test_a_heic_cut_off_anywhere_is_refused(length: int) -> None:
    with pytest.raises(PictureError):
        pictures.take(HEIC.read_bytes()[:length])


def test_a_heic_where_it_cannot_be_read_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a terminal without pillow-heif; in this process, as the other one cannot be changed."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(PictureError, match="HEIC pictures cannot be read on") as caught:
        making.make(BytesIO(HEIC.read_bytes()), 400_000, 8_000)
    assert "Most Compatible" in caught.value.advice
    assert "pillow-heif" in caught.value.advice


@pytest.mark.parametrize("size", [(30, 20), (31, 21), (640, 480)])
def test_a_heic_is_drawn_and_zoomed(size: tuple[int, int]) -> None:
    content = heic(Image.new("RGB", size, (0, 200, 0)))
    for image in (
        pictures.fit(content, 20, 10),
        pictures.view(content, 20, 10, (0.2, 0.2, 0.4, 0.4)),
    ):
        red, green, blue = image.resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
        assert green > 180
        assert max(red, blue) < 20
