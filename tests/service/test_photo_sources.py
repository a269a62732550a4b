"""Photos that nobody names: the newest of the inbox, and what a camera command gives."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from civictui import pictures
from civictui.codec import encode
from civictui.domain.errors import PictureError
from civictui.domain.ports import TakenPhoto
from civictui.pictures.darkroom import darkroom
from civictui.service import new_draft
from civictui.service.means import Means, PhotoSources
from tests.site import PASSWORD, Terminal

PHOTOS = Path(__file__).parent.parent / "data" / "photos"
AT_ZERO = PHOTOS / "exif" / "mei-issue-308.jpg"
STREET = PHOTOS / "street" / "potbot-photo-4.jpg"


async def having(terminal: Terminal, **sources: object) -> Terminal:
    """Signed in, with these sources of photos."""
    await terminal.service.sign_in("demo", PASSWORD)
    terminal.service._means = Means(photos=PhotoSources(**sources))  # type: ignore[arg-type]
    return terminal


async def is_sealed(terminal: Terminal, taken: TakenPhoto) -> bool:
    large = await terminal.store.blobs.get(taken.photo.large)
    return bool(large) and bool(await terminal.store.blobs.get(taken.photo.thumbnail))


async def test_a_file_is_taken_with_what_it_tells(one: Terminal) -> None:
    await having(one)
    taken = await one.service.take_photo(str(STREET))
    assert taken.name == "potbot-photo-4.jpg"
    assert str(taken.point) == "51.416947, -2.493269"
    assert not taken.at_zero
    assert (await one.service.take_photo(str(AT_ZERO))).at_zero
    assert await is_sealed(one, taken)


async def test_what_a_file_told_outlives_the_lock_and_is_in_no_report(one: Terminal) -> None:
    await having(one)
    taken = [await one.service.take_photo(str(path)) for path in (STREET, AT_ZERO)]
    photos = tuple(photo.photo for photo in taken)
    origins = {photo.photo.key: photo.origin for photo in taken}
    draft = replace(new_draft(one.clock, photos, description="hole"), origins=origins)
    await one.service.save_draft(draft)
    await one.service.lock()
    await one.service.sign_in("demo", PASSWORD)
    (kept,) = await one.store.reader.drafts()
    assert kept.origins == origins
    key = await one.service.submit(kept)
    doc = await one.store.reader.document(key)
    assert "origins" not in doc
    assert STREET.name.encode() not in encode(doc)


async def test_the_newest_of_the_inbox_is_taken(one: Terminal, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox" / "100CAM"
    inbox.mkdir(parents=True)
    for written, path in ((100, AT_ZERO), (200, STREET)):
        (inbox / path.name).write_bytes(path.read_bytes())
        os.utime(inbox / path.name, (written, written))
    await having(one, inbox=str(inbox.parent))
    taken = await one.service.take_newest()
    assert taken.name == "potbot-photo-4.jpg"
    assert taken.point
    assert await is_sealed(one, taken)


async def test_an_inbox_that_is_not_there_is_told(one: Terminal, tmp_path: Path) -> None:
    await having(one, inbox=str(tmp_path / "nowhere"))
    with pytest.raises(PictureError, match="There is no folder"):
        await one.service.take_newest()


async def test_the_camera_s_photo_is_taken(one: Terminal) -> None:
    await having(one, capture=f"cat '{STREET}'", seconds=20.0)
    taken = await one.service.capture_photo()
    assert taken.name == "camera"
    assert await is_sealed(one, taken)


@pytest.mark.parametrize(
    ("template", "word"),
    [("", "No camera command is set"), ("echo hello", "no picture"), ("false", "failed")],
)
async def test_a_camera_that_gives_none_is_told(one: Terminal, template: str, word: str) -> None:
    await having(one, capture=template)
    with pytest.raises(PictureError, match=word):
        await one.service.capture_photo()


async def test_whoever_leaves_meanwhile_does_not_wait_for_the_camera(
    one: Terminal, tmp_path: Path
) -> None:
    path = tmp_path / "pid"
    await having(one, capture=f"sh -c 'echo $$ > {path}; exec sleep 99'", seconds=90.0)
    taking = asyncio.create_task(one.service.capture_photo())
    async with asyncio.timeout(30):
        while not (path.exists() and path.read_text(encoding="ascii").endswith("\n")):
            await asyncio.sleep(0.01)
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
        pid = int(path.read_text(encoding="ascii"))
        with pytest.raises(ProcessLookupError):
            while True:
                os.kill(pid, 0)
                await asyncio.sleep(0.01)


async def test_whoever_locks_does_not_wait_for_a_picture_that_hangs(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.service.take_photo(str(STREET))
    pid = darkroom.pid
    os.kill(pid, signal.SIGSTOP)
    photo = STREET.read_bytes()
    waiting = [asyncio.create_task(asyncio.to_thread(pictures.fit, photo, 8, 8)) for _ in "12"]
    while not darkroom._orders.qsize():  # one is worked on, one waits
        await asyncio.sleep(0.01)
    await one.service.lock()
    for one_of_them in waiting:
        with pytest.raises(PictureError, match="not opened any more"):
            await one_of_them
    assert darkroom.pid == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
