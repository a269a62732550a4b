"""Pictures between a real store and an object storage that a test writes down."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from civictui.domain.errors import NotFound, Refused
from civictui.domain.model import TransferJob, Waiting
from civictui.domain.ports import RemoteObject
from civictui.sync.link_rules import NO_RULES, Meter
from civictui.sync.transfers import Transfers
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
    assert [deed == "-" for deed in deeds] == [True, False] * 2
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
