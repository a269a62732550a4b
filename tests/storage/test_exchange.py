"""From a store into a bundle, and from the bundle into another store of the same user."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from civictui.domain.errors import StoreDamaged, StoreError, UsageError
from civictui.domain.model import Draft, Photo, Rescued
from civictui.storage.bundle import (
    Bundle,
    open_with_password,
    open_with_recovery_key,
    write_bundle,
)
from civictui.storage.bundle_items import Whose
from civictui.storage.exchange import Exported, export_unsent, import_bundle
from civictui.storage.rescue import unsent_work
from civictui.storage.slots import COSTS, Locksmith
from civictui.storage.store import StoreTables
from tests.storage.stores import PICTURES, new_store, send_all, submit
from tests.storage.test_bundle import PRIVATE, RECOVERY

SMITH = Locksmith(COSTS[-1:])
PASSWORD = "correct horse battery"


@pytest.fixture
def source(tmp_path: Path) -> Iterator[StoreTables]:
    yield from opened(tmp_path / "source")


@pytest.fixture
def target(tmp_path: Path) -> Iterator[StoreTables]:
    yield from opened(tmp_path / "target")


def opened(folder: Path) -> Iterator[StoreTables]:
    tables = new_store(folder)
    tables.put_secret("gateway", "gateway-1")
    yield tables
    tables.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bundle"


def exported(tables: StoreTables, path: Path) -> Exported:
    return export_unsent(tables, "asha", path, PASSWORD, SMITH)


def imported(tables: StoreTables, path: Path, user: str = "asha") -> Rescued:
    with open_with_password(path, PASSWORD, SMITH) as bundle:
        return import_bundle(tables, user, bundle)


def test_reports_photos_and_drafts_arrive_once(
    source: StoreTables, target: StoreTables, path: Path
) -> None:
    submit(source)
    source.blobs.put("other.jpg", b"o" * 10)
    source.save_draft(Draft(id="d1", photos=(Photo("other.jpg", ""),), saved_at="2026-01-01"))
    before = source.unsent()
    assert exported(source, path) == Exported(Rescued(1, 1, 1))
    assert source.unsent() == before
    assert imported(target, path) == Rescued(1, 1, 1)
    assert target.unsent().reports == 1
    assert {name: target.blobs.get(name) for name in PICTURES} == PICTURES
    assert target.blobs.get("other.jpg") == b"o" * 10
    assert imported(target, path).nothing
    send_all(target)
    assert imported(target, path).nothing
    assert imported(source, path).nothing


def test_nothing_unsent_makes_no_file(source: StoreTables, path: Path) -> None:
    submit(source)
    send_all(source)
    assert exported(source, path).counts.nothing
    assert not path.exists()


def test_pictures_that_cannot_be_read_are_counted(source: StoreTables, path: Path) -> None:
    submit(source)
    damaged = source.blobs.path("large.jpg")
    damaged.write_bytes(damaged.read_bytes()[:-1])
    source.blobs.remove("small.jpg")
    assert exported(source, path).left_out == 2


def test_the_bundle_of_somebody_else_or_of_another_gateway_is_refused(
    source: StoreTables, target: StoreTables, path: Path
) -> None:
    submit(source)
    exported(source, path)
    with pytest.raises(UsageError, match="of the user asha"):
        imported(target, path, user="demo")
    target.put_secret("gateway", "gateway-2")
    with pytest.raises(UsageError, match="another gateway"):
        imported(target, path)
    assert target.unsent().nothing


def test_a_store_that_knows_no_gateway_says_so(source: StoreTables, path: Path) -> None:
    submit(source)
    source.secrets.drop("gateway")
    with pytest.raises(StoreError, match="does not know its gateway"):
        exported(source, path)


def test_a_store_that_knows_the_organisations_key_gives_it_a_slot(
    source: StoreTables, path: Path
) -> None:
    submit(source)
    source.put_secret("recovery key", RECOVERY)
    exported(source, path)
    with open_with_recovery_key(path, PRIVATE.private_bytes_raw()) as bundle:
        assert isinstance(bundle, Bundle)
        assert [doc["_id"] for doc in bundle.docs] == ["r1"]
        assert dict(bundle.objects()) == PICTURES


@pytest.mark.parametrize("lie", [{"sha256": "0" * 64}, {"bytes": 5}])
def test_a_bundle_that_is_not_true_of_its_pictures_is_refused(
    source: StoreTables, target: StoreTables, path: Path, lie: dict[str, Any]
) -> None:
    submit(source)
    work = unsent_work(source)
    lying = replace(work, jobs=(work.jobs[0], replace(work.jobs[1], **lie)))
    whose = Whose("gateway-1", "asha")
    write_bundle(path, whose, lying, source.blobs.get, password=PASSWORD, smith=SMITH)
    with pytest.raises(StoreDamaged, match="another picture"):
        imported(target, path)
    assert target.unsent().nothing
    assert target.blobs.get("small.jpg") is None


def test_an_address_in_a_bundle_is_not_taken_in(
    source: StoreTables, target: StoreTables, path: Path
) -> None:
    submit(source)
    work = unsent_work(source)
    located = tuple(replace(job, location="http://h/steal", error="x") for job in work.jobs)
    whose, lying = Whose("gateway-1", "asha"), replace(work, jobs=located)
    write_bundle(path, whose, lying, source.blobs.get, password=PASSWORD, smith=SMITH)
    imported(target, path)
    assert {(job.location, job.error) for job in target.outbox.jobs()} == {("", "")}
