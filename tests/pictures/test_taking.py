"""From a camera's file to what is stored: upright, small, and without a trace."""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat, PngImagePlugin

from civictui import pictures
from civictui.domain.errors import PictureError
from civictui.domain.model import GeoPoint
from civictui.pictures.darkroom import darkroom

PHOTOS = Path(__file__).parent.parent / "data" / "photos"
PORTRAITS = [PHOTOS / "orientation" / f"Portrait_{number}.jpg" for number in range(1, 9)]
WITH_GPS = PHOTOS.parent / "pattern" / "thumbnail_20171125_152218.jpg"

LANDSCAPES = [PHOTOS / "orientation" / f"Landscape_{number}.jpg" for number in range(1, 9)]
REFUSED = {
    "broken-odd/broken.png": "damaged",
    "broken-odd/decompression_bomb.gif": "no picture",
    "broken-odd/mode_16bit.png": "animated",
    "broken-odd/star.gif": "no picture",
    "broken-odd/truncated_jpeg.jpg": "damaged",
    "broken-odd/ultrahdr.jpg": "damaged",  # its body is cut short
}
EVERY = sorted(path for path in PHOTOS.glob("*/*") if "LICENSE" not in path.name)
TAKEN = [path for path in EVERY if str(path.relative_to(PHOTOS)) not in REFUSED]
HEIC = PHOTOS / "exif" / "samplefilehub.heif"

TOLD = {
    "broken-odd/empty_gps_ifd.jpg": (None, "2020-07-27T14:46:48"),
    "broken-odd/exif_gps.jpg": (None, "2099-09-29T10:10:10"),  # in the future, and told as it is
    "broken-odd/exif_gps_typeerror.jpg": (None, ""),
    "broken-odd/hopper_bad_exif.jpg": (None, ""),
    "exif/30-type_error.jpg": (None, ""),
    "exif/45-gps_ifd.jpg": (None, "2012-06-23T06:55:49"),
    "exif/67-0_length_string.jpg": ("51.025000, 7.591944", ""),
    "exif/DSCN0010.jpg": ("43.467448, 11.885127", "2008-10-23T14:27:07"),
    "exif/mei-issue-308.jpg": (None, "2017-11-27T01:01:01"),
    "exif/mei-issue-508.jpg": ("43.859469, 15.503283", "2020-09-02T18:52:42"),
    "exif/mei-issue-609.jpg": (None, ""),
    "street/galaxy-note3-las-vegas.jpg": ("36.124256, -115.169868", "2014-07-12T23:15:54"),
    "street/potbot-bath-photo-2.jpg": ("51.414364, -2.496242", "2017-06-06T07:28:35"),
    "street/potbot-photo-1.jpg": ("51.400514, -2.599256", "2017-05-19T08:58:22"),
    "street/potbot-photo-4.jpg": ("51.416947, -2.493269", "2017-06-03T15:25:17"),
    "street/samsung-sm-j327t1-plaza.jpg": (None, "2019-09-26T16:38:00"),
}
"""Place and time in UTC, by a device whose own zone is UTC."""
NOTHING = {
    "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
}  # fmt: skip
"""What a JPEG without metadata still says of itself."""


def named(path: Path) -> str:
    return str(path.relative_to(PHOTOS))


@pytest.fixture(scope="module", autouse=True)
def in_utc() -> Iterator[None]:
    """The picture process knows the zone that the program has when it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        darkroom.close()
        yield
    darkroom.close()


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


@pytest.mark.parametrize("number", range(1, 9))
@pytest.mark.parametrize(
    ("series", "size"), [(PORTRAITS, (1067, 1600)), (LANDSCAPES, (600, 400))], ids=["tall", "wide"]
)
def test_all_eight_orientations_come_out_upright(
    series: list[Path], size: tuple[int, int], number: int
) -> None:
    upright = decoded(series[0].read_bytes())
    picture = pictures.take(series[number - 1].read_bytes()).picture
    large = decoded(picture.large)
    assert large.size == size
    assert_alike(large, upright.resize(large.size), 5)
    small = decoded(picture.thumbnail)
    assert_alike(small, upright.resize(small.size), 7)


def test_there_are_as_many_files_as_there_should_be() -> None:
    assert len(EVERY) == 49
    assert len(TAKEN) == len(EVERY) - len(REFUSED)
    assert {named(path) for path in EVERY} >= set(TOLD)


@pytest.mark.parametrize("path", TAKEN, ids=named)
def test_every_usable_photo_is_taken_without_a_trace(path: Path) -> None:
    if path == HEIC:
        pytest.importorskip("pillow_heif")
    content = path.read_bytes()
    picture = pictures.take(content).picture
    photo = picture.photo
    assert len(picture.large) == photo.bytes <= 400_000
    assert len(picture.thumbnail) <= 8_000
    assert max(decoded(picture.thumbnail).size) <= 256
    assert decoded(picture.large).size == (photo.width, photo.height)
    for made in (picture.large, picture.thumbnail):
        assert set(decoded(made).info) <= NOTHING
        assert not any(trace in made for trace in (b"Exif", b"http", b"ICC_PROFILE", b"Photoshop"))
    if path != HEIC:
        sides = sorted(pictures.inspect(content)[:2])
        most = min(1.0, 1600 / sides[1])
        assert sorted((photo.width, photo.height)) == [round(side * most) for side in sides]


@pytest.mark.parametrize(("name", "told"), TOLD.items())
def test_place_and_time_of_every_photo(name: str, told: tuple[str | None, str]) -> None:
    taken = pictures.take((PHOTOS / name).read_bytes())
    place, time = told
    assert (str(taken.point) if taken.point else None) == place
    assert taken.taken_at == (f"{time}.000Z" if time else "")
    assert taken.at_zero == (name == "exif/mei-issue-308.jpg")


@pytest.mark.parametrize(("name", "word"), REFUSED.items())
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
        assert set(decoded(content).info) <= NOTHING
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
    assert pictures.take(content).at_zero
    exif[0x8825] = {1: "S", 2: (33.0, 48.0, 0.0), 3: "E", 4: (151.0, 12.0, 0.0)}
    content = saved(Image.new("RGB", (8, 8)), "JPEG", exif=exif)
    assert pictures.take(content).point == GeoPoint(-33.8, 151.2)


@pytest.mark.parametrize("harm", ["zeros", "one bit", "a gap", "a lost end", "a torn name"])
def test_a_png_with_a_damaged_middle_is_refused(harm: str) -> None:
    """Not saved half black."""
    content = saved(noise(300, 200))
    middle = len(content) // 2
    name = content.index(b"IDAT", middle)
    damaged = {
        "zeros": content[:middle] + bytes(500) + content[middle + 500 :],
        "one bit": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "a gap": content[:middle] + content[middle + 500 :],
        "a lost end": content[:-12],
        "a torn name": content[:name] + b"IDAX" + content[name + 4 :],
    }[harm]
    with pytest.raises(PictureError, match="damaged"):
        pictures.take(damaged)
    assert pictures.take(content)


def test_an_avif_says_what_to_do() -> None:
    with pytest.raises(PictureError, match="AVIF pictures cannot be read") as caught:
        pictures.take(b"\0\0\0\x20ftypavif" + bytes(100))
    assert "JPEG" in caught.value.advice
