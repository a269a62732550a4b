"""The model of a disk itself: what it may lose, and what it must keep."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.torture.chance import NOTHING
from tests.torture.disk import Disk, State
from tests.torture.faults import Fails, Killed, Kills
from tests.torture.recorder import Recorder

pytestmark = pytest.mark.torture


def outcomes(private: Path, work: Callable[[Path], None], count: int = 300) -> list[State]:
    """What cuts after some work leave, the first one without anything that was not synced."""
    with Recorder(private) as recorder:
        work(private)
    recorder.check()
    disk, rng = Disk(recorder.changes), random.Random(1)
    return [
        disk.after_cut(NOTHING),
        *(disk.after_cut(disk.chance(rng)) for _ in range(count)),
    ]


def synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def test_what_was_synced_with_its_name_stays(private: Path) -> None:
    def work(folder: Path) -> None:
        (folder / "file").write_bytes(b"x" * 3000)
        synced(folder / "file")
        synced(folder)
        with (folder / "file").open("ab") as file:
            file.write(b"y" * 3000)

    found = [state["file"] for state in outcomes(private, work)]
    assert all(content is not None and content[:3000] == b"x" * 3000 for content in found)
    assert found[0] == b"x" * 3000
    assert {len(content or b"") for content in found} >= {3000, 6000}
    tails = {(content or b"")[3072:] for content in found}
    assert bytes(2928) in tails, "a hole where the size came and the sectors did not"
    assert b"y" * 2928 in tails
    assert len(tails) > 20


def test_a_name_that_was_not_synced_may_be_gone(private: Path) -> None:
    def work(folder: Path) -> None:
        (folder / "file").write_bytes(b"x")
        synced(folder / "file")

    found = outcomes(private, work)
    assert found[0] == {}
    assert {"file": b"x"} in found


def test_a_name_that_was_not_synced_may_be_the_old_one(private: Path) -> None:
    (private / "old").write_bytes(b"x")

    def work(folder: Path) -> None:
        (folder / "old").rename(folder / "new")

    found = outcomes(private, work)
    assert found[0] == {"old": b"x"}
    assert {"new": b"x"} in found


def test_sectors_are_whole(private: Path) -> None:
    """A sector has what it had or what was written, never a mixture."""
    (private / "file").write_bytes(b"a" * 2048)

    def work(folder: Path) -> None:
        with (folder / "file").open("rb+") as file:
            file.write(b"b" * 2048)

    found = {state["file"] for state in outcomes(private, work)}
    assert len(found) > 4
    for content in found:
        assert content is not None
        assert all(len(set(content[at : at + 512])) == 1 for at in range(0, 2048, 512))


def test_what_a_sync_refused_stays_undecided(private: Path) -> None:
    (private / "file").write_bytes(b"")
    with Recorder(private, Fails(3, 5)) as recorder:
        descriptor = os.open(private / "file", os.O_RDWR)
        os.write(descriptor, b"first")
        with pytest.raises(OSError, match="Input/output"):
            os.fsync(descriptor)
        os.fsync(descriptor)
        assert Disk(recorder.changes).after_cut(NOTHING) == {"file": b""}
        os.pwrite(descriptor, b"again", 0)
        os.fsync(descriptor)
        os.close(descriptor)
    assert Disk(recorder.changes).after_cut(NOTHING) == {"file": b"again"}


def test_the_dead_change_nothing(private: Path) -> None:
    with Recorder(private, Kills(2)) as recorder:
        with pytest.raises(Killed):
            (private / "a").mkdir()
            (private / "b").mkdir()
        with pytest.raises(Killed):
            (private / "a").rmdir()
        recorder.revive()
        (private / "c").mkdir()
    recorder.check()
    assert sorted(path.name for path in private.iterdir()) == ["a", "c"]


def test_what_goes_round_the_recorder_is_an_error(private: Path) -> None:
    with Recorder(private) as recorder:
        os.system(f"touch {private}/unseen")  # noqa: S605  # not through any call that is watched
    with pytest.raises(AssertionError, match="unseen"):
        recorder.check()
