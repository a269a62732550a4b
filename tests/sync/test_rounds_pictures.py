"""Pictures in a round: text goes between them, and those that never come cost little."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from civictui.domain.errors import NotFound
from civictui.domain.model import Report, TransferJob
from civictui.domain.ports import RemoteObject
from tests.site import Terminal
from tests.sync.test_loop import submitted
from tests.sync.test_rounds import Remote, Walk, terminal

__all__ = ["terminal"]


class Storage:
    """An object storage that tells before each picture, and has none."""

    def __init__(self, before: Callable[[str], Awaitable[None]] | None = None) -> None:
        self.asked: list[str] = []
        self._before = before

    async def head(self, key: str) -> RemoteObject | None:
        raise NotImplementedError

    async def send(self, job: TransferJob, *_: Any) -> RemoteObject:
        await self._told(job.key)
        return RemoteObject(job.bytes, job.sha256)

    async def fetch(self, key: str) -> bytes:
        await self._told(key)
        raise NotFound("no such picture")

    async def _told(self, key: str) -> None:
        self.asked.append(key)
        if self._before:
            await self._before(key)


def with_photos(remote: Remote, key: str, count: int = 1) -> list[str]:
    """A report on the server; the keys of its thumbnails."""
    photos = [{"large": f"L-{key}-{n}", "thumbnail": f"T-{key}-{n}"} for n in range(count)]
    parent = remote.trees[key].leaves()[0] if key in remote.trees else None
    said = f"{key}, version {len(remote.order)}"
    remote.make(key, {"type": "report", "problemDescription": said, "photos": photos}, parent)
    return [photo["thumbnail"] for photo in photos]


@pytest.mark.parametrize("down", [True, False])
async def test_text_written_while_pictures_move_goes_before_the_next_one(
    terminal: Terminal, down: bool
) -> None:
    """Each of two pictures is followed by a new report, which is on the server before the next."""
    remote = Remote(0)
    found: list[bool] = []

    async def before(_: str) -> None:
        number = len(found)
        found.append(number == 0 or f"mine{number - 1}" in remote.trees)
        await terminal.store.writer.submit(Report(id=f"mine{number}", reported_by="demo"))

    storage = Storage(before)
    if down:
        with_photos(remote, "theirs", 3)
    else:
        await submitted(terminal, "With a photo", photo=True)
    await Walk(terminal, remote, objects=storage).round.run()
    assert len(storage.asked) == (3 if down else 2)
    assert all(found)


async def test_text_that_is_not_taken_now_is_not_sent_before_every_picture(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = Remote(0)
    with_photos(remote, "theirs", 30)
    remote.refuse["mine"] = "busy"
    await terminal.store.writer.submit(Report(id="mine", reported_by="demo"))
    monkeypatch.setattr("civictui.sync.rounds.PASSING", {"forbidden"})
    await Walk(terminal, remote, objects=Storage()).round.run()
    assert remote.calls.count("bulk_docs") <= 2


async def test_news_makes_only_its_own_pictures_worth_asking_for(terminal: Terminal) -> None:
    remote, storage = Remote(0), Storage()
    bogus = [key for n in range(3) for key in with_photos(remote, f"b{n}", 10)]
    walk = Walk(terminal, remote, objects=storage)
    await walk.round.run()
    assert sorted(storage.asked) == sorted(bogus)
    storage.asked.clear()
    new = with_photos(remote, "new")
    await walk.round.run()
    assert storage.asked == new
    storage.asked.clear()
    again = with_photos(remote, "b1", 10)
    await walk.round.run()
    assert sorted(storage.asked) == sorted(again)
