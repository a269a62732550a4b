"""The doctor notices every damage, changes nothing, and repairs without deleting."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from civictui.domain.model import Draft, JobKind, Photo
from civictui.storage.checks.findings import Checkup, Finding, Severity
from civictui.storage.checks.folders import DEVICE_FILES
from civictui.storage.checks.keyring import check_keyring
from civictui.storage.device import Device
from civictui.storage.doctor import StoreDoctor, examine_device, mend_device
from civictui.storage.keyring import FILES, Keyring
from civictui.storage.log import RecordLog
from civictui.storage.slots import COSTS, Locksmith
from civictui.storage.store import StoreTables
from tests.storage.stores import PHOTO, Flat, acknowledge_all, send_all, submit

SMITH = Locksmith(COSTS[-1:])
PASSWORD = "correct horse battery"


class Patient:
    """A store with a sent report, an unsent one and a draft, closed; and its doctor."""

    def __init__(self, data: Path) -> None:
        self.place = data / "u" / "store"
        self.place.parent.mkdir(mode=0o700, parents=True)
        ring, self.key = Keyring.create(PASSWORD, SMITH)
        self.store = ring.store
        self.place.mkdir(mode=0o700)
        for name in FILES:
            self.write(name, ring.to_bytes())
        with_tables(self, fill)

    def write(self, name: str, content: bytes) -> None:
        path = self.place / name
        path.write_bytes(content)
        path.chmod(0o600)

    def open(self) -> StoreTables:
        if not RecordLog.exists(self.place):
            RecordLog.create(self.place, self.key, self.store).close()
        return StoreTables(self.place, bytearray(self.key), self.store, Flat())

    @property
    def doctor(self) -> StoreDoctor:
        return StoreDoctor(self.place, self.key, self.store, SMITH)

    def examine(self) -> Checkup:
        """What is found; looking changes nothing."""
        before = everything(self.place)
        checkup = self.doctor.examine()
        assert everything(self.place) == before
        return checkup

    def bad(self) -> list[Finding]:
        return [f for f in self.examine().findings if f.severity is not Severity.NOTE]

    def repair(self) -> None:
        """Repairing deletes nothing that was damaged."""
        self.doctor.repair(Flat())


def everything(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def with_tables(patient: Patient, work: Callable[[StoreTables], object]) -> None:
    tables = patient.open()
    work(tables)
    tables.close()


def fill(tables: StoreTables) -> None:
    submit(tables, "sent")
    send_all(tables)
    tables.blobs.put("own.jpg", b"o" * 100)
    tables.blobs.put("draft.jpg", b"d" * 100)
    submit(tables, "waiting")
    tables.save_draft(Draft(id="d1", photos=(Photo("draft.jpg", ""),), saved_at="2026-01-01"))


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(tmp_path / "data")


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x04
    path.write_bytes(content)


def picture(patient: Patient, key: str) -> Path:
    tables = patient.open()
    path = tables.blobs.path(key)
    tables.close()
    return path


def test_a_healthy_store_is_well_and_told_in_figures(patient: Patient) -> None:
    checkup = patient.examine()
    assert checkup.well
    wanted = {"documents": 2, "unsent reports": 1, "unsent photos": 1, "drafts": 1, "pictures": 4}
    assert {name: checkup.facts[name] for name in wanted} == wanted
    assert checkup.facts["second copies"] == 1
    assert checkup.facts["password slots"] == "19 MiB x 2 passes x 1 lanes"


def test_orphan_pictures_and_those_on_the_server_are_notes(patient: Patient) -> None:
    picture(patient, "own.jpg")
    with_tables(patient, send_all)
    picture(patient, PHOTO.large).unlink()
    notes = [finding.what for finding in patient.examine().findings]
    assert "1 pictures are on the server only" in notes
    assert any(note.endswith("belong to no report; they are kept") for note in notes)


def test_every_flipped_byte_of_the_log_is_noticed(patient: Patient) -> None:
    (log,) = patient.place.glob("log.*")
    for place in range(0, log.stat().st_size, 13):
        flip(log, place)
        assert patient.bad(), place
        flip(log, place)
    assert not patient.bad()


@pytest.mark.parametrize("name", FILES)
def test_every_flipped_bit_of_a_keyring_is_noticed_and_mended(patient: Patient, name: str) -> None:
    path = patient.place / name
    whole = path.read_bytes()
    checkup = Checkup()
    for place in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        path.write_bytes(changed)
        checkup = Checkup()
        check_keyring(patient.place, patient.key, 0, checkup)
        assert not checkup.well, place
    patient.repair()
    assert path.read_bytes() == whole


def test_a_flipped_byte_of_a_second_copy_is_noticed_and_a_new_one_written(
    patient: Patient,
) -> None:
    (copy,) = (patient.place / "outbox").iterdir()
    for place in range(0, copy.stat().st_size, 7):
        flip(copy, place)
        assert patient.bad()[0].what == "a second copy cannot be opened"
        flip(copy, place)
    flip(copy, 30)
    damaged = copy.read_bytes()
    patient.repair()
    assert not patient.bad()
    assert damaged in everything(patient.place / "quarantine").values()


def test_a_missing_second_copy_is_noticed_and_written(patient: Patient) -> None:
    (copy,) = (patient.place / "outbox").iterdir()
    copy.unlink()
    assert [f.what for f in patient.bad()] == ["its second copy is missing"]
    patient.repair()
    assert not patient.bad()
    assert copy.exists()


def test_a_stale_second_copy_is_noticed(patient: Patient) -> None:
    (copy,) = (patient.place / "outbox").iterdir()
    old = copy.read_bytes()
    with_tables(patient, acknowledge_all)
    copy.write_bytes(old)
    assert [f.what for f in patient.bad()] == ["its second copy is not up to date"]


def test_a_report_that_only_its_second_copy_knows_comes_back(patient: Patient) -> None:
    (log,) = patient.place.glob("log.*")
    tables = patient.open()
    size = tables._database.log.size
    submit(tables, "late", photo=False)
    tables.close()
    os.truncate(log, size)
    assert [f.what for f in patient.bad()] == ["the log has lost what its second copy holds"]
    patient.repair()
    assert not patient.bad()
    assert "late" in dict(patient.open().documents.marked())


def test_a_destroyed_block_of_the_log_is_repaired_and_kept(patient: Patient) -> None:
    (log,) = patient.place.glob("log.*")
    content = log.read_bytes()
    log.write_bytes(content[:600] + bytes(300) + content[900:])
    damaged = log.read_bytes()
    assert any(f.severity is Severity.LOSS for f in patient.bad())
    patient.repair()
    assert not patient.bad()
    kept = everything(patient.place / "quarantine")
    assert any(damaged[:900] in content for content in kept.values())
    tables = patient.open()
    assert set(tables.documents.marked()) >= {"waiting"}
    tables.close()


def test_records_taken_out_or_put_in_again_are_noticed(patient: Patient) -> None:
    (log,) = patient.place.glob("log.*")
    whole = log.read_bytes()
    starts = [i for i in range(len(whole)) if whole[i : i + 4] == b"CVR1"]
    for first, second in ((3, 4), (4, 6)):
        log.write_bytes(whole[: starts[first]] + whole[starts[second] :])
        assert any("taken out" in f.what for f in patient.bad())
    log.write_bytes(whole + whole[starts[3] : starts[4]])
    assert any("put in again" in f.what for f in patient.bad())


@pytest.mark.parametrize(
    ("key", "owner"), [("large.jpg", "the unsent report waiting"), ("draft.jpg", "the draft d1")]
)
def test_a_picture_that_nobody_else_has_is_a_loss(patient: Patient, key: str, owner: str) -> None:
    path = picture(patient, key)
    flip(path, path.stat().st_size - 20)
    (found,) = patient.bad()
    assert (found.severity, found.what) == (Severity.LOSS, f"a picture of {owner} is damaged")
    damaged = path.read_bytes()
    patient.repair()
    assert everything(patient.place / "quarantine") == {
        str(patient.place / "quarantine" / path.name): damaged
    }
    (found,) = patient.bad()
    assert (found.severity, found.what) == (Severity.LOSS, f"a picture of {owner} is missing")


def test_a_damaged_picture_of_a_sent_report_is_set_apart_to_be_fetched_again(
    patient: Patient,
) -> None:
    with_tables(patient, send_all)
    path = picture(patient, "small.jpg")
    for place in (2, 10, 30, path.stat().st_size - 1):
        flip(path, place)
        assert [f.severity for f in patient.bad()] == [Severity.FAULT]
        flip(path, place)
    flip(path, 5)
    patient.repair()
    assert not patient.bad()
    tables = patient.open()
    assert tables.pictures.wanted(JobKind.THUMBNAIL) == ["small.jpg"]
    tables.close()


def test_what_the_server_would_never_take_is_noticed(patient: Patient) -> None:
    tables = patient.open()
    tables.blobs.put("large.jpg", b"another picture")
    tables.close()
    assert [f.what for f in patient.bad()] == ["the picture is not the one that was queued"]


def test_a_store_that_cannot_be_opened_by_this_keyring_says_so(patient: Patient) -> None:
    stranger, _ = Keyring.create(PASSWORD, SMITH)
    for name in FILES:
        patient.write(name, stranger.to_bytes())
    assert any(f.severity is Severity.LOSS and f.place == "keys" for f in patient.bad())
    patient.repair()
    assert not patient.examine().well


def test_an_earlier_keyring_is_said(patient: Patient) -> None:
    with_tables(patient, lambda tables: tables.note_epoch(7))
    assert any("earlier keyring was put back" in f.what for f in patient.bad())


def test_leftovers_are_told_and_set_apart(patient: Patient) -> None:
    patient.write("log.1.tmp", b"half")
    patient.write("stray.txt", b"mine")
    places = {finding.place for finding in patient.examine().findings}
    assert {"log.1.tmp", "stray.txt"} <= places
    patient.repair()
    assert (patient.place / "quarantine" / "log.1.tmp").read_bytes() == b"half"
    assert (patient.place / "stray.txt").exists()


def test_a_store_without_a_log_is_a_loss(patient: Patient) -> None:
    for log in patient.place.glob("log.*"):
        log.unlink()
    assert any(f.place == "log" for f in patient.bad())


# --- the device ------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path, patient: Patient) -> Path:
    folder = tmp_path / "data"
    empty = tmp_path / "empty"
    assert Device(empty).id
    for name in DEVICE_FILES:
        (empty / name).rename(folder / name)
    folder.chmod(0o700)
    return folder


def test_a_device_is_told_without_a_password(data: Path) -> None:
    for name in ("a.aside.1", "b.taken.1", "c.1a2b.new"):
        (data / "u" / name).mkdir(mode=0o700)
    (store,) = (path for path in (data / "u").iterdir() if (path / "keys").exists())
    for name in ("a.aside.1", "b.taken.1"):
        shutil.copyfile(store / "keys", data / "u" / name / "keys")
        (data / "u" / name / "keys").chmod(0o600)
    checkup = examine_device(data)
    assert checkup.well
    wanted = {"stores": 1, "stores set aside": 1, "stores emptied": 1, "bytes in quarantine": 0}
    assert {name: checkup.facts[name] for name in wanted} == wanted


def test_a_keyring_beyond_reading_is_a_loss_without_a_password(data: Path) -> None:
    (store,) = (path for path in (data / "u").iterdir() if (path / "keys").exists())
    for name in FILES:
        (store / name).write_bytes(b"scrambled")
    (found,) = (f for f in examine_device(data).findings if f.severity is Severity.LOSS)
    assert "keyring" in found.what
    assert "recover" in found.advice


def test_a_folder_that_is_not_there_stays_away(tmp_path: Path) -> None:
    assert examine_device(tmp_path / "none").well
    assert not (tmp_path / "none").exists()


def test_rights_are_noticed_and_mended(data: Path) -> None:
    (data / "device.json").chmod(0o644)
    (data / "u").chmod(0o755)
    assert [f.what for f in examine_device(data).findings if f.severity is Severity.FAULT] == [
        "its rights are 0644",
        "its rights are 0755",
    ]
    mend_device(data)
    assert examine_device(data).well


def test_a_link_is_noticed_and_left_alone(data: Path, tmp_path: Path) -> None:
    (tmp_path / "target").write_text("x")
    (tmp_path / "target").chmod(0o644)
    (store,) = (data / "u").iterdir()
    (store / "link").symlink_to(tmp_path / "target")
    mend_device(data)
    assert not examine_device(data).well
    assert (tmp_path / "target").stat().st_mode & 0o777 != 0o600


def test_a_folder_named_by_mistake_keeps_its_rights(tmp_path: Path) -> None:
    tool = tmp_path / "home" / "bin" / "tool"
    tool.parent.mkdir(parents=True)
    tool.write_text("x")
    tool.chmod(0o755)
    mend_device(tmp_path / "home")
    assert tool.stat().st_mode & 0o777 == 0o755


def test_what_is_not_ours_keeps_its_rights_and_is_named(data: Path) -> None:
    (data / "notes").mkdir()
    (data / "notes").chmod(0o755)
    mend_device(data)
    assert (data / "notes").stat().st_mode & 0o777 == 0o755
    assert any(found.place == "notes" for found in examine_device(data).findings)


SPOILT = [None, b"", b"[]", b'{"v":1}', b'{"v":1,"key":"A","check":""}']


def spoil(path: Path, content: bytes | None) -> None:
    path.unlink()
    if content is not None:
        path.write_bytes(content)
        path.chmod(0o600)


@pytest.mark.parametrize("content", SPOILT)
@pytest.mark.parametrize("name", DEVICE_FILES)
def test_one_device_file_is_mended_from_the_other(
    data: Path, name: str, content: bytes | None
) -> None:
    whole = (data / name).read_bytes()
    spoil(data / name, content)
    bad = [f for f in examine_device(data).findings if f.severity is Severity.FAULT]
    assert [f.place for f in bad] == [name]
    mend_device(data)
    assert (data / name).read_bytes() == whole
    assert examine_device(data).well


def test_a_flipped_bit_of_a_device_file_is_noticed(data: Path) -> None:
    for place in range((data / "device.json").stat().st_size):
        flip(data / "device.json", place)
        assert not examine_device(data).well, place
        flip(data / "device.json", place)
    assert examine_device(data).well


@pytest.mark.parametrize("content", SPOILT)
def test_without_either_no_store_is_found_and_that_is_a_loss(
    data: Path, content: bytes | None
) -> None:
    for name in DEVICE_FILES:
        spoil(data / name, content)
    mend_device(data)
    bad = [f for f in examine_device(data).findings if f.severity is Severity.LOSS]
    assert [f.place for f in bad] == list(DEVICE_FILES)
