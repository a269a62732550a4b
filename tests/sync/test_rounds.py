"""A round between a real store and a server in memory: what comes first, what does not wait."""

import copy
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from civictui.domain.errors import (
    GatewayError,
    NotFound,
    Refused,
    SessionExpired,
    Unreachable,
)
from civictui.domain.model import Report, SyncPhase, TransferJob
from civictui.domain.ports import Changes, RemoteObject
from civictui.domain.revtree import next_revision
from civictui.sync.rounds import NEWEST_FIRST, Round
from tests.site import PASSWORD, Site, Terminal
from tests.sync.memory import MemoryEndpoint
from tests.sync.test_loop import submitted


class Remote(MemoryEndpoint):
    """A server with many reports; `on_page` happens before each page of the feed."""

    def __init__(self, count: int) -> None:
        super().__init__("remote")
        for n in range(count):
            self.make(f"r{n:03}", {"type": "report", "problemDescription": f"Report {n}"})
        self.pages: list[dict[str, Any]] = []
        self.on_page: Any = None

    def end(self, key: str) -> None:
        """Somebody deletes it."""
        leaf = self.trees[key].leaves()[0]
        self._take(key, [next_revision(leaf, True, {}), leaf], {}, deleted=True)

    async def changes(self, since: Any, *, limit: int, **options: Any) -> Changes:
        self.pages.append({"since": since, **options})
        if self.on_page:
            await self.on_page(len(self.pages))
        page = await super().changes(since, limit=limit, **options)
        last = int(page.last_seq)
        left = 0 if options.get("descending") else len(self.order) - last
        return Changes(page.rows, page.last_seq, left)


class NoObjects:
    """No report here has a picture."""


@pytest.fixture
async def terminal(site: Site, one: Terminal) -> Terminal:
    """Signed in, without its loop."""
    grant = await one.session.sign_in(site.origin, "demo", PASSWORD)
    await one.service.accept(grant, PASSWORD, loop=False)
    return one


class Walk:
    """Rounds of a terminal, with what they showed."""

    def __init__(
        self, terminal: Terminal, remote: Remote, session: str = "s", objects: Any = None
    ) -> None:
        self.remote = remote
        self.shown: list[tuple[SyncPhase, int, int]] = []
        self.counts: list[int] = []
        self._store = terminal.store
        self.round = Round(
            terminal.store,
            remote,
            NoObjects() if objects is None else objects,  # type: ignore[arg-type]  # never asked
            ids=("remote", "local", session),
            step=self._step,
            arrived=self._arrived,
            clock=terminal.clock,
        )

    @property
    def held(self) -> int:
        """The number in the question to the person."""
        return self.round.held.count if self.round.held else 0

    async def _step(self, phase: SyncPhase) -> None:
        progress = self.round.progress
        self.shown.append((phase, progress.done, progress.total))
        self.counts.append(await self._store.reader.count())

    async def _arrived(self, _: str) -> None:
        """No picture comes."""


async def test_a_first_sync_begins_with_the_newest(terminal: Terminal) -> None:
    remote = Remote(120)
    walk = Walk(terminal, remote)
    await walk.round.run()
    assert remote.calls[0] == "changes"
    assert remote.pages[0]["descending"]
    assert NEWEST_FIRST in walk.counts
    assert await terminal.store.reader.count() == 120
    assert walk.round.moved.pulled == 120
    again = Remote(0)
    await Walk(terminal, again, "t").round.run()
    assert not any(page.get("descending") for page in again.pages)


async def test_progress_is_of_all_and_ends_with_all(terminal: Terminal) -> None:
    walk = Walk(terminal, Remote(120))
    await walk.round.run()
    pulls = [(done, total) for phase, done, total in walk.shown if total]
    assert pulls == sorted(pulls)
    assert pulls[-1] == (120, 120)
    assert {total for _, total in pulls} == {120}


async def test_what_is_written_during_a_long_pull_does_not_wait_for_its_end(
    terminal: Terminal,
) -> None:
    remote = Remote(500)
    report = Report(id="mine", reported_by="demo", description="Meanwhile")

    async def on_page(number: int) -> None:
        if number == 2:
            await terminal.store.writer.submit(report)

    remote.on_page = on_page
    await Walk(terminal, remote).round.run()
    last_page = len(remote.calls) - 1 - remote.calls[::-1].index("changes")
    assert remote.calls.index("bulk_docs") < last_page
    assert (await terminal.store.state.unsent()).nothing


async def test_a_sync_that_broke_off_goes_on_where_it_was(terminal: Terminal) -> None:
    remote = Remote(500)

    async def on_page(number: int) -> None:
        if number == 4:
            raise Unreachable("broken")

    remote.on_page = on_page
    walk = Walk(terminal, remote)
    with pytest.raises(Unreachable):
        await walk.round.run()
    reached = walk.round.since
    assert reached
    remote.pages.clear()
    remote.on_page = None
    await walk.round.run()
    assert remote.pages[0]["since"] == reached
    assert await terminal.store.reader.count() == 500


# --- one step does not keep back the others ----------------------------------------------------


class Pictures:
    """An object storage that takes what it gets."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def send(self, job: TransferJob, *_: Any) -> RemoteObject:
        self.taken.append(job.key)
        return RemoteObject(job.bytes, job.sha256)

    async def fetch(self, key: str) -> bytes:
        raise NotFound("no such picture")


STRANGE = GatewayError("The server's answer is not that of a CouchDB")
NO = Refused(500, "internal_server_error", "out of order")
BUSY = Refused(503, "busy", "come again", retry_after=60)


async def with_a_photo(terminal: Terminal) -> None:
    await terminal.store.writer.submit(Report(id="old", reported_by="demo"))
    await submitted(terminal, "With a photo", photo=True)


@pytest.mark.parametrize("error", [STRANGE, NO])
async def test_pictures_go_up_where_nothing_comes_down(
    terminal: Terminal, error: GatewayError
) -> None:
    remote, pictures = Remote(5), Pictures()

    async def on_page(number: int) -> None:
        raise error

    remote.on_page = on_page
    await with_a_photo(terminal)
    walk = Walk(terminal, remote, objects=pictures)
    with pytest.raises(GatewayError) as caught:
        await walk.round.run()
    assert caught.value is error
    assert len(pictures.taken) == 2
    assert (await terminal.store.state.unsent()).nothing
    assert walk.round.proved_at is None


@pytest.mark.parametrize("error", [STRANGE, NO])
async def test_the_rest_goes_on_where_text_is_not_taken(
    terminal: Terminal, error: GatewayError, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote, pictures = Remote(500), Pictures()
    monkeypatch.setattr(remote, "bulk_docs", raising(error))
    await with_a_photo(terminal)
    walk = Walk(terminal, remote, objects=pictures)
    with pytest.raises(GatewayError) as caught:
        await walk.round.run()
    assert caught.value is error
    assert len(pictures.taken) == 2
    assert await terminal.store.reader.count() == 502
    assert walk.round.proved_at is None


@pytest.mark.parametrize("error", [Unreachable("no link"), SessionExpired("over"), BUSY])
async def test_nothing_more_is_tried_where_there_is_no_link_or_no_leave(
    terminal: Terminal, error: GatewayError, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote, pictures = Remote(5), Pictures()
    await with_a_photo(terminal)
    monkeypatch.setattr(remote, "bulk_docs", raising(error))
    with pytest.raises(type(error)):
        await Walk(terminal, remote, objects=pictures).round.run()
    assert pictures.taken == []
    assert remote.pages == []


def raising(error: Exception) -> Callable[..., Awaitable[None]]:
    async def fail(*_: Any) -> None:
        raise error

    return fail


# --- what is known of the other side -----------------------------------------------------------


async def test_a_round_that_asked_for_nothing_proves_nothing(terminal: Terminal) -> None:
    walk = Walk(terminal, Remote(5))
    await walk.round.run()
    proved = walk.round.proved_at
    assert proved
    asked = len(walk.remote.calls)
    await walk.round.run(pull=False)
    assert len(walk.remote.calls) == asked
    assert walk.round.proved_at == proved


async def test_a_server_put_back_while_nobody_looked_is_offered_everything(
    terminal: Terminal,
) -> None:
    """It has passed the sequence that the session had come to, and says nothing of it."""
    remote = Remote(3)
    walk = Walk(terminal, remote)
    await walk.round.run()
    earlier = copy.deepcopy((remote.trees, remote.bodies, remote.order, remote.locals))
    await terminal.store.writer.submit(Report(id="mine", reported_by="demo", description="x"))
    await walk.round.run()
    assert "mine" in remote.trees
    remote.trees, remote.bodies, remote.order, remote.locals = earlier
    for n in range(4):
        remote.make(f"other{n}", {"type": "report"})
    walk.round.lost()
    await walk.round.run()
    assert "mine" in remote.trees
    assert await terminal.store.reader.count() == 8


async def test_a_connection_that_was_lost_costs_one_question(terminal: Terminal) -> None:
    remote = Remote(3)
    walk = Walk(terminal, remote)
    await walk.round.run()
    remote.calls.clear()
    walk.round.lost()
    await walk.round.run()
    await walk.round.run()
    assert remote.calls == ["get_local", "changes", "changes"]


# --- deletions ---------------------------------------------------------------------------------


async def test_the_question_is_of_all_that_the_server_deletes(terminal: Terminal) -> None:
    remote = Remote(300)
    walk = Walk(terminal, remote)
    await walk.round.run()
    for n in range(200):
        remote.end(f"r{n:03}")
    walk.round._pull.pace.limit = 70
    await walk.round.run()
    assert walk.held == 200
    assert await terminal.store.reader.count() == 300
    walk.round.deletions.allow()
    await walk.round.run()
    assert walk.held == 0
    assert await terminal.store.reader.count() == 100
