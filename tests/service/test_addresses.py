"""Addresses: proposed from what is here, asked for, and filled in later exactly once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from civictui.clock import SystemClock
from civictui.domain.errors import NoAddress
from civictui.domain.model import AddressSource, Draft, GeoPoint, Report, SyncPhase
from civictui.domain.ports import Account, Secrets
from civictui.service import new_draft
from civictui.service.means import Means
from civictui.sync.addresses import AddressErrand
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent

HERE = GeoPoint(37.7749, -122.4194)
PLACE = "37.7749, -122.4194"
BAD = GeoPoint(1.0, 1.0)


class Asked:
    """`Geocoder` that says what a test tells it, to whoever makes one."""

    def __init__(self, text: str = "7 Main St, Oakland") -> None:
        self.text = text
        self.broken = False
        self.refused: set[GeoPoint] = set()
        self.points: list[GeoPoint] = []
        self.meanwhile: Callable[[], object] = lambda: None
        self.silent: asyncio.Event | None = None
        self.open = 0

    def __call__(self, _: Secrets) -> "Asked":
        self.open += 1
        return self

    async def address(self, point: GeoPoint) -> str:
        self.points.append(point)
        self.meanwhile()
        if self.silent:
            await self.silent.wait()
        if self.broken or point in self.refused:
            raise NoAddress("Cannot reach the geocoder")
        return self.text

    async def close(self) -> None:
        self.open -= 1


@asynccontextmanager
async def working(folder: Path, asked: Asked | None = None) -> AsyncIterator[Terminal]:
    """A terminal without a gateway, unlocked."""
    terminal = Terminal(folder, "")
    terminal.service._means = Means(new_geocoder=asked)
    account = Account("", "g", "demo")
    terminal.service._begin(account, await terminal.vault.create(account, PASSWORD))
    yield terminal
    await terminal.service.lock()


def draft(address: str = "") -> Draft:
    return new_draft(SystemClock(), description="Lamp out", place=PLACE, address=address)


async def filed(terminal: Terminal, asked: Asked) -> int:
    return await AddressErrand(asked)(terminal.store)


async def report(terminal: Terminal, key: str) -> Report:
    return (await terminal.store.reader.report(key)).report


async def test_addresses_near_by_and_the_town_are_proposed(tmp_path: Path) -> None:
    async with working(tmp_path) as terminal:
        service = terminal.service
        await service.submit(draft(address="1 Market St"))
        await service.submit(draft(address="1 Market St "))
        far = new_draft(SystemClock(), description="x", place="37.7849, -122.4194", address="Far")
        await service.submit(far)
        found = await service.addresses(HERE)
        assert [one.text for one in found] == ["1 Market St", "San Francisco, CA, US"]
        assert found[0].meters < 1
        assert {one.source for one in found} == {AddressSource.OFFLINE}


async def test_a_report_that_is_said_to_be_in_the_town_gives_no_other_name(tmp_path: Path) -> None:
    async with working(tmp_path) as terminal:
        await terminal.service.submit(draft(address="San Francisco, CA, US"))
        (found,) = await terminal.service.addresses(HERE)
        assert found.is_town


async def test_without_a_geocoder_nobody_is_asked_and_nothing_is_pending(tmp_path: Path) -> None:
    async with working(tmp_path) as terminal:
        assert await terminal.service.ask_address(HERE) is None
        key = await terminal.service.submit(draft())
        assert (await report(terminal, key)).address_source == ""
        assert await terminal.store.state.awaiting_address() == []


async def test_the_geocoder_proposes_and_is_closed(tmp_path: Path) -> None:
    asked = Asked()
    async with working(tmp_path, asked) as terminal:
        found = await terminal.service.ask_address(HERE)
        assert found is not None
        assert (found.text, found.source) == (asked.text, AddressSource.GEOCODER)
        asked.broken = True
        with pytest.raises(NoAddress):
            await terminal.service.ask_address(HERE)
        assert asked.open == 0


async def test_a_report_without_an_address_gets_one_exactly_once(tmp_path: Path) -> None:
    asked = Asked()
    async with working(tmp_path, asked) as terminal:
        key = await terminal.service.submit(draft())
        assert (await report(terminal, key)).address_source == AddressSource.PENDING
        assert await filed(terminal, asked) == 1
        filled = await report(terminal, key)
        assert (filled.address, filled.address_source) == (asked.text, AddressSource.GEOCODER)
        assert (await terminal.store.reader.document(key))["_rev"].startswith("2-")
        assert await filed(terminal, asked) == 0
        assert len(asked.points) == 1
        assert asked.open == 0


async def test_an_edit_that_adds_the_place_has_its_address_asked_for(tmp_path: Path) -> None:
    asked = Asked()
    async with working(tmp_path, asked) as terminal:
        service = terminal.service
        key = await service.submit(replace(draft(), place=""))
        edit = await service.begin_edit(key)
        await service.submit(replace(edit, description="Lamp out, two of them"))
        assert await terminal.store.state.awaiting_address() == []
        await service.submit(replace(await service.begin_edit(key), place=PLACE))
        assert await filed(terminal, asked) == 1
        assert (await report(terminal, key)).address == asked.text


async def test_a_typed_address_is_never_asked_about(tmp_path: Path) -> None:
    asked = Asked()
    async with working(tmp_path, asked) as terminal:
        key = await terminal.service.submit(draft(address="By the old mill"))
        assert await filed(terminal, asked) == 0
        assert (await report(terminal, key)).address == "By the old mill"
        assert asked.points == []


async def test_what_the_person_types_meanwhile_stays(tmp_path: Path) -> None:
    asked = Asked()
    async with working(tmp_path, asked) as terminal:
        service = terminal.service
        key = await service.submit(draft())
        edit = await service.begin_edit(key)
        await service.submit(replace(edit, address="By the old mill"))
        assert await filed(terminal, asked) == 0
        assert not await terminal.store.writer.fill_address(key, HERE, asked.text)
        kept = await report(terminal, key)
        assert (kept.address, kept.address_source) == ("By the old mill", AddressSource.TYPED)
        assert await terminal.store.state.awaiting_address() == []


async def test_a_report_that_is_being_edited_is_left_alone(tmp_path: Path) -> None:
    asked = Asked()
    async with working(tmp_path, asked) as terminal:
        service = terminal.service
        key = await service.submit(draft())
        edit = await service.begin_edit(key)
        await service.save_draft(replace(edit, description="Lamp out, two of them"))
        assert await filed(terminal, asked) == 0
        assert not await terminal.store.writer.fill_address(key, HERE, asked.text)
        await service.discard_draft(edit.id)
        assert await filed(terminal, asked) == 1


async def test_an_address_of_another_place_is_not_taken(tmp_path: Path) -> None:
    asked = Asked()
    async with working(tmp_path, asked) as terminal:
        key = await terminal.service.submit(draft())
        assert not await terminal.store.writer.fill_address(key, GeoPoint(1, 1), asked.text)
        assert await terminal.store.state.awaiting_address() == [key]


async def test_a_withdrawn_report_waits_no_more(tmp_path: Path) -> None:
    asked = Asked()
    async with working(tmp_path, asked) as terminal:
        key = await terminal.service.submit(draft())
        await terminal.service.withdraw(key)
        assert await filed(terminal, asked) == 0
        assert asked.points == []
        assert await terminal.store.state.awaiting_address() == []


async def test_where_there_is_no_address_nothing_is_pending(tmp_path: Path) -> None:
    asked = Asked("")
    async with working(tmp_path, asked) as terminal:
        key = await terminal.service.submit(draft())
        await filed(terminal, asked)
        found = await report(terminal, key)
        assert (found.address, found.address_source) == ("", "")
        assert await terminal.store.state.awaiting_address() == []


async def test_without_an_answer_it_rests_and_asks_again(tmp_path: Path) -> None:
    asked, now = Asked(), [0.0]
    async with working(tmp_path, asked) as terminal:
        key = await terminal.service.submit(draft())
        asked.broken = True
        errand = AddressErrand(asked, lambda: now[0])
        assert await errand(terminal.store) == 0
        (note,) = await terminal.service.notes()
        assert note.words == "no addresses for now: Cannot reach the geocoder"
        now[0] = 601.0
        assert await errand(terminal.store) == 0
        assert len(await terminal.service.notes()) == 1
        asked.broken = False
        assert await errand(terminal.store) == 0
        now[0] = 1202.0
        assert await errand(terminal.store) == 1
        assert (await report(terminal, key)).address == asked.text
        assert asked.open == 0


async def test_one_that_never_gets_an_answer_keeps_back_no_other(tmp_path: Path) -> None:
    asked, now = Asked(), [0.0]
    async with working(tmp_path, asked) as terminal:
        keys = [await terminal.service.submit(draft()) for _ in range(2)]
        await terminal.store.writer.submit(
            Report(id="0", point=BAD, address_source=AddressSource.PENDING, reported_by="demo")
        )
        moved = replace(await report(terminal, keys[0]), point=BAD)
        rev = (await terminal.store.reader.document(keys[0]))["_rev"]
        await terminal.store.writer.edit(moved, rev)
        asked.refused = {BAD}
        errand = AddressErrand(asked, lambda: now[0])
        for _ in range(3):
            await errand(terminal.store)
            now[0] += 601.0
        assert (await report(terminal, keys[1])).address == asked.text
        assert set(await terminal.store.state.awaiting_address()) == {keys[0], "0"}


async def test_a_slow_one_does_not_hold_the_command_up(tmp_path: Path) -> None:
    asked, now = Asked(), [0.0]
    async with working(tmp_path, asked) as terminal:
        for _ in range(5):
            await terminal.service.submit(draft())

        def slowly() -> None:
            now[0] += 31.0

        asked.meanwhile = slowly
        assert await AddressErrand(asked, lambda: now[0])(terminal.store) == 2


async def test_the_loop_asks_after_a_round_and_sends_the_address(
    site: Site, tmp_path: Path
) -> None:
    asked = Asked()
    terminal = Terminal(tmp_path / "one", site.origin, errand=AddressErrand(asked))
    terminal.service._means = Means(new_geocoder=asked)
    watch = Watch(terminal)
    await terminal.service.sign_in("demo", PASSWORD)
    key = await terminal.service.submit(draft())

    async def is_known() -> bool:
        return bool((await report(terminal, key)).address) and await all_sent(terminal)

    await watch.until(is_known)
    assert len(asked.points) == 1
    await terminal.service.lock()


async def test_a_pause_ends_the_questions(site: Site, tmp_path: Path) -> None:
    asked = Asked()
    asked.silent = asyncio.Event()
    terminal = Terminal(tmp_path / "one", site.origin, errand=AddressErrand(asked))
    terminal.service._means = Means(new_geocoder=asked)
    watch = Watch(terminal)
    await terminal.service.sign_in("demo", PASSWORD)
    await terminal.service.submit(draft())
    await watch.until(partial(all_sent, terminal))
    async with asyncio.timeout(30):
        while not asked.open:
            await asyncio.sleep(0.01)
        terminal.service.pause_sync()
        await watch.until_phase(terminal, SyncPhase.PAUSED)
        assert asked.open == 0
        asked.silent = None
        terminal.service.resume_sync()
        while await terminal.store.state.awaiting_address():
            await asyncio.sleep(0.01)
    await terminal.service.lock()


async def test_three_terminals_agree_and_nobody_is_asked(
    site: Site, one: Terminal, two: Terminal, tmp_path: Path
) -> None:
    """One writes a report and is told its address; another of the same user was away meanwhile."""
    away = Terminal(tmp_path / "away", site.origin)
    one.service._means = Means(new_geocoder=Asked())
    watches = [Watch(terminal) for terminal in (one, two, away)]
    for terminal, user in zip((one, two, away), ("demo", "asha", "demo"), strict=True):
        await terminal.service.sign_in(user, PASSWORD)
    typed, moved, gone = [await one.service.submit(draft()) for _ in range(3)]

    async def has_three(terminal: Terminal) -> bool:
        return await terminal.service.reader.count() == 3

    for terminal, watch in zip((two, away), watches[1:], strict=True):
        await watch.until(partial(has_three, terminal))
    away.service.pause_sync()
    await watches[2].until_phase(away, SyncPhase.PAUSED)
    edit = await away.service.begin_edit(typed)
    await away.service.submit(replace(edit, address="By the old mill"))
    edit = await away.service.begin_edit(moved)
    await away.service.submit(replace(edit, place="1.0, 1.0"))
    await away.service.withdraw(gone)
    assert await AddressErrand(Asked())(one.store) == 3
    one.service.sync_now()
    await watches[0].until(partial(all_sent, one))
    away.service.resume_sync()

    async def agrees(terminal: Terminal) -> bool:
        reader = terminal.service.reader
        if await reader.conflicts() or await reader.count() != 2 or not await all_sent(terminal):
            return False
        texts = [(await report(terminal, key)).address for key in (typed, moved)]
        return texts == ["By the old mill", ""]

    for terminal, watch in zip((one, two, away), watches, strict=True):
        await watch.until(partial(agrees, terminal))
        assert await terminal.service.waiting() == []
        await terminal.service.lock()
