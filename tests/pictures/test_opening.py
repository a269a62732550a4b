"""The caps: what is too much is refused by its header, before anything is decoded."""

import random
import struct
import subprocess
import sys
import threading
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from civictui import pictures
from civictui.domain.errors import PictureError
from civictui.pictures import jpeg

DATA = Path(__file__).parent.parent / "data"


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is as large as that, and has next to nothing in it."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0" * 1000)
    chunks = [
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (header, body)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def jpeg_with_size(content: bytes, width: int, height: int) -> bytes:
    """The same JPEG with another size in its frame header."""
    start = min(place for mark in (b"\xff\xc0", b"\xff\xc2") if (place := content.find(mark)) > 0)
    size = struct.pack(">HH", height, width)
    return content[: start + 5] + size + content[start + 9 :]


def saved(size: tuple[int, int], kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, "navy").save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_inspected_by_its_header(kind: str) -> None:
    assert pictures.inspect(saved((30, 20), kind)) == (30, 20, kind)


def test_a_turned_photo_is_inspected_as_it_is_stored() -> None:
    content = (DATA / "photos" / "orientation" / "Portrait_6.jpg").read_bytes()
    assert pictures.inspect(content) == (1800, 1200, "JPEG")


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "ICO"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(PictureError, match="no picture that can be read"):
        pictures.inspect(saved((30, 20), kind))


def test_a_picture_that_only_claims_to_be_one_is_refused() -> None:
    gif = saved((30, 20), "GIF")
    for magic in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"):
        with pytest.raises(PictureError, match="damaged"):
            pictures.inspect(magic + gif)


@pytest.mark.parametrize("size", [(5000, 5001), (16_000, 16_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(PictureError, match="megapixels"):
        pictures.inspect(png_header(*size))


def test_a_webp_has_a_lower_cap_than_a_png() -> None:
    with pytest.raises(PictureError, match="more than 8 megapixels"):
        pictures.inspect(saved((4000, 2001), "WEBP", quality=1, method=0))


def test_a_baseline_photo_may_be_large_and_a_progressive_one_may_not() -> None:
    plain, held = saved((64, 64), "JPEG"), saved((64, 64), "JPEG", progressive=True)
    assert pictures.inspect(jpeg_with_size(plain, 12_000, 10_000)) == (12_000, 10_000, "JPEG")
    with pytest.raises(PictureError, match="more than 25 megapixels"):
        pictures.inspect(jpeg_with_size(held, 12_000, 10_000))
    with pytest.raises(PictureError, match="more than 120 megapixels"):
        pictures.inspect(jpeg_with_size(plain, 12_000, 10_001))
    with pytest.raises(PictureError, match="more than 120 megapixels"):
        pictures.inspect(jpeg_with_size(plain, 65_000, 65_000))


def test_a_progressive_photo_is_capped_by_its_samples() -> None:
    held = saved((64, 64), "JPEG", progressive=True, subsampling=0)
    with pytest.raises(PictureError, match="more than 13 megapixels"):
        pictures.inspect(jpeg_with_size(held, 4000, 3400))


def test_a_large_baseline_photo_is_shrunk_while_it_is_decoded() -> None:
    photo = pictures.take(saved((6000, 5000), "JPEG", quality=20)).picture.photo
    assert (photo.width, photo.height) == (1600, 1333)


def test_the_layout_of_a_photo_is_read() -> None:
    assert jpeg.layout(BytesIO(saved((64, 64), "JPEG"))) == jpeg.Layout(streamed=True, samples=1.5)
    full = saved((64, 64), "JPEG", subsampling=0)
    assert jpeg.layout(BytesIO(full)) == jpeg.Layout(streamed=True, samples=3.0)
    assert not jpeg.layout(BytesIO(saved((64, 64), "JPEG", progressive=True))).streamed
    # One scan a colour: as baseline as any, and held as a whole all the same.
    start = full.find(b"\xff\xda")
    alone = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"
    assert not jpeg.layout(BytesIO(full[:start] + alone)).streamed


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xff\xff"]
)
def test_a_layout_that_cannot_be_followed_counts_as_held(content: bytes) -> None:
    assert not jpeg.layout(BytesIO(content)).streamed


def test_hostile_bytes_are_a_picture_error_or_a_picture() -> None:
    """A thousand damaged files, the same each time; make it more by hand when Pillow changes."""
    source = random.Random(20_260_504)
    seeds = [path.read_bytes() for path in sorted((DATA / "photos" / "broken-odd").iterdir())]
    seeds += [saved((40, 30), kind) for kind in ("JPEG", "PNG", "WEBP")]
    refused = 0
    for _ in range(1000):
        content = bytearray(source.choice(seeds))
        for _ in range(source.choice((1, 4, 30))):
            content[source.randrange(min(len(content), 700))] = source.randrange(256)
        try:
            pictures.take(bytes(content[: source.choice((None, 500))]))
        except PictureError:
            refused += 1
    assert 100 < refused < 1000


def test_threads_take_turns() -> None:
    content = saved((300, 200), "JPEG")
    keys: list[str] = []

    def work() -> None:
        keys.append(pictures.take(content).picture.photo.large)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 4
    assert len(set(keys)) == 1


def test_pillow_is_not_loaded_before_the_first_picture() -> None:
    code = (
        "import sys, civictui.pictures, civictui.geo.maps.area_map, civictui.geo.distance;"
        "assert not {'PIL', 'geopy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("kind", "at", "stuffing"),
    [
        ("JPEG", 20, b"\xff"),
        ("JPEG", 20, b"junk"),
        ("JPEG", 20, b"\xff\x00"),
        ("JPEG", 20, b"\xff\xd3"),
        ("JPEG", 20, b"\xff\xf3"),
        ("JPEG", 20, b"\xff\xe7\x00\x02"),
        ("PNG", 33, struct.pack(">I4sI", 0, b"aaAa", zlib.crc32(b"aaAa"))),
    ],
)
def test_a_header_that_takes_long_to_read_is_refused(kind: str, at: int, stuffing: bytes) -> None:
    """Sixteen megabytes of these would hold a core of the gateway for ten seconds."""
    buffer = BytesIO()
    Image.new("RGB", (9, 9)).save(buffer, kind)
    content = buffer.getvalue()
    some = content[:at] + stuffing * 200 + content[at:]
    assert pictures.inspect(some) == (9, 9, kind)
    with pytest.raises(PictureError, match="damaged"):
        pictures.inspect(content[:at] + stuffing * 21_000 + content[at:])
