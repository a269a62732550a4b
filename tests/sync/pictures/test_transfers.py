"""Pictures between a real store and an object storage that a test writes down."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from civictui.domain.errors import NotFound, Refused
from civictui.domain.model import Photo, Report, TransferJob, Waiting
from civictui.domain.ports import RemoteObject
from civictui.sync.pictures.link_rules import NO_RULES, LinkRules, Meter
from civictui.sync.pictures.transfers import Transfers
from tests.site import PASSWORD, Site, Terminal
from tests.sync.test_loop import submitted


class Objects:
    """`ObjectStore`: has what it is given, and refuses what it is told to."""

    def __init__(self, refusal: Refused | None = None) -> None:
        self.has: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.refusal = refusal

    async def head(self, key: str) -> RemoteObject | None:
        raise NotImplementedError

    async def fetch(self, key: str) -> bytes:
        self.asked.append(key)
        if key not in self.has:
            raise NotFound("no such picture")
        return self.has[key]

    async def send(self, job: TransferJob, content: bytes, _: Any) -> RemoteObject:
        self.asked.append(job.key)
        if self.refusal:
            raise self.refusal
        return RemoteObject(job.bytes, job.sha256)


@pytest.fixture
async def terminal(site: Site, one: Terminal) -> Terminal:
    """Signed in, without its loop."""
    grant = await one.session.sign_in(site.origin, "demo", PASSWORD)
    await one.service.accept(grant, PASSWORD, loop=False)
    return one


async def nothing(_: str) -> None:
    """Nobody looks."""


def transfers(terminal: Terminal, objects: Objects, **options: Any) -> Transfers:
    meter = Meter(options.pop("rules", NO_RULES), terminal.store.secrets, terminal.clock)
    return Transfers(terminal.store, objects, nothing, nothing, meter=meter, **options)


async def waiting(terminal: Terminal) -> Waiting:
    (found,) = await terminal.store.state.waiting()
    return found


# --- what the person is told ---------------------------------------------------------------------


async def test_a_photo_that_is_refused_says_why_in_a_word_too(terminal: Terminal) -> None:
    await submitted(terminal, "With a photo", photo=True)
    no = Refused(413, "too_large", "A picture has 1 to 100000 bytes.")
    assert await transfers(terminal, Objects(no)).send_all() == 0
    found = await waiting(terminal)
    assert (found.code, found.reason, found.photos) == ("too_large", no.reason, 1)


async def test_a_photo_whose_file_is_gone_says_so(terminal: Terminal, tmp_path: Path) -> None:
    await submitted(terminal, "With a photo", photo=True)
    pictures = list((tmp_path / "one").rglob("??/*"))
    assert len(pictures) == 2
    for picture in pictures:
        picture.unlink()
    assert await transfers(terminal, Objects()).send_all() == 0
    found = await waiting(terminal)
    assert found.code == "lost"
    assert "gone or damaged" in found.reason


# --- text first ----------------------------------------------------------------------------------


def note(deeds: list[str], what: str) -> Callable[[], Awaitable[None]]:
    async def noted() -> None:
        deeds.append(what)

    return noted


async def test_before_each_picture_there_is_room_for_something_else(terminal: Terminal) -> None:
    await submitted(terminal, "With a photo", photo=True)
    objects = Objects()
    objects.has = {"a.jpg": b"a", "b.jpg": b"b"}
    deeds = objects.asked
    both = transfers(terminal, objects, between=note(deeds, "-"))
    await both.send_all()
    assert [deed == "-" for deed in deeds] == [*[True, False] * 2, True]
    deeds.clear()
    await both.fetch(["a.jpg", "absent.jpg", "b.jpg"])
    assert deeds == ["-", "a.jpg", "-", "absent.jpg", "-", "b.jpg"]


# --- what the server lacks -----------------------------------------------------------------------


async def test_a_picture_that_is_missing_is_left_alone_for_a_time(terminal: Terminal) -> None:
    objects, now = Objects(), [0.0]
    both = transfers(terminal, objects, now=lambda: now[0])
    for _ in range(3):
        assert await both.fetch(["a.jpg", "b.jpg"]) == 0
    assert objects.asked == ["a.jpg", "b.jpg"]
    wait = both.absent.wait()
    assert wait
    now[0] += wait
    objects.has["a.jpg"] = b"a"
    assert await both.fetch(["a.jpg", "b.jpg"]) == 1
    assert objects.asked == ["a.jpg", "b.jpg"] * 2
    both.absent.forget(["b.jpg"])
    await both.fetch(["b.jpg"])
    assert objects.asked[4:] == ["b.jpg"]


async def test_one_that_somebody_opened_is_missing_no_more(terminal: Terminal) -> None:
    objects = Objects()
    both = transfers(terminal, objects)
    await both.fetch(["a.jpg"])
    objects.has["a.jpg"] = b"a"
    await both.fetch_one("a.jpg")
    assert not both.absent


# --- order, room, damage -------------------------------------------------------------------------


async def test_a_thumbnail_that_is_new_goes_before_the_large_ones_that_are_left(
    terminal: Terminal,
) -> None:
    await submitted(terminal, "First", photo=True)
    kinds: list[str] = []

    class Slow(Objects):
        async def send(self, job: TransferJob, content: bytes, _: Any) -> RemoteObject:
            kinds.append(job.kind.value)
            if kinds == ["thumbnail"]:
                photos = (Photo("b.jpg", "s.jpg"), Photo("c.jpg", "s.jpg"))
                for key in ("b.jpg", "c.jpg", "s.jpg"):
                    await terminal.store.blobs.put(key, key.encode())
                report = Report(id="new", reported_by="demo", photos=photos)
                await terminal.store.writer.submit(report)
            return await super().send(job, content, _)

    assert await transfers(terminal, Slow()).send_all() == 5
    assert kinds == ["thumbnail", "thumbnail", "large", "large", "large"]


async def test_what_somebody_asked_for_is_not_let_go_of_before_he_sees_it(
    terminal: Terminal,
) -> None:
    """Large ones give way before thumbnails: of a small room it would be the first to go."""
    small, large = b"s" * 900, b"L" * 5000
    doc = {
        "_id": "theirs",
        "_rev": "1-a",
        "_revisions": {"start": 1, "ids": ["a"]},
        "type": "report",
        "reportedBy": "other",
        "photos": [{"large": "theirs.jpg", "thumbnail": "theirs-s.jpg", "bytes": len(large)}],
    }
    assert not await terminal.store.endpoint.bulk_docs([doc])
    await terminal.store.blobs.put("theirs-s.jpg", small)
    objects = Objects()
    objects.has = {"theirs.jpg": large}
    both = transfers(terminal, objects, rules=LinkRules(cache_bytes=1000))
    await both.fetch_one("theirs.jpg")
    assert await terminal.store.blobs.get("theirs.jpg") == large


async def test_a_picture_that_is_here_and_damaged_is_fetched_again(
    terminal: Terminal, tmp_path: Path
) -> None:
    await terminal.store.blobs.put("a.jpg", b"whole")
    (file,) = (tmp_path / "one").rglob("blob/??/*")
    file.write_bytes(b"damaged")
    objects = Objects()
    objects.has = {"a.jpg": b"whole"}
    both = transfers(terminal, objects)
    await both.fetch_one("a.jpg")
    assert await terminal.store.blobs.get("a.jpg") == b"whole"
    await both.fetch_one("a.jpg")
    assert objects.asked == ["a.jpg"]
