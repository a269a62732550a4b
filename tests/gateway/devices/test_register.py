"""The register: pieces of knowledge add up to the same, however they are cut into writes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civictui.domain.errors import StoreFull
from civictui.gateway.devices import register as module
from civictui.gateway.devices.counts import KEPT_DAYS, Count, CountKey, Counts, counts_of
from civictui.gateway.devices.disabled import DisabledDevices
from civictui.gateway.devices.entries import Entry, Holdings
from civictui.gateway.devices.records import Records, bounded, entries_of
from civictui.gateway.devices.register import Register, has_device
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.problems import Problem
from civictui.storage.thread import StoreThread
from tests.conftest import MovableClock

DAY = "2026-05-04"


@dataclass
class Caller:
    device: str = "d1"
    user: str = "demo"
    version: str = "1.0"


@pytest.fixture
async def thread() -> AsyncIterator[StoreThread]:
    opened = StoreThread("test")
    yield opened
    opened.close()


@pytest.fixture
def register(folder: GatewayFolder, thread: StoreThread, clock: MovableClock) -> Register:
    return Register(folder, thread, DisabledDevices(folder), clock)


TIMES = st.integers(0, 9).map(lambda second: f"2026-05-04T12:00:0{second}.000Z")
HOLDINGS = st.builds(Holdings, unsent_reports=st.integers(0, 3), drafts=st.integers(0, 3))


@st.composite
def pieces(draw: st.DrawFn) -> Entry:
    piece = Entry(device=draw(st.sampled_from("ab")), user=draw(st.sampled_from("xy")))
    time = draw(TIMES)
    if draw(st.booleans()):
        name = draw(st.sampled_from(["", "terminal", "laptop"]))
        version = draw(st.sampled_from(["", "1.0", "1.1"]))
        piece = replace(piece, first=time, last=time, name=name, version=version)
    if draw(st.booleans()):
        piece = replace(piece, documents=draw(st.integers(1, 5)), last_document=time)
    if draw(st.booleans()):
        piece = replace(piece, pictures=1, last_picture=time)
    if draw(st.booleans()):
        piece = replace(piece, holds=draw(HOLDINGS), told=time, knew=draw(st.booleans()))
    return piece


@given(st.lists(pieces(), min_size=3, max_size=3))
def test_how_they_are_put_together_makes_no_difference(three: list[Entry]) -> None:
    one, two, last = (replace(piece, device="a", user="x") for piece in three)
    assert one.merged(two).merged(last) == one.merged(two.merged(last))
    nothing = Entry(device="a", user="x")
    assert one.merged(nothing) == nothing.merged(one) == one


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(pieces(), st.booleans()), max_size=12))
def test_restarts_in_between_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, heard: list[tuple[Entry, bool]]
) -> None:
    folder = GatewayFolder.open(tmp_path_factory.mktemp("gateway"), 1)
    disabled = DisabledDevices(folder)
    whole: dict[tuple[str, str], Entry] = {}
    records = Records(folder, disabled)
    for piece, restarts in heard:
        known = whole.get(piece.key)
        whole[piece.key] = known.merged(piece) if known else piece
        records.add([piece])
        if restarts:
            records = Records(folder, disabled)
    assert {entry.key: entry for entry in entries_of(folder)} == whole


@given(st.lists(pieces(), max_size=8, unique_by=lambda piece: piece.key), st.integers(0, 4))
def test_whoever_is_disabled_or_holds_something_stays(found: list[Entry], most: int) -> None:
    entries = {entry.key: entry for entry in found}
    kept = bounded(entries, {"a"}, most, 100)
    assert len(kept) == min(most, len(entries))
    needed = {key for key, e in entries.items() if e.device == "a" or e.holds_something}
    assert len(needed & set(kept)) == min(most, len(needed))
    gone = [entry.last for key, entry in entries.items() if key not in kept | dict.fromkeys(needed)]
    stay = [entry.last for key, entry in kept.items() if key not in needed]
    assert not gone or not stay or max(gone) <= min(stay)


def test_a_newcomer_drives_nobody_out_by_what_he_holds() -> None:
    held = Holdings(unsent_reports=1)
    old, new = (
        Entry(device=name, user="x", first=f"{DAY}T0{name}", last=f"{DAY}T0{name}", holds=held)
        for name in "12"
    )
    assert list(bounded({old.key: old, new.key: new}, (), 1)) == [old.key]
    assert list(bounded({old.key: old, new.key: new}, (), 9, most_of_user=1)) == [old.key]


async def test_what_was_heard_is_written_at_the_end(
    register: Register, folder: GatewayFolder, clock: MovableClock
) -> None:
    register.heard(Caller(), "laptop", Count(sign_ins=1))
    clock.move(60)
    register.heard(Caller(version="1.1"))
    register.received(Caller(version="1.1"), Count(documents=2, pictures=1, bytes_in=9))
    register.heard(Caller(user="asha"))
    register.heard(Caller(device="d2"))
    assert entries_of(folder) == []
    await register.close()
    found = {(entry.device, entry.user): entry for entry in entries_of(folder)}
    assert set(found) == {("d1", "demo"), ("d1", "asha"), ("d2", "demo")}
    entry = found["d1", "demo"]
    assert (entry.name, entry.version, entry.documents) == ("laptop", "1.1", 2)
    assert entry.first < entry.last == entry.last_document == entry.last_picture
    assert counts_of(folder) == {
        CountKey(entry.last[:10], "d1", "1.0"): Count(sign_ins=1),
        CountKey(entry.last[:10], "d1", "1.1"): Count(documents=2, pictures=1, bytes_in=9),
    }


async def test_it_is_written_by_itself(
    register: Register, folder: GatewayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FLUSH_SECONDS", 0.01)
    register.heard(Caller())
    async with asyncio.timeout(30):
        while not entries_of(folder):
            await asyncio.sleep(0.01)
    await register.close()


async def test_what_a_device_says_is_on_the_disk_when_it_is_answered(
    register: Register, folder: GatewayFolder
) -> None:
    await register.told(Caller(), Holdings(unsent_reports=2), False)
    assert entries_of(folder)[0].holds == Holdings(unsent_reports=2)
    await asyncio.gather(*(register.told(Caller(f"d{i}"), Holdings(), False) for i in range(20)))
    assert len(entries_of(folder)) == 20
    await register.close()


async def test_what_cannot_be_written_is_kept_for_the_next_time(
    register: Register, folder: GatewayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull("The disk is full", "Make room.")

    with monkeypatch.context() as patch:
        patch.setattr(Records, "add", full)
        patch.setattr(Counts, "add", full)
        register.heard(Caller(version="1.0"), count=Count(sign_ins=1))
        with pytest.raises(StoreFull):
            await register.told(Caller(), Holdings(drafts=1), False)
        register.heard(Caller(version="1.1"), count=Count(renewals=1))
    await register.close()
    assert entries_of(folder)[0].version == "1.1"
    assert entries_of(folder)[0].holds == Holdings(drafts=1)
    assert sum(count.sign_ins + count.renewals for count in counts_of(folder).values()) == 2


async def test_one_too_many_is_told_so(
    folder: GatewayFolder, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civictui.gateway.devices.records.bounded", lambda *_: {})
    with pytest.raises(Problem) as refused:
        await register.told(Caller(), Holdings(drafts=1), False)
    assert (refused.value.status, refused.value.code) == (507, "no_room")
    await register.close()


async def test_who_names_no_device_is_in_no_register(
    register: Register, folder: GatewayFolder
) -> None:
    for device in ("", "two words", "x" * 65, "\u001b[1m"):
        register.heard(Caller(device=device), count=Count(sign_ins=1))
        register.received(Caller(device=device), Count(documents=1))
        assert not has_device(Caller(device=device))
    await register.close()
    assert (entries_of(folder), counts_of(folder)) == ([], {})


async def test_a_damaged_register_begins_anew(register: Register, folder: GatewayFolder) -> None:
    register.heard(Caller())
    await register.flush()
    for path in (folder.path / "devices").iterdir():
        path.write_bytes(b"damaged")
    await Register(folder, register._thread, DisabledDevices(folder), register._clock).told(
        Caller("d2"), Holdings(), False
    )
    assert [entry.device for entry in entries_of(folder)] == ["d2"]
    await register.close()


async def test_whether_it_knew_is_of_what_it_said_last(
    register: Register, folder: GatewayFolder
) -> None:
    for knew in (False, True, False):
        await register.told(Caller(), Holdings(), knew)
        register.heard(Caller())
        await register.flush()
        (entry,) = entries_of(folder)
        assert entry.knew is knew
    await register.close()


def test_counts_are_kept_for_90_days(folder: GatewayFolder) -> None:
    counts = Counts(folder)
    for day in ("2026-02-03", "2026-02-04", "2026-05-03"):
        counts.add({CountKey(day, "d1", "1"): Count(documents=1)})
    counts.add({CountKey(DAY, "d1", "1"): Count(documents=1)})
    assert [key.day for key in counts_of(folder)] == ["2026-02-04", "2026-05-03", DAY]
    assert KEPT_DAYS == 90


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.booleans()), max_size=10))
@settings(max_examples=20, deadline=None)
def test_counts_add_up_over_restarts(
    tmp_path_factory: pytest.TempPathFactory, came: list[tuple[str, int, bool]]
) -> None:
    folder = GatewayFolder.open(tmp_path_factory.mktemp("gateway"), 1)
    counts, sums = Counts(folder), dict[str, int]()
    for device, number, restarts in came:
        counts.add({CountKey(DAY, device, "1"): Count(bytes_in=number)})
        sums[device] = sums.get(device, 0) + number
        if restarts:
            counts = Counts(folder)
    assert {key.device: count.bytes_in for key, count in counts_of(folder).items()} == sums


def test_rows_of_a_day_are_bounded(folder: GatewayFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civictui.gateway.devices.counts.MOST_ROWS", 1)
    counts = Counts(folder)
    for device in ("d1", "d2", "d3", "d1"):
        counts.add({CountKey(DAY, device, "1"): Count(sign_ins=1)})
    assert counts_of(folder) == {
        CountKey(DAY, "", ""): Count(sign_ins=2),
        CountKey(DAY, "d1", "1"): Count(sign_ins=2),
    }


def test_nothing_of_it_lies_there_in_clear(folder: GatewayFolder, tmp_path: Path) -> None:
    Records(folder, DisabledDevices(folder)).add([Entry(device="terminal-1", user="demo")])
    Counts(folder).add({CountKey(DAY, "terminal-1", "1"): Count(documents=1)})
    for path in (folder.path / "devices").iterdir():
        assert b"terminal" not in path.read_bytes()
        assert "terminal" not in path.name
