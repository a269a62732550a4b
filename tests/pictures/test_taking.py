"""From a camera's file to what is stored: upright, small, and without a trace."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat, PngImagePlugin

from civictui import pictures
from civictui.domain.errors import PictureError
from civictui.domain.model import GeoPoint

PHOTOS = Path(__file__).parent.parent / "data" / "photos"
PORTRAITS = [PHOTOS / "orientation" / f"Portrait_{number}.jpg" for number in range(1, 9)]
WITH_GPS = PHOTOS.parent / "pattern" / "thumbnail_20171125_152218.jpg"

GOOD = [
    "exif/image01137.jpg", "exif/image01551.jpg", "exif/image01980.jpg", "exif/mei-issue-508.jpg",
    "exif/mei-issue-609.jpg", "exif/DSCN0010.jpg", "broken-odd/app13-multiple.jpg",
    "broken-odd/broken_exif_dpi.jpg", "broken-odd/empty_gps_ifd.jpg", "broken-odd/exif_gps.jpg",
    "broken-odd/exif_gps_typeerror.jpg", "broken-odd/hopper_16bit_qtables.jpg",
    "broken-odd/hopper_bad_exif.jpg", "broken-odd/hopper_gray.jpg",
    "broken-odd/pil_sample_cmyk.jpg", "broken-odd/sugarshack.mpo",
    "broken-odd/truncated_exif_dpi.jpg",
]  # fmt: skip
BAD = {
    "broken-odd/broken.png": "damaged",
    "broken-odd/decompression_bomb.gif": "no picture",
    "broken-odd/mode_16bit.png": "animated",
    "broken-odd/star.gif": "no picture",
    "broken-odd/truncated_jpeg.jpg": "damaged",
    "broken-odd/ultrahdr.jpg": "damaged",  # its body is cut short
    "exif/samplefilehub.heif": "HEIC",
}


def noise(width: int, height: int) -> Image.Image:
    """The worst picture to compress."""
    return Image.merge("RGB", [Image.effect_noise((width, height), 120) for _ in range(3)])


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def assert_alike(one: Image.Image, other: Image.Image, tolerance: float) -> None:
    assert one.size == other.size
    difference = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB")))
    assert max(difference.mean) < tolerance


@pytest.mark.parametrize("path", PORTRAITS, ids=lambda path: path.stem)
def test_all_eight_orientations_come_out_upright(path: Path) -> None:
    upright = decoded(PORTRAITS[0].read_bytes())
    picture = pictures.take(path.read_bytes()).picture
    large = decoded(picture.large)
    assert (large.width, large.height) == (1067, 1600)
    assert_alike(large, upright.resize(large.size), 5)
    small = decoded(picture.thumbnail)
    assert_alike(small, upright.resize(small.size), 7)


@pytest.mark.parametrize("name", GOOD)
def test_odd_but_usable_photos_are_taken(name: str) -> None:
    content = (PHOTOS / name).read_bytes()
    picture = pictures.take(content).picture
    photo = picture.photo
    assert len(picture.large) == photo.bytes <= 400_000
    assert len(picture.thumbnail) <= 8_000
    assert max(decoded(picture.thumbnail).size) <= 256
    assert decoded(picture.large).size == (photo.width, photo.height)
    assert sorted(pictures.inspect(content)[:2]) == sorted((photo.width, photo.height))


@pytest.mark.parametrize(("name", "word"), BAD.items())
def test_unusable_files_are_refused_with_advice(name: str, word: str) -> None:
    with pytest.raises(PictureError, match=word) as caught:
        pictures.take((PHOTOS / name).read_bytes())
    assert caught.value.advice.endswith((".", ")"))


@pytest.mark.parametrize("length", [0, 1, 3, 20, 100, 2_000, 20_000])
def test_a_photo_cut_off_anywhere_is_refused(length: int) -> None:
    with pytest.raises(PictureError):
        pictures.take(WITH_GPS.read_bytes()[:length])


def test_keys_are_the_hashes_of_the_bytes() -> None:
    picture = pictures.take(WITH_GPS.read_bytes()).picture
    assert picture.photo.large == f"{hashlib.sha256(picture.large).hexdigest()}.jpg"
    assert picture.photo.thumbnail == f"{hashlib.sha256(picture.thumbnail).hexdigest()}.jpg"


def test_the_same_photo_twice_is_the_same_object() -> None:
    content = WITH_GPS.read_bytes()
    assert pictures.take(content).picture == pictures.take(content).picture


def test_even_the_smallest_photo_and_its_thumbnail_are_two_objects() -> None:
    photo = pictures.take(saved(Image.new("RGB", (1, 1)))).picture.photo
    assert photo.large != photo.thumbnail


def test_place_and_time_are_told_and_not_kept_in_the_picture() -> None:
    taken = pictures.take(WITH_GPS.read_bytes())
    assert taken.point is not None
    assert taken.point.latitude == pytest.approx(13.07639, abs=1e-5)
    assert taken.point.longitude == pytest.approx(77.78972, abs=1e-5)
    assert taken.taken_at == "2017-11-25T09:52:06.000Z"
    for content in (taken.picture.large, taken.picture.thumbnail):
        assert set(decoded(content).info) <= {
            "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
        }  # fmt: skip
        assert b"Exif" not in content
        assert b"SAMSUNG" not in content


def test_comments_profiles_and_text_are_stripped() -> None:
    image = Image.new("RGB", (64, 64), "red")
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "a secret name")
    for content in (
        saved(image, "JPEG", comment=b"a secret name", icc_profile=b"a secret name"),
        saved(image, "PNG", pnginfo=text, exif=b"Exif\0\0a secret name"),
        saved(image, "WEBP", xmp=b"a secret name"),
    ):
        assert b"a secret name" in content
        picture = pictures.take(content).picture
        assert b"secret" not in picture.large + picture.thumbnail


@pytest.mark.parametrize("budget", [400_000, 100_000, 20_000, 3_000])
def test_the_budget_is_kept_by_quality_and_then_by_size(budget: int) -> None:
    content = saved(noise(1000, 700), "JPEG", quality=95)
    picture = pictures.take(content, budget).picture
    assert len(picture.large) <= budget
    assert picture.photo.width / picture.photo.height == pytest.approx(10 / 7, rel=0.03)
    assert len(picture.thumbnail) <= 8_000


def test_a_budget_that_nothing_fits_is_said() -> None:
    with pytest.raises(PictureError, match="100 bytes"):
        pictures.take(saved(noise(100, 100)), 100)


@pytest.mark.parametrize(("size", "expected"), [((3, 4000), (1, 1600)), ((4000, 3), (1600, 1))])
def test_the_thinnest_pictures_keep_one_pixel(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    photo = pictures.take(saved(Image.new("L", size))).picture.photo
    assert (photo.width, photo.height) == expected


def test_nothing_is_enlarged() -> None:
    photo = pictures.take(saved(Image.new("RGB", (40, 30)), "WEBP")).picture.photo
    assert (photo.width, photo.height) == (40, 30)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_mode_keeps_its_picture(mode: str) -> None:
    ramp = Image.linear_gradient("L")  # dark at the top, bright at the bottom
    if mode == "I;16":
        image = Image.frombytes("I;16", (256, 256), b"".join(bytes((v, v)) for v in ramp.tobytes()))
    else:
        image = ramp.convert("RGB").convert(mode)
    large = decoded(pictures.take(saved(image, "JPEG" if mode == "CMYK" else "PNG")).picture.large)
    grey = large.convert("L").resize((1, 4), Image.Resampling.BOX)
    for level, expected in zip(grey.tobytes(), (32, 96, 160, 224), strict=True):
        assert level == pytest.approx(expected, abs=14)


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    spotted = Image.new("P", (32, 32), 0)
    spotted.putpalette([10, 20, 30])
    for content in (saved(clear), saved(clear, "WEBP", lossless=True),
                    saved(spotted, transparency=0)):  # fmt: skip
        large = decoded(pictures.take(content).picture.large)
        assert min(low for low, _ in large.getextrema()) > 250  # type: ignore[misc]


def test_a_photo_without_anything_has_no_place_and_no_time() -> None:
    taken = pictures.take(saved(Image.new("RGB", (8, 8))))
    assert (taken.point, taken.taken_at) == (None, "")


def test_a_photo_at_zero_zero_has_no_place() -> None:
    exif = Image.Exif()
    zero = (0.0, 0.0, 0.0)
    exif[0x8825] = {1: "N", 2: zero, 3: "E", 4: zero}
    content = saved(Image.new("RGB", (8, 8)), "JPEG", exif=exif)
    assert pictures.take(content).point is None
    exif[0x8825] = {1: "S", 2: (33.0, 48.0, 0.0), 3: "E", 4: (151.0, 12.0, 0.0)}
    content = saved(Image.new("RGB", (8, 8)), "JPEG", exif=exif)
    assert pictures.take(content).point == GeoPoint(-33.8, 151.2)
