"""A round between a real store and a server in memory: what comes first, what does not wait."""

from typing import Any

import pytest

from civictui.domain.errors import Unreachable
from civictui.domain.model import Report, SyncPhase
from civictui.domain.ports import Changes
from civictui.sync.rounds import NEWEST_FIRST, Round
from tests.site import PASSWORD, Site, Terminal
from tests.sync.memory import MemoryEndpoint


class Remote(MemoryEndpoint):
    """A server with many reports; `on_page` happens before each page of the feed."""

    def __init__(self, count: int) -> None:
        super().__init__("remote")
        for n in range(count):
            self.make(f"r{n:03}", {"type": "report", "problemDescription": f"Report {n}"})
        self.pages: list[dict[str, Any]] = []
        self.on_page: Any = None

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

    def __init__(self, terminal: Terminal, remote: Remote, session: str = "s") -> None:
        self.shown: list[tuple[SyncPhase, int, int]] = []
        self.counts: list[int] = []
        self._store = terminal.store
        self.round = Round(
            terminal.store,
            remote,
            NoObjects(),  # type: ignore[arg-type]  # never asked
            ids=("remote", "local", session),
            step=self._step,
            arrived=self._arrived,
            clock=terminal.clock,
        )

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
