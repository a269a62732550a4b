"""Stores of version 1 stay readable: frozen files, good and malformed, read for ever.

`good` is read by the program and by a second reader that knows only docs/store-format.md; each
case of `malformed` lies over a copy of it and must give what `cases.json` says. What lies in
tests/data/store-v1 is never written again; tools/make_store_v1.py tells how it was made.
"""

import base64
import hashlib
import json
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from civictui.domain import errors
from civictui.domain.errors import CivicError, PepperMissing, StoreDamaged, StoreError
from civictui.domain.model import Query
from civictui.geo import distance
from civictui.storage.bundle import open_with_password, open_with_recovery_key
from civictui.storage.doctor import StoreDoctor, examine_device
from civictui.storage.files import read_private
from civictui.storage.keyring import KeyringFiles
from civictui.storage.slots import COSTS, Locksmith
from civictui.storage.tables import SealedStorage
from civictui.storage.vault import DeviceVault
from tests.storage import by_the_book

FROZEN = Path(__file__).parent.parent / "data" / "store-v1"
GOOD, MALFORMED = FROZEN / "good", FROZEN / "malformed"
EXPECTED: dict[str, Any] = json.loads((GOOD / "expected.json").read_text())
CASES: dict[str, Any] = json.loads((MALFORMED / "cases.json").read_text())
BUNDLES: dict[str, list[str]] = json.loads((MALFORMED / "bundles.json").read_text())
PASSWORD, PLACE = EXPECTED["password"], EXPECTED["place"]
STORE = bytes.fromhex(EXPECTED["store"])
RECOVERY = base64.urlsafe_b64decode(EXPECTED["recovery key"] + "=")
SMITH = Locksmith(COSTS[-1:])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the good store, with the rights that no version control keeps."""
    return private_copy(GOOD / "data", tmp_path / "data")


def private_copy(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, dirs_exist_ok=True)
    target.chmod(0o700)
    for path in target.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return target


def contents(data: Path) -> dict[Path, bytes]:
    """Every file but the ballast, which opening may take in."""
    files = (path for path in data.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files if path.parent.name != "ballast"}


def vault_in(data: Path, pepper: str = "") -> DeviceVault:
    return DeviceVault(data, distance, COSTS[-1:], pepper_file=pepper)


# --- the good store ----------------------------------------------------------------------------


async def test_the_program_reads_every_row_and_every_picture(data: Path) -> None:
    store = await vault_in(data).unlock(EXPECTED["origin"], "asha", PASSWORD)
    tables = cast(SealedStorage, store.tables.secrets.storage).read()
    assert {name: rows for name, rows in tables.items() if rows} == EXPECTED["tables"]
    assert store.notice == ""
    assert await store.reader.find(Query()) == ["waiting", "sent", "conflict"]
    unsent = await store.state.unsent()
    assert (unsent.reports, unsent.photos) == (2, 1)
    assert len(await store.reader.conflicts()) == 1
    assert await store.state.rejected() == {"sent": "not yours"}
    assert [draft.id for draft in await store.reader.drafts()] == ["draft"]
    for key, digest in EXPECTED["pictures"].items():
        picture = await store.blobs.get(key)
        assert picture is not None
        assert hashlib.sha256(picture).hexdigest() == digest
    await store.close()


async def test_it_can_be_written_and_read_again(data: Path) -> None:
    vault = vault_in(data)
    store = await vault.unlock("", "asha", PASSWORD)
    await store.secrets.put("note", "of today")
    await store.add_password("another password")
    await store.close()
    store = await vault.unlock("", "asha", "another password")
    assert await store.secrets.get("note") == "of today"
    await store.close()


async def test_the_organisations_key_opens_it(data: Path) -> None:
    store = await vault_in(data).recover_with_key("", "asha", RECOVERY, "a new password")
    assert await store.reader.count() == 3
    await store.close()


async def test_the_pepper_is_needed_where_it_was_used(data: Path) -> None:
    with pytest.raises(PepperMissing):
        await vault_in(data).unlock("", "bela", PASSWORD)
    store = await vault_in(data, str(GOOD / "pepper")).unlock("", "bela", PASSWORD)
    assert await store.reader.find(Query()) == ["b1"]
    await store.close()


def test_the_doctor_finds_it_well(data: Path) -> None:
    assert examine_device(data).well
    unlocked = KeyringFiles(data / "u" / PLACE, SMITH).unlock(PASSWORD)
    checkup = StoreDoctor(data / "u" / PLACE, unlocked.key, STORE, SMITH).examine()
    assert checkup.well, checkup.findings


def test_the_program_reads_the_bundle() -> None:
    with open_with_password(GOOD / "bundle.cvx", EXPECTED["bundle password"], SMITH) as bundle:
        assert (bundle.gateway, bundle.user) == (EXPECTED["gateway"], "asha")
        assert {doc["_id"] for doc in bundle.docs} == {"waiting", "sent"}
        assert [draft.id for draft in bundle.work.drafts] == ["draft"]
        for key, content in bundle.objects():
            assert hashlib.sha256(content).hexdigest() == EXPECTED["pictures"][key]
    open_with_recovery_key(GOOD / "bundle.cvx", RECOVERY).close()


# --- the same, by the book ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def by_book() -> tuple[Path, bytes]:
    """Folder and data key, found with the page alone."""
    device = (GOOD / "data" / "device.json").read_bytes()
    place = by_the_book.place_of(device, EXPECTED["gateway"], "asha")
    folder = GOOD / "data" / "u" / place
    slots = json.loads((folder / "keys").read_bytes())["slots"]
    return folder, by_the_book.by_password(STORE, slots, PASSWORD)


def test_the_page_finds_the_store_and_opens_it(by_book: tuple[Path, bytes]) -> None:
    folder, key = by_book
    assert folder.name == PLACE
    for name in ("keys", "keys.copy"):
        ring = by_the_book.check_keyring((folder / name).read_bytes(), key)
        assert base64.b64decode(ring["store"]) == STORE
    opened = by_the_book.by_recovery_key(STORE, ring["slots"], RECOVERY, b"civictui/recovery/v1")
    assert opened[:32] == key
    assert json.loads(opened[32:]) == {"gateway": EXPECTED["gateway"], "user": "asha"}


def test_the_page_reads_the_same_rows_pictures_and_second_copies(
    by_book: tuple[Path, bytes],
) -> None:
    folder, key = by_book
    tables = by_the_book.tables(folder, key, STORE)
    own = tables.pop("")
    assert {name: rows for name, rows in tables.items() if rows} == EXPECTED["tables"]
    assert {"BEGIN", "END", "EPOCH"} <= own.keys()
    assert own["BEGIN"]["generation"] == own["END"]["generation"] == 1
    for name, digest in EXPECTED["pictures"].items():
        picture = by_the_book.picture(folder, key, STORE, name)
        assert hashlib.sha256(picture).hexdigest() == digest
    assert sorted(by_the_book.second_copies(folder, key, STORE)) == EXPECTED["second copies"]


def test_the_page_reads_the_pepper_and_the_bundle() -> None:
    device = (GOOD / "data" / "device.json").read_bytes()
    place = by_the_book.place_of(device, EXPECTED["gateway"], "bela")
    ring = json.loads((GOOD / "data" / "u" / place / "keys").read_bytes())
    pepper = (GOOD / "pepper").read_bytes().strip()
    owner = base64.b64decode(ring["store"])
    assert len(by_the_book.by_password(owner, ring["slots"], PASSWORD, pepper)) == 32

    bundle = (GOOD / "bundle.cvx").read_bytes()
    owner, slots = by_the_book.header(bundle)
    key = by_the_book.by_password(owner, slots, EXPECTED["bundle password"])
    found = by_the_book.items(bundle, key)
    assert [kind for kind, _ in found] == list("HDDTTRPPP")


# --- malformed ---------------------------------------------------------------------------------


@pytest.fixture
def spoilt(data: Path, request: pytest.FixtureRequest) -> tuple[Path, dict[str, Any]]:
    """The good store with one case laid over it, and what that must give."""
    name: str = request.param
    if (MALFORMED / name).exists():
        private_copy(MALFORMED / name, data)
    for path in CASES[name]["without"]:
        (data / path).unlink()
    return data, CASES[name]


every_case = pytest.mark.parametrize("spoilt", CASES, indirect=True, ids=list(CASES))


@every_case
async def test_what_opening_says(spoilt: tuple[Path, dict[str, Any]]) -> None:
    data, case = spoilt
    before, vault = contents(data), vault_in(data)
    if case["opens"]:
        with pytest.raises(getattr(errors, case["opens"]), match=re.escape(case["says"])):
            await vault.unlock(EXPECTED["origin"], "asha", PASSWORD)
        assert contents(data) == before, "what cannot be opened is not changed"
        return
    store = await vault.unlock(EXPECTED["origin"], "asha", PASSWORD)
    assert case["says"] in store.notice
    unsent = await store.state.unsent()
    assert (unsent.reports, unsent.photos) == (2, 1), "nothing that is unsent is lost"
    await store.close()
    store = await vault.unlock(EXPECTED["origin"], "asha", PASSWORD)
    assert (await store.state.unsent()) == unsent
    await store.close()


@every_case
def test_what_the_doctor_says(spoilt: tuple[Path, dict[str, Any]]) -> None:
    data, case = spoilt
    place, before = data / "u" / PLACE, contents(data)
    found = examine_device(data).findings
    key = data_key(place)
    if key is not None:
        found += StoreDoctor(place, key, STORE, SMITH).examine().findings
    told = [f"{finding.place}: {finding.what}" for finding in found]
    for words in case["finds"]:
        assert any(words in line for line in told), told
    assert bool(case["finds"]) <= any(finding.severity.value != "note" for finding in found)
    assert contents(data) == before


def data_key(place: Path) -> bytearray | None:
    with suppress(StoreError, FileNotFoundError):
        return KeyringFiles(place, SMITH).unlock(PASSWORD).key
    return None


@pytest.mark.parametrize("name", BUNDLES)
def test_a_malformed_bundle_is_refused(name: str) -> None:
    kind, words = BUNDLES[name]
    path = MALFORMED / "bundles" / f"{name}.cvx"
    with pytest.raises(CivicError, match=words) as refused:
        open_with_password(path, EXPECTED["bundle password"], SMITH)
    assert refused.type is getattr(errors, kind)


def test_the_files_that_a_case_is_made_of_are_all_in_the_table() -> None:
    folders = {path.name for path in MALFORMED.iterdir() if path.is_dir()}
    whole_cases = {name for name, case in CASES.items() if not case["without"]}
    assert whole_cases | {"bundles"} <= folders | {"log-of-another-generation"}
    assert folders - {"bundles"} <= CASES.keys()
    assert {path.stem for path in (MALFORMED / "bundles").iterdir()} == set(BUNDLES)


def test_a_keyring_is_never_read_through_a_link(data: Path, tmp_path: Path) -> None:
    keys = data / "u" / PLACE / "keys"
    moved = keys.rename(tmp_path / "elsewhere")
    keys.symlink_to(moved)
    with pytest.raises((StoreError, StoreDamaged)):
        read_private(keys)
