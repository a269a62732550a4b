"""Figure 6: somebody who has the files but no key puts parts of them in other places.

What cannot be seen, here or anywhere without a second witness, is that a whole store was put back
as it was earlier, or that its last records are gone: the gateway notices that at the next sync.
"""

import itertools
import random
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from civictui.domain.errors import StoreDamaged, StoreError, WrongPassword
from civictui.domain.ports import Account
from civictui.storage.blobs import CHUNK_BYTES, BlobFiles
from civictui.storage.keyring import Keyring
from civictui.storage.slots import COSTS, Cost, Locksmith
from civictui.storage.spares import SpareCopies
from civictui.storage.tables import SealedDatabase
from civictui.storage.vault import DeviceVault
from tests.torture.conftest import Say
from tests.torture.cuts import write_state
from tests.torture.steps import KEY, STORE, Flat

pytestmark = pytest.mark.torture

OTHER_KEY, OTHER_STORE = bytes(range(100, 132)), bytes(range(50, 66))
_COUNT = 7


def _made(folder: Path, key: bytes, store: bytes, name: str = "r") -> list[bytes]:
    """A log of a few records with a row each; returns the records, those of the log itself too."""
    with SealedDatabase.create(folder, key, store) as database:
        for number in range(_COUNT):
            database.sealed("t").put(f"{name}{number}", {"n": f"{name} {number}"})
    return list(_records((folder / "log.0").read_bytes()))


def _records(log: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(log):
        (length,) = struct.unpack_from(">I", log, start + 4)
        yield log[start : start + 28 + length]
        start += 28 + length


def _changed_orders(records: list[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Everything that can be done to the order of records; taking the last ones off is left out."""
    indices = range(len(records))
    for i, j in itertools.combinations(indices, 2):
        swapped = list(records)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        yield f"swap {i} {j}", swapped
    for i, j in itertools.combinations(indices, 2):
        yield f"delete {i} to {j}", records[:i] + records[j:]
    for i, j in itertools.product(indices, range(len(records) + 1)):
        yield f"{i} once more before {j}", [*records[:j], records[i], *records[j:]]
    for order in itertools.permutations(indices[-4:]):
        if list(order) != sorted(order):
            yield f"order {order}", [*records[:-4], *(records[i] for i in order)]


def _noticed(folder: Path, files: dict[str, bytes | None], name: str = "r") -> bool:
    """Whether a store is refused or says that it is not as it was; what it reads is genuine."""
    write_state(folder, files)
    try:
        with SealedDatabase(folder, KEY, STORE) as database:
            table = database.sealed("t")
            genuine = all(
                table.one(key) == {"n": f"{name} {key[1:]}"} and key[0] == name
                for key in table.ids()
            )
            assert genuine
            return database.findings.lost or database.findings.torn is not None
    except StoreDamaged:
        return True


@pytest.fixture
def records(private: Path) -> list[bytes]:
    return _made(private, KEY, STORE)


def test_records_in_another_order(records: list[bytes], fast: Path, figure: Say) -> None:
    tried, unseen = 0, []
    for what, changed in _changed_orders(records):
        tried += 1
        if not _noticed(fast / str(tried), {"log.0": b"".join(changed)}):
            unseen.append(what)
    figure(6, f"{tried} times records swapped, deleted, repeated, reordered: {len(unseen)} unseen")
    assert not unseen


def test_a_repeated_record_takes_nothing_back(private: Path, fast: Path, figure: Say) -> None:
    """An old version of a row, put in again behind a newer one, does not count."""
    with SealedDatabase.create(private, KEY, STORE) as database:
        for number in range(_COUNT):
            database.sealed("t").put("same", {"n": number})
    records = list(_records((private / "log.0").read_bytes()))
    cases = list(itertools.combinations(range(2, len(records) + 1), 2))
    back = 0
    for number, (i, j) in enumerate(cases):
        log = b"".join([*records[:j], records[i], *records[j:]])
        write_state(fast / str(number), {"log.0": log})
        with SealedDatabase(fast / str(number), KEY, STORE) as database:
            back += database.sealed("t").one("same") != {"n": _COUNT - 1}
            assert database.findings.lost
    figure(6, f"{len(cases)} old records put in again: {back} times an old row came back")
    assert not back


def test_records_of_other_stores_and_generations(
    records: list[bytes], fast: Path, tmp_path: Path, figure: Say
) -> None:
    """Each record of a stranger, at each place, instead of ours and between ours.

    Between tables nothing can be exchanged: the table's name is inside the sealed record.
    """
    strangers = []
    for number, (key, store) in enumerate(
        [(OTHER_KEY, OTHER_STORE), (KEY, OTHER_STORE), (OTHER_KEY, STORE)]
    ):
        (tmp_path / f"s{number}").mkdir()
        strangers += _made(tmp_path / f"s{number}", key, store, "f")
    later = tmp_path / "later"
    later.mkdir()
    _made(later, KEY, STORE)
    with SealedDatabase(later, KEY, STORE) as database:
        database.compact()
    strangers += list(_records((later / "log.1").read_bytes()))

    tried = unseen = 0
    for stranger, place in itertools.product(strangers, range(1, len(records))):
        for rest in (place, place + 1):
            tried += 1
            log = b"".join([*records[:place], stranger, *records[rest:]])
            unseen += not _noticed(fast / str(tried), {"log.0": log})
    figure(6, f"{tried} records of other stores and generations put in: {unseen} unseen")
    assert not unseen


def test_a_generation_under_another_name(records: list[bytes], fast: Path, figure: Say) -> None:
    log = b"".join(records)
    cases: list[dict[str, bytes | None]] = [
        {"log.1": log}, {"log.5": log}, {"log.0": log, "log.1": log}, {"log.0": log, "log.1": b""},
    ]  # fmt: skip
    seen = sum(_noticed(fast / str(number), case) for number, case in enumerate(cases))
    figure(6, f"{len(cases)} times a generation under another's name: {len(cases) - seen} unseen")
    assert seen == len(cases)


def test_what_no_store_can_see_alone(records: list[bytes], fast: Path) -> None:
    """The last records gone: it looks as it looked before they were written."""
    assert not _noticed(fast / "shorter", {"log.0": b"".join(records[:-2])})


def test_pictures_and_second_copies_of_others(fast: Path, tmp_path: Path, figure: Say) -> None:
    ours, theirs = BlobFiles(fast / "a", KEY, STORE), BlobFiles(fast / "b", OTHER_KEY, OTHER_STORE)
    same_key = BlobFiles(fast / "c", KEY, OTHER_STORE)
    for blobs in (ours, theirs, same_key):
        for name in ("1.jpg", "2.jpg"):
            blobs.put(name, name.encode() * 50)
    files = {part: sorted(_files(fast / part)) for part in "abc"}
    cases = [(files["a"][0], source) for source in (files["a"][1], *files["b"], *files["c"])]
    unseen = 0
    for target, source in cases:
        kept = target.read_bytes()
        target.write_bytes(source.read_bytes())
        unseen += sum(_readable(ours, name) for name in ("1.jpg", "2.jpg")) != 1
        target.write_bytes(kept)

    for number, (key, store) in enumerate([(KEY, STORE), (OTHER_KEY, OTHER_STORE)]):
        (tmp_path / f"o{number}").mkdir(mode=0o700)
        for report in ("r1", "r2"):
            SpareCopies(tmp_path / f"o{number}", key, store).put(report, [{"_id": report}], [])
    first, second, *foreign = [path for n in (0, 1) for path in sorted(_files(tmp_path / f"o{n}"))]
    for source in (second, *foreign):
        kept = first.read_bytes()
        first.write_bytes(source.read_bytes())
        unseen += len(list(SpareCopies(tmp_path / "o0", KEY, STORE).read())) != 1
        first.write_bytes(kept)
    count = len(cases) + 1 + len(foreign)
    figure(6, f"{count} pictures and second copies exchanged: {unseen} unseen")
    assert not unseen


def test_pieces_of_a_large_picture(fast: Path, figure: Say) -> None:
    """Its chunks taken away, exchanged, repeated, each boundary being a place to cut."""
    blobs = BlobFiles(fast, KEY, STORE)
    blobs.put("a.jpg", random.Random(6).randbytes(3 * CHUNK_BYTES))
    (path,) = _files(fast)
    whole, sealed = path.read_bytes(), CHUNK_BYTES + 16
    head, body = whole[:20], whole[20:]
    chunks = [body[at : at + sealed] for at in range(0, len(body), sealed)]
    cases = [
        *(chunks[:n] for n in range(3)), *(chunks[n:] for n in (1, 2)),
        *(list(order) for order in itertools.permutations(chunks) if list(order) != chunks),
        [*chunks, chunks[0]], [*chunks, chunks[2]], [chunks[0], *chunks],
    ]  # fmt: skip
    unseen = 0
    for case in cases:
        path.write_bytes(head + b"".join(case))
        unseen += blobs.get_or_none("a.jpg") is not None
    figure(
        6, f"{len(cases)} times chunks of a picture cut off, exchanged, repeated: {unseen} unseen"
    )
    assert not unseen


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _readable(blobs: BlobFiles, name: str) -> bool:
    try:
        return blobs.get(name) == name.encode() * 50
    except StoreDamaged:
        return False


# --- keyrings ------------------------------------------------------------------------------------

_PASSWORD = "correct horse battery"
_ACCOUNT = Account("https://gateway.example.org", "gateway-1", "asha")
_SMITH = Locksmith(COSTS[-1:], b"")


def test_slots_that_were_changed(figure: Say) -> None:
    """A cheaper cost, another salt, another store's slot, a slot of one's own."""
    dear = Locksmith((Cost(20 * 1024, 3, 1),), b"")
    ring, _ = Keyring.create(_PASSWORD, dear)
    other, other_key = Keyring.create("known to a thief", _SMITH)
    slot = dict(ring.slots[0])
    theirs = dict(other.slots[0])
    changed = [
        [{**slot, "m": 19 * 1024}], [{**slot, "t": 2}], [{**slot, "m": 8}], [{**slot, "p": 0}],
        [{**slot, "m": 1 << 30}], [{**slot, "salt": theirs["salt"]}], [{**slot, "c": theirs["c"]}],
        [theirs], [slot, theirs], [],
    ]  # fmt: skip
    opened = 0
    for slots in changed:
        for password in (_PASSWORD, "known to a thief"):
            try:
                key = Keyring(ring.store, tuple(slots), ring.epoch, ring.mac).unlock(
                    password, _SMITH
                )
            except (StoreDamaged, WrongPassword):
                continue
            genuine = Keyring(ring.store, tuple(slots), ring.epoch, ring.mac).is_genuine(key)
            opened += genuine or key == other_key
    figure(6, f"{len(changed)} keyrings with changed slots: {opened} taken for genuine")
    assert not opened


async def test_an_old_keyring_is_said(tmp_path: Path, figure: Say) -> None:
    """The earlier password opens what it opened then, and the person is told."""
    vault = DeviceVault(tmp_path / "device", Flat(), COSTS[-1:])
    store = await vault.create(_ACCOUNT, "the earlier password")
    keys = sorted(tmp_path.rglob("keys*"))
    old = [path.read_bytes() for path in keys]
    await store.seal_with(_PASSWORD)
    await store.close()
    await (await vault.unlock(_ACCOUNT.origin, "asha", _PASSWORD)).close()
    for path, content in zip(keys, old, strict=True):
        path.write_bytes(content)
    with pytest.raises(WrongPassword):
        await vault.unlock(_ACCOUNT.origin, "asha", _PASSWORD)
    store = await vault.unlock(_ACCOUNT.origin, "asha", "the earlier password")
    assert store.notice
    await store.close()
    figure(6, "an old keyring put back: said")


async def test_the_keyring_of_another_user(tmp_path: Path, figure: Say) -> None:
    """It opens with that user's password, but nothing in the store does."""
    vault = DeviceVault(tmp_path / "device", Flat(), COSTS[-1:])
    places = []
    for user, password in (("asha", _PASSWORD), ("demo", "known to a thief")):
        account = Account(_ACCOUNT.origin, _ACCOUNT.gateway, user)
        await (await vault.create(account, password)).close()
        places.append(vault.device.place(account.gateway, user))
    before = (places[0] / "log.0").read_bytes()
    for name in ("keys", "keys.copy"):
        (places[0] / name).write_bytes((places[1] / name).read_bytes())
    with pytest.raises(StoreError):
        await vault.unlock(_ACCOUNT.origin, "asha", "known to a thief")
    assert (places[0] / "log.0").read_bytes() == before
    figure(6, "another user's keyring: refused, nothing changed")


def test_a_slot_put_in_by_hand_is_said(figure: Say) -> None:
    """One that seals the right key, from an earlier keyring, into a keyring of today."""
    old, key = Keyring.create("the earlier password", _SMITH)
    new = old.with_password(_PASSWORD, key, _SMITH).with_only(_PASSWORD, key, _SMITH)
    mixed = Keyring(new.store, (*new.slots, old.slots[0]), new.epoch, new.mac)
    opened = mixed.unlock("the earlier password", _SMITH)
    assert opened == key
    assert not mixed.is_genuine(opened)
    figure(6, "an old slot in a new keyring: said")
