"""What is in a back-up and what is not, also while others write."""

import errno
import os
from pathlib import Path

import pytest

from civictui.domain.errors import StoreDamaged, StoreError, UsageError
from civictui.gateway.audit import RESTORE
from civictui.gateway.backup import snapshot as snapshots
from civictui.gateway.backup.container import DEEPEST, BackupWriter
from civictui.gateway.backup.contents import files_in
from civictui.gateway.backup.putting import check
from civictui.gateway.backup.snapshot import TRIES, snapshot
from civictui.gateway.database.embedded import Identity
from civictui.gateway.database.opening import open_sealed_database
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.opening import open_blobs
from civictui.gateway.provisioning import audit_of, load, users_of
from civictui.storage.documents import Documents
from tests.gateway.backup.conftest import PICTURES, backed_up, put_back
from tests.gateway.peer import report


def words_in(folder: GatewayFolder) -> set[str]:
    database = open_sealed_database(folder)
    try:
        documents = Documents(database)
        found = (documents.get(key) or {} for key in documents.ids())
        return {doc["problemDescription"] for doc in found}
    finally:
        database.close()


def reopened(path: Path) -> GatewayFolder:
    return GatewayFolder.open(path, 0)


def test_everything_comes_back(filled: GatewayFolder, tmp_path: Path) -> None:
    taken = backed_up(filled, tmp_path / "backup")
    assert (taken.database, taken.objects, taken.damaged) == (True, len(PICTURES), [])
    found = put_back(filled, tmp_path / "backup", tmp_path / "new")
    assert (found.gateway, found.documents, found.damaged) == (filled.id, 20, [])
    assert (found.files, found.bytes) == (taken.files, taken.bytes)
    new = reopened(tmp_path / "new")
    assert (new.id, new.made) == (filled.id, filled.made)
    assert words_in(new) == {f"words {number}" for number in range(20)}
    assert {key: open_blobs(new).get(key) for key in PICTURES} == PICTURES
    assert [user.name for user in users_of(new)] == ["asha", "demo"]
    assert (new.path / "maps" / "town.pmtiles").read_bytes() == b"a map"
    with audit_of(new) as audit:
        assert [line["action"] for line in audit.lines()[0]][-1] == RESTORE


def test_a_folder_that_was_put_back_is_another_database(
    filled: GatewayFolder, tmp_path: Path
) -> None:
    backed_up(filled, tmp_path / "backup")
    marks = {Identity.of(filled).mark}
    for name in ("one", "two"):
        put_back(filled, tmp_path / "backup", tmp_path / name)
        marks.add(Identity.of(reopened(tmp_path / name)).mark)
    assert len(marks) == 3


def test_what_does_not_belong_into_it_is_left_out(filled: GatewayFolder, tmp_path: Path) -> None:
    for room in ("sessions", "uploads"):
        (filled.room(room) / "a").write_bytes(b"x")
    (filled.path / "attempts").write_bytes(b"x")
    (filled.path / "objects" / "left.tmp").write_bytes(b"x")
    backed_up(filled, tmp_path / "backup", maps=False)
    put_back(filled, tmp_path / "backup", tmp_path / "new")
    names = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*")}
    assert not names & {"sessions", "uploads", "attempts", "maps", "objects/left.tmp"}
    assert (tmp_path / "new" / "gateway.key").read_bytes() == (
        filled.path / "gateway.key"
    ).read_bytes()


def test_without_the_key_nothing_in_it_can_be_read(filled: GatewayFolder, tmp_path: Path) -> None:
    backed_up(filled, tmp_path / "backup")
    content = (tmp_path / "backup").read_bytes()
    parts = [path.name for path in filled.path.iterdir()]
    names = [name for part in parts for name in files_in(filled.path, part)]
    secrets = [(filled.path / "gateway.key").read_bytes(), b"words 1", b"asha", b"a map"]
    for secret in (*secrets, *map(os.fsencode, names)):
        assert secret not in content


def test_a_compaction_in_mid_copy_changes_nothing(filled: GatewayFolder) -> None:
    """The old file is copied to the end of what was there, whatever has its name by now."""
    database = open_sealed_database(filled)
    key = filled.key("database")
    with snapshot(filled.path / "database", key, filled.store) as (file,):
        database.compact()
        database.close()
        open_sealed_database(filled).close()  # which lets go of the older one
        assert not (filled.path / "database" / file.name).exists()
        assert file.sound
        assert len(os.pread(file.descriptor, file.size, 0)) == file.size


def test_generations_that_vanish_are_looked_for_again(
    filled: GatewayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, key = filled.path / "database", filled.key("database")
    late = [[7, 0], [9], [0]]
    monkeypatch.setattr(snapshots, "generations", lambda _: late.pop(0))
    with snapshot(room, key, filled.store) as (file,):
        assert file.name == "log.0"
    monkeypatch.setattr(snapshots, "generations", lambda _: [7])
    with (
        pytest.raises(StoreError, match="changes faster"),
        snapshot(room, key, filled.store),
    ):
        pass
    assert TRIES < 10


def test_a_record_that_is_half_written_is_not_copied(filled: GatewayFolder, tmp_path: Path) -> None:
    log = filled.path / "database" / "log.0"
    whole = log.stat().st_size
    with log.open("ab") as file:
        file.write(log.read_bytes()[:100])
    with snapshot(log.parent, filled.key("database"), filled.store) as (found,):
        assert (found.size, found.sound) == (whole, True)
    assert backed_up(filled, tmp_path / "backup").damaged == []


def test_a_damaged_log_is_copied_and_said(filled: GatewayFolder, tmp_path: Path) -> None:
    load(filled, [report("more")], {})
    log = filled.path / "database" / "log.0"
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)
    assert backed_up(filled, tmp_path / "backup").damaged == ["database/log.0"]
    assert check(tmp_path / "backup", filled.path / "gateway.key").damaged == ["database/log.0"]
    assert put_back(filled, tmp_path / "backup", tmp_path / "new").damaged == ["database/log.0"]


def test_a_damaged_end_is_none_that_is_half_written(filled: GatewayFolder, tmp_path: Path) -> None:
    """Else what was acknowledged last would be left out, and nobody would be told."""
    load(filled, [report("last")], {})
    log = filled.path / "database" / "log.0"
    content = bytearray(log.read_bytes())
    content[-1] ^= 1
    log.write_bytes(content)
    assert backed_up(filled, tmp_path / "backup").damaged == ["database/log.0"]
    put_back(filled, tmp_path / "backup", tmp_path / "new")
    assert len(words_in(reopened(tmp_path / "new"))) == 20


def test_an_audit_log_that_nobody_can_read_keeps_no_report_back(
    filled: GatewayFolder, tmp_path: Path
) -> None:
    log = filled.path / "audit" / "log.0"
    with audit_of(filled) as audit:
        audit.note("policy", "", "", "done")
    log.write_bytes(bytes(log.stat().st_size))
    assert backed_up(filled, tmp_path / "backup").damaged == ["audit/log.0"]
    found = put_back(filled, tmp_path / "backup", tmp_path / "new")
    assert (found.documents, found.damaged) == (20, ["audit/log.0"])


def test_a_file_that_shrinks_in_mid_copy_is_copied_again(
    filled: GatewayFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added, real = [], BackupWriter.add

    def add(writer: BackupWriter, path: str, descriptor: int, size: int) -> bool:
        """It was longer by five bytes when it was measured at first."""
        added.append(path)
        longer = 5 if path == "accounts" and added.count(path) == 1 else 0
        return real(writer, path, descriptor, size + longer)

    monkeypatch.setattr(BackupWriter, "add", add)
    taken = backed_up(filled, tmp_path / "backup")
    assert added.count("accounts") == 2
    assert put_back(filled, tmp_path / "backup", tmp_path / "new").files == taken.files
    assert [user.name for user in users_of(reopened(tmp_path / "new"))] == ["asha", "demo"]


def test_what_the_disk_does_not_give_costs_that_alone(
    filled: GatewayFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, *sound = sorted(open_blobs(filled).files())
    sector, real = bad.stat().st_ino, os.pread

    def pread(descriptor: int, count: int, position: int) -> bytes:
        if os.fstat(descriptor).st_ino == sector and position < 4096:
            raise OSError(errno.EIO, "Input/output error")
        return real(descriptor, count, position)

    monkeypatch.setattr("os.pread", pread)
    taken = backed_up(filled, tmp_path / "backup")
    monkeypatch.undo()
    assert taken.damaged == [str(bad.relative_to(filled.path))]
    put_back(filled, tmp_path / "backup", tmp_path / "new")
    for path in sound:
        copy = tmp_path / "new" / path.relative_to(filled.path)
        assert copy.read_bytes() == path.read_bytes()


def test_what_a_mounted_disk_has_is_nobodys(filled: GatewayFolder, tmp_path: Path) -> None:
    (filled.path / "lost+found").symlink_to(tmp_path)  # so it would be refused, as it is to a user
    backed_up(filled, tmp_path / "backup")


def test_a_map_may_be_a_link(filled: GatewayFolder, tmp_path: Path) -> None:
    (tmp_path / "city.mbtiles").write_bytes(b"another map")
    maps = filled.path / "maps"
    (maps / "linked.mbtiles").symlink_to(tmp_path / "city.mbtiles")
    (maps / "gone.mbtiles").symlink_to(tmp_path / "nowhere")
    os.mkfifo(maps / "pipe.pmtiles")
    backed_up(filled, tmp_path / "backup")
    put_back(filled, tmp_path / "backup", tmp_path / "new")
    found = {path.name: path.read_bytes() for path in (tmp_path / "new" / "maps").iterdir()}
    assert found == {"linked.mbtiles": b"another map", "town.pmtiles": b"a map"}


def test_what_lies_deeper_than_a_restore_goes_is_named(
    filled: GatewayFolder, tmp_path: Path
) -> None:
    """So that no back-up is made that nothing can be made of."""
    deepest = filled.path.joinpath(*["a"] * (DEEPEST - 1))
    deepest.mkdir(parents=True)
    (deepest / "file").touch()
    backed_up(filled, tmp_path / "backup")
    put_back(filled, tmp_path / "backup", tmp_path / "new")
    assert (tmp_path / "new" / deepest.relative_to(filled.path) / "file").exists()
    (deepest / "more").mkdir()
    (deepest / "more" / "file").touch()
    with pytest.raises(StoreError, match="too deep"):
        backed_up(filled, tmp_path / "another")


def test_what_is_no_file_is_named(filled: GatewayFolder, tmp_path: Path) -> None:
    (filled.path / "objects" / "odd").symlink_to(tmp_path)
    with pytest.raises(StoreError, match="odd is no file"):
        backed_up(filled, tmp_path / "backup")
    with pytest.raises((StoreDamaged, UsageError)):
        check(tmp_path / "backup", filled.path / "gateway.key")
