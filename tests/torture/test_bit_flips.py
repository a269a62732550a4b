"""Figure 5: every single bit of a small store is changed, one at a time.

Each change is noticed or means nothing, nothing is read that was not written, and one flip costs
one record at most.
"""

import asyncio
import hashlib
import random
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from civictui.domain.errors import StoreDamaged, StoreError
from civictui.domain.ports import Account
from civictui.storage.blobs import CHUNK_BYTES, BlobFiles
from civictui.storage.keyring import Keyring, KeyringFiles
from civictui.storage.slots import COSTS, Locksmith
from civictui.storage.spares import SpareCopies
from civictui.storage.tables import SealedDatabase
from civictui.storage.vault import DeviceVault
from tests.torture.conftest import Say
from tests.torture.counts import FULL, count
from tests.torture.cuts import write_state
from tests.torture.disk import files_below
from tests.torture.steps import KEY, STORE, Flat, Step, Subject, World, new_world

pytestmark = pytest.mark.torture

_EVERY = count(7, 1)
"""In `make test` so many bits are skipped between two that are tried."""


def flipped(content: bytes, every: int = _EVERY) -> Iterable[tuple[int, bytes]]:
    """The content with one bit changed, for each bit."""
    for bit in range(0, len(content) * 8, every):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(changed)


def _rows(database: SealedDatabase) -> dict[str, object]:
    table = database.sealed("t")
    return {key: table.one(key) for key in table.ids()}


def _one_generation(folder: Path) -> set[str]:
    """Eight records with a row each. Returns the rows that may be lost together: none."""
    with SealedDatabase.create(folder, KEY, STORE) as database:
        for number in range(8):
            database.sealed("t").put(f"r{number}", {"n": number, "text": "x" * 30})
    return set()


def _two_generations(folder: Path) -> set[str]:
    """A generation that a compaction made of another, which is still there, and a few records."""
    _one_generation(folder)
    with SealedDatabase.open(folder, KEY, STORE) as database:
        database.compact()
        for number in range(8, 12):
            database.sealed("t").put(f"r{number}", {"n": number})
    return {f"r{number}" for number in range(8)}


@pytest.mark.parametrize("make", [_one_generation, _two_generations])
def test_bits_of_the_log(make: Callable[[Path], set[str]], fast: Path, figure: Say) -> None:
    store = fast / "store"
    store.mkdir(mode=0o700)
    together = make(store)
    whole = files_below(store)
    with _opened(fast / "look", whole) as database:
        rows = _rows(database)
    flips = lost = unseen = wrong = refused = 0
    name = max(name for name in whole if name.startswith("log."))
    content = whole[name]
    assert content is not None
    for _, changed in flipped(content):
        flips += 1
        try:
            with _opened(fast / "look", {**whole, name: changed}) as database:
                found, findings = _rows(database), database.findings
        except StoreError:
            refused += 1
            continue
        gone = rows.keys() - found.keys()
        lost += len(gone) > 1 and not gone <= together
        unseen += not (findings.lost or findings.torn)
        wrong += any(rows.get(key) != row for key, row in found.items())
    figure(
        5,
        f"{flips} bits of {name}{' beside log.0' if together else ''}: {wrong} wrong plaintext, "
        f"{unseen} unnoticed, {lost} with more than one record lost, {refused} refused the store",
    )
    assert wrong == unseen == lost == refused == 0


def _unsent_store(folder: Path) -> World:
    """Reports that wait to be sent, one with a photo, among what came from a server."""
    folder.mkdir(mode=0o700)
    subject, world = Subject.begin(folder), new_world()
    for number in range(6):
        for step in (
            Step("batch", f"b{number}", f"from the server {number} " + "x" * 300),
            Step("submit", f"s{number}", f"report {number}", photo=500 * (number == 3)),
        ):
            step.perform(subject)
            step.expect(world)
    subject.close()
    return world


@pytest.mark.parametrize("block", [0, 4096])
def test_damage_costs_no_unsent_report(block: int, fast: Path, figure: Say) -> None:
    """One bit, or a block of 4 KiB, in the log: unsent reports come back from their copies."""
    world = _unsent_store(fast / "store")
    whole, rng = files_below(fast / "store"), random.Random(block)
    log = whole["log.0"]
    assert log is not None
    tried, lost, documents = count(60, 3000), 0, []
    for _ in range(tried):
        at = rng.randrange(len(log))
        bad = rng.randbytes(block) if block else bytes([log[at] ^ 1 << rng.randrange(8)])
        changed = log[:at] + bad + log[at + len(bad) :]
        shutil.rmtree(fast / "look", ignore_errors=True)
        write_state(fast / "look", {**whole, "log.0": changed[: len(log)]})
        try:
            subject = Subject(fast / "look")
        except StoreDamaged:
            assert block > len(log) // 2, "nothing of the log is left"
            continue
        found = subject.world()
        subject.close()
        lost += any(
            found[section].get(key) != world[section][key]
            for section in ("reports", "marks", "jobs", "photos")
            for key in world[section]
            if key.startswith("s")
        )
        documents.append(len(world["reports"].keys() - found["reports"].keys()))
    what = f"blocks of {block} bytes" if block else "single bits"
    figure(
        5,
        f"{tried} {what} of a log of {len(log)} bytes: {lost} unsent reports lost, of what the "
        f"server has a median of {sorted(documents)[len(documents) // 2]} documents",
    )
    assert not lost


def _opened(folder: Path, files: dict[str, bytes | None]) -> SealedDatabase:
    shutil.rmtree(folder, ignore_errors=True)
    write_state(folder, files)
    return SealedDatabase(folder, KEY, STORE)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Locksmith:
    """Keys from passwords without Argon2, for a keyring is opened thousands of times."""

    def kdf(password: str, salt: bytes, *cost: object, **more: object) -> bytes:
        return hashlib.sha256(repr((password, salt, cost, more)).encode()).digest()

    monkeypatch.setattr("civictui.storage.slots.argon2id", kdf)
    return Locksmith(COSTS[-1:], b"")


@pytest.mark.parametrize("has_copy", [True, False])
def test_bits_of_the_keyring(has_copy: bool, quick: Locksmith, fast: Path, figure: Say) -> None:
    ring, key = Keyring.create("correct horse", quick)
    whole = ring.to_bytes()
    flips = wrong = unseen = shut = 0
    for _, changed in flipped(whole):
        flips += 1
        (fast / "keys").write_bytes(changed)
        (fast / "keys.copy").write_bytes(whole if has_copy else changed)
        files = KeyringFiles(fast, quick)
        try:
            opened = files.unlock("correct horse")
            wrong += opened.key != key
            unseen += not has_copy and opened.ring != ring and not opened.notice
        except StoreDamaged:
            shut += has_copy
    beside = "beside an intact copy" if has_copy else "without a copy"
    figure(
        5,
        f"{flips} bits of the keyring {beside}: {wrong} wrong keys, {unseen} unnoticed, "
        f"{shut} that shut the store though the other file was intact",
    )
    assert wrong == unseen == shut == 0


@pytest.mark.parametrize(("size", "tried"), [(300, 0), (2 * CHUNK_BYTES + 9, count(40, 4000))])
def test_bits_of_a_picture(size: int, tried: int, fast: Path, figure: Say) -> None:
    """All bits of a small one; of a large one those about the ends of its chunks, and some."""
    blobs, content = BlobFiles(fast / "blob", KEY, STORE), random.Random(1).randbytes(size)
    blobs.put("a.jpg", content)
    (path,) = (path for path in fast.rglob("*") if path.is_file())
    whole = path.read_bytes()
    bits = random.Random(2).sample(range(len(whole) * 8), tried) or range(0, len(whole) * 8, _EVERY)
    wrong = unseen = 0
    for bit in bits:
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        try:
            found = blobs.get("a.jpg")
            unseen += 1
            wrong += found != content
        except StoreDamaged:
            pass
    figure(
        5, f"{len(bits)} bits of a picture of {size} bytes: {wrong} wrong bytes, {unseen} unnoticed"
    )
    assert wrong == unseen == 0


def test_bits_of_a_second_copy(fast: Path, figure: Say) -> None:
    spares = SpareCopies(fast, KEY, STORE)
    spares.put("r1", [{"_id": "r1", "_rev": "1-a", "problemDescription": "Lamp"}], [])
    (path,) = (path for path in fast.rglob("*") if path.is_file())
    whole, tried = path.read_bytes(), 0
    for _, changed in flipped(whole):
        path.write_bytes(changed)
        assert list(SpareCopies(fast, KEY, STORE).read()) == []
        tried += 1
    figure(5, f"{tried} bits of a second copy: 0 unnoticed")


def test_bits_of_the_device_file(fast: Path, figure: Say) -> None:
    """It has the key by which stores are found: a changed one must never hide a store."""
    account = Account("https://gateway.example.org", "gateway-1", "asha")
    asyncio.run(_make(fast, account))
    path = fast / "device.json"
    whole, flips, hidden, broken = path.read_bytes(), 0, 0, 0
    for _, changed in flipped(whole):
        path.write_bytes(changed)
        flips += 1
        try:
            hidden += not DeviceVault(fast, Flat()).device.places(account.origin, "asha")
        except StoreDamaged:
            continue
        except (KeyError, TypeError, ValueError, AttributeError):
            broken += 1
    figure(
        5,
        f"{flips} bits of the device's file: {hidden} hide the store without a word, "
        f"{broken} end in a traceback",
    )
    assert hidden == broken == 0


async def _make(folder: Path, account: Account) -> None:
    store = await DeviceVault(folder, Flat(), COSTS[-1:]).create(account, "correct horse battery")
    await store.close()


def test_bits_of_a_real_keyring(fast: Path, figure: Say) -> None:
    """A few with Argon2 as it is: what the quick one stands for."""
    smith = Locksmith(COSTS[-1:], b"")
    ring, key = Keyring.create("correct horse", smith)
    whole, noticed = ring.to_bytes(), 0
    bits = random.Random(3).sample(range(len(whole) * 8), count(8, 200))
    for bit in bits:
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            assert Keyring.from_bytes(bytes(changed)).unlock("correct horse", smith) == key
        except StoreError:
            noticed += 1
    assert FULL or noticed
    figure(5, f"{len(bits)} bits of a keyring with Argon2: {noticed} noticed, the others no change")
