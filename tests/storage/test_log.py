"""The record log: what was acknowledged is there, what was changed is noticed."""

import errno
import os
from pathlib import Path

import pytest

from civictui.codec import Row
from civictui.domain.errors import StoreDamaged, StoreError, StoreFull, StoreReadOnly
from civictui.storage.log import RecordLog
from civictui.storage.record import LARGEST_BYTES

KEY, STORE = bytes(range(32)), bytes(range(16))


def row(name: str, content: str = "{}") -> Row:
    return ("t", name, content.encode())


def written(folder: Path, count: int = 5) -> list[int]:
    """A log of `count` records; returns the file's size after each."""
    log = RecordLog.create(folder, KEY, STORE)
    sizes = [log.size]
    for i in range(count):
        log.append([row(f"r{i}")])
        sizes.append(log.size)
    log.close()
    return sizes


def read(folder: Path, key: bytes = KEY) -> tuple[list[str], RecordLog]:
    names: list[str] = []
    log = RecordLog.open(
        folder, key, STORE, lambda rows: names.extend(name for table, name, _ in rows if table)
    )
    return names, log


def test_what_was_appended_is_read_in_order(private: Path) -> None:
    written(private)
    names, log = read(private)
    assert names == ["r0", "r1", "r2", "r3", "r4"]
    log.append([row("r5")])
    log.close()
    names, log = read(private)
    assert names[-1] == "r5"
    log.close()


def test_a_torn_tail_is_cut_at_every_byte_and_kept(private: Path) -> None:
    sizes = written(private, 2)
    whole = (private / "log.0").read_bytes()
    for size in range(sizes[1] + 1, sizes[2]):
        (private / "log.0").write_bytes(whole[:size])
        names, log = read(private)
        log.close()
        assert names == ["r0"]
        assert log.findings.torn == (sizes[1], size)
        assert (private / "log.0").stat().st_size == sizes[1]
    kept = list((private / "quarantine").iterdir())
    assert sum(file.stat().st_size for file in kept) == sum(
        size - sizes[1] for size in range(sizes[1] + 1, sizes[2])
    )


def test_a_wrong_key_cuts_nothing(private: Path) -> None:
    written(private)
    before = (private / "log.0").read_bytes()
    with pytest.raises(StoreDamaged):
        read(private, bytes(32))
    assert (private / "log.0").read_bytes() == before
    assert not (private / "quarantine").exists()


def test_every_flipped_byte_is_noticed_and_costs_one_record_at_most(private: Path) -> None:
    sizes = written(private, 4)
    whole = (private / "log.0").read_bytes()
    for position in range(sizes[0], len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 0x41
        (private / "log.0").write_bytes(changed)
        names, log = read(private)
        log.close()
        assert len(names) == 3, position
        assert log.findings.torn or log.findings.damaged


def test_valid_records_behind_a_damaged_span_are_found_again(private: Path) -> None:
    sizes = written(private, 5)
    whole = bytearray((private / "log.0").read_bytes())
    whole[sizes[1] : sizes[3]] = bytes(sizes[3] - sizes[1])
    (private / "log.0").write_bytes(whole)
    names, log = read(private)
    log.close()
    assert names == ["r0", "r3", "r4"]
    assert log.findings.damaged == [(sizes[1], sizes[3])]
    assert log.findings.torn is None


@pytest.mark.parametrize("cut", [(1, 2), (0, 1), (2, 4)])
def test_a_record_taken_out_is_said(private: Path, cut: tuple[int, int]) -> None:
    sizes = written(private, 5)
    whole = (private / "log.0").read_bytes()
    (private / "log.0").write_bytes(whole[: sizes[cut[0]]] + whole[sizes[cut[1]] :])
    _, log = read(private)
    log.close()
    assert log.findings.broken_chain


def test_a_record_put_in_twice_changes_nothing_and_is_said(private: Path) -> None:
    sizes = written(private, 3)
    whole = (private / "log.0").read_bytes()
    (private / "log.0").write_bytes(whole + whole[sizes[0] : sizes[1]])
    names, log = read(private)
    log.close()
    assert names == ["r0", "r1", "r2"]
    assert log.findings.broken_chain == [3]


def test_a_record_of_another_store_is_not_taken(private: Path, tmp_path: Path) -> None:
    written(private, 1)
    other = tmp_path / "other"
    other.mkdir()
    foreign = RecordLog.create(other, KEY, bytes(16))
    foreign.append([row("foreign")])
    foreign.close()
    with (private / "log.0").open("ab") as file:
        file.write((other / "log.0").read_bytes())
    names, log = read(private)
    log.close()
    assert names == ["r0"]


def test_a_large_transaction_is_one_record_and_stays_whole(private: Path) -> None:
    log = RecordLog.create(private, KEY, STORE)
    before, size = log.sequence, log.size
    big = '"' + "x" * 1_000_000 + '"'
    log.append([row(f"r{i}", big) for i in range(9)])
    assert log.sequence == before + 1
    log.close()
    names, log = read(private)
    log.close()
    assert len(names) == 9
    whole = (private / "log.0").read_bytes()
    (private / "log.0").write_bytes(whole[:-1])
    names, log = read(private)
    assert (names, log.size) == ([], size)
    log.close()


def test_a_transaction_beyond_reason_is_refused(private: Path) -> None:
    log = RecordLog.create(private, KEY, STORE)
    with pytest.raises(StoreError):
        log.append([row("r", '"' + "x" * LARGEST_BYTES + '"')])
    log.append([row("r0")])
    log.close()
    names, log = read(private)
    assert names == ["r0"]
    log.close()


def test_a_full_disk_leaves_the_log_as_it_was(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(private, 1)
    _, log = read(private)
    real = os.write

    def half(descriptor: int, content: bytes) -> int:
        if len(content) > 10:
            return real(descriptor, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        with pytest.raises(StoreFull):
            log.append([row("lost")])
    log.append([row("kept")])
    log.close()
    names, log = read(private)
    log.close()
    assert names == ["r0", "kept"]
    assert log.findings.torn is None


def test_a_sync_that_failed_is_never_tried_again(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(private, 1)
    _, log = read(private)

    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", broken)
        with pytest.raises(StoreError):
            log.append([row("unknown")])
    with pytest.raises(StoreError):
        log.append([row("after")])
    log.close()


def test_files_are_private_and_links_refused(private: Path, tmp_path: Path) -> None:
    written(private, 1)
    assert (private / "log.0").stat().st_mode & 0o777 == 0o600
    target = tmp_path / "elsewhere"
    (private / "log.0").rename(target)
    (private / "log.0").symlink_to(target)
    with pytest.raises(StoreError):
        read(private)


def compacted(folder: Path) -> None:
    """Five records, then a second generation with two of them, then one more record."""
    written(folder, 5)
    _, log = read(folder)
    log.compact([row("r1"), row("r4")])
    log.append([row("r5")])
    log.close()


def test_a_compaction_goes_on_in_a_new_generation(private: Path) -> None:
    compacted(private)
    assert (private / "log.0").exists(), "the old one stays until the new one was opened"
    names, log = read(private)
    assert names == ["r1", "r4", "r5"]
    assert log.generation == 1
    assert not (private / "log.0").exists()
    log.close()
    names, log = read(private)
    assert names == ["r1", "r4", "r5"]
    log.close()


def test_sequences_go_on_through_generations(private: Path) -> None:
    written(private, 5)
    _, log = read(private)
    before = log.sequence
    log.compact([row("r1")])
    assert log.sequence > before
    log.close()


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_a_new_generation_that_is_not_whole_hides_nothing(private: Path, part: float) -> None:
    written(private, 5)
    _, log = read(private)
    log.compact([row("r1")])
    size = log.size
    log.append([row("r5")])
    log.close()
    new = (private / "log.1").read_bytes()
    (private / "log.1").write_bytes(new[: int(size * part)])
    names, log = read(private)
    assert names[:5] == ["r0", "r1", "r2", "r3", "r4"], "what it was made of is read first"
    assert log.findings.lost
    log.append([row("r6")])
    log.close()
    names, log = read(private)
    assert {"r0", "r1", "r2", "r3", "r4", "r6"} <= set(names)
    log.close()


def test_a_compaction_that_was_cut_off_counts_for_nothing(private: Path) -> None:
    written(private, 5)
    (private / "log.1.tmp").write_bytes((private / "log.0").read_bytes()[:100])
    names, log = read(private)
    log.close()
    assert names == ["r0", "r1", "r2", "r3", "r4"]
    assert log.generation == 0
    assert not log.findings.lost


def test_a_flip_in_the_end_of_a_generation_loses_nothing_that_came_after(private: Path) -> None:
    written(private, 5)
    _, log = read(private)
    log.compact([row("r1"), row("r4")])
    size = log.size
    log.append([row("r5")])
    log.close()
    content = bytearray((private / "log.1").read_bytes())
    content[size - 1] ^= 1
    (private / "log.1").write_bytes(content)
    names, log = read(private)
    log.close()
    assert names[-1] == "r5"
    assert log.findings.lost


def test_a_generation_with_a_loss_is_kept_when_its_successor_was_opened(private: Path) -> None:
    sizes = written(private, 5)
    whole = bytearray((private / "log.0").read_bytes())
    whole[sizes[1] + 40] ^= 1
    (private / "log.0").write_bytes(whole)
    _, log = read(private)
    log.compact([row("r0")])
    log.close()
    read(private)[1].close()
    assert not (private / "log.0").exists()
    assert (private / "quarantine" / "log.0").read_bytes() == whole


def test_the_log_remembers_the_epoch_through_generations(private: Path) -> None:
    written(private, 1)
    _, log = read(private)
    log.note_epoch(3)
    log.close()
    _, log = read(private)
    assert log.epoch == 3
    log.compact([row("r0")])
    log.close()
    _, log = read(private)
    assert log.epoch == 3
    log.close()


def test_what_cannot_be_written_is_opened_for_reading(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(private, 2)
    with (private / "log.0").open("ab") as file:
        file.write(b"torn")
    before = (private / "log.0").read_bytes()
    real = os.open

    def read_only(path: object, flags: int, *rest: int) -> int:
        if flags & (os.O_RDWR | os.O_WRONLY):
            raise OSError(errno.EROFS, "Read-only file system")
        return real(path, flags, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", read_only)
    names, log = read(private)
    assert names == ["r0", "r1"]
    assert log.read_only
    with pytest.raises(StoreReadOnly):
        log.append([row("lost")])
    with pytest.raises(StoreReadOnly):
        log.compact([row("lost")])
    log.close()
    assert (private / "log.0").read_bytes() == before


def test_a_full_disk_in_a_compaction_leaves_the_old_generation(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(private, 5)
    _, log = read(private)

    def full(descriptor: int, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StoreFull):
            log.compact([row("r1")])
    log.append([row("r5")])
    log.close()
    names, log = read(private)
    log.close()
    assert names == ["r0", "r1", "r2", "r3", "r4", "r5"]
    assert sorted(path.name for path in private.iterdir()) == ["log.0"]


def test_records_of_two_generations_cannot_be_exchanged(private: Path) -> None:
    written(private, 1)
    old = (private / "log.0").read_bytes()
    _, log = read(private)
    log.compact([row("r0")])
    log.close()
    with (private / "log.1").open("ab") as file:
        file.write(old)
    names, log = read(private)
    log.close()
    assert names == ["r0"]
    assert log.findings.torn


def test_damaged_spans_are_kept(private: Path) -> None:
    sizes = written(private, 5)
    whole = bytearray((private / "log.0").read_bytes())
    whole[sizes[1] + 40] ^= 1
    (private / "log.0").write_bytes(whole)
    read(private)[1].close()
    (kept,) = (private / "quarantine").iterdir()
    assert kept.read_bytes() == whole[sizes[1] : sizes[2]]
