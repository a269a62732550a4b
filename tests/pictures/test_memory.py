"""How much memory the picture process takes at the most, for the largest that the caps let in."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from civictui.domain.errors import PictureError
from civictui.pictures.child import command
from civictui.pictures.darkroom import Darkroom
from tests.pictures.large import baseline, photo, saved

MOST = 150.0
"""Megabytes that the process may grow by, above what it has after a tiny picture."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the peak is read in /proc")


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def heic(width: int, height: int) -> bytes:
    pytest.importorskip("pillow_heif").register_heif_opener()
    return saved(photo(width, height), "HEIF", quality=40, enc_params={"preset": "ultrafast"})


LARGEST: dict[str, Callable[[], bytes]] = {
    "baseline, 120 megapixels": lambda: baseline(12_000, 9_950),
    "baseline, where the decoder shrinks least": lambda: baseline(7_900, 7_800),
    "progressive, 25 megapixels": lambda: saved(
        photo(5000, 5000), "JPEG", progressive=True, quality=90
    ),
    "progressive in full colour, turned": lambda: saved(
        photo(3650, 3650), "JPEG", progressive=True, subsampling="4:4:4", exif=turned()
    ),
    "PNG, 25 megapixels": lambda: saved(photo(5000, 5000), "PNG", compress_level=1),
    "transparent PNG, 25 megapixels": lambda: saved(
        photo(5000, 5000, "RGBA"), "PNG", compress_level=1
    ),
    "transparent PNG, turned": lambda: saved(
        photo(3999, 3999, "RGBA"), "PNG", compress_level=1, exif=turned()
    ),
    "16-bit PNG": lambda: saved(Image.new("I;16", (5000, 5000), 700), "PNG", compress_level=1),
    "WebP, 8 megapixels": lambda: saved(photo(4000, 2000), "WEBP", method=0),
    "HEIC, 25 megapixels": lambda: heic(5000, 5000),
}
TAKE = {"do": "take", "budget": 400_000, "thumbnail": 8_000}
DRAW = {"do": "cut", "width": 80, "height": 40, "crop": False, "window": (0.0, 0.0, 1.0, 1.0)}
ZOOM = {"do": "cut", "width": 400, "height": 200, "crop": False, "window": (0.4, 0.4, 0.45, 0.45)}


def peak(pid: int) -> float:
    """The most that ever was resident in a process, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@pytest.mark.parametrize("name", LARGEST)
def test_the_rise_of_memory_is_bounded(name: str) -> None:
    content = LARGEST[name]()
    tiny = saved(Image.new("RGB", (8, 8)), "JPEG")
    for words in (TAKE, DRAW, ZOOM):
        room = Darkroom()
        room.ask(tiny, **words)
        before = peak(room.pid)
        room.ask(content, **words)
        rise = peak(room.pid) - before
        room.close()
        assert rise <= MOST, f"{words['do']} {rise:.0f} MB"


def test_memory_that_is_not_to_be_had_is_told_in_words() -> None:
    """The wall behind the caps: a decoder that takes more than there is."""
    narrow = "from civictui.pictures import confinement, worker; confinement.ROOM = 40_000_000;"
    room = Darkroom([*command()[:-2], "-c", f"{narrow} worker.main()"])
    with pytest.raises(PictureError, match="too much memory"):
        room.ask(saved(photo(4000, 4000), "PNG", compress_level=1), **TAKE)
    room.ask(saved(photo(40, 40), "PNG"), **TAKE)
    room.close()
