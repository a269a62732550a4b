"""Figure 7: the disk is full, at every byte count; no names are left; it is read-only.

With ballast the report in hand is saved; without, it is refused, nothing is changed, and it is
saved once there is room.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from civictui.domain.errors import StoreFull
from civictui.storage.ballast import Ballast
from tests.torture.conftest import Say
from tests.torture.counts import count
from tests.torture.faults import Room
from tests.torture.recorder import Recorder
from tests.torture.steps import Step, Subject, new_world

pytestmark = pytest.mark.torture

_ROOT = Path(__file__).parent.parent.parent
_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]
_DRAFT = Step("draft", "d1", "what was typed")
_REPORT = Step("submit", "s1", "the report in hand", draft="d1", photo=200)


def _program(*words: str, namespace: bool = False) -> Mapping[str, int]:
    command = [sys.executable, "-m", "tests.torture.full", *words]
    done = subprocess.run(
        [*(_NAMESPACE if namespace else []), *command],
        cwd=_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    counts: Mapping[str, int] = json.loads(done.stdout.splitlines()[-1])
    return counts


def _may_mount(folder: Path) -> bool:
    trial = [*_NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", str(folder)]
    return (
        shutil.which("unshare") is not None
        and not subprocess.run(trial, check=False, capture_output=True).returncode
    )


def _room_needed(data: Path) -> int:
    """How many bytes it takes to save the report."""
    with Recorder(data, Room(1 << 30)) as recorder:
        subject = Subject(data / "store", data=data)
        _REPORT.perform(subject)
        subject.close()
        assert isinstance(recorder.fault, Room)
        return (1 << 30) - recorder.fault.left


def _new_store(data: Path, *, ballast: bool) -> None:
    shutil.rmtree(data, ignore_errors=True)
    (data / "store").mkdir(mode=0o700, parents=True)
    if ballast:
        Ballast(data).take_in()
    Subject.begin(data / "store").close()
    subject = Subject(data / "store", data=data)
    _DRAFT.perform(subject)
    subject.close()


@pytest.mark.parametrize("ballast", [True, False])
def test_every_byte_count(
    ballast: bool, fast: Path, monkeypatch: pytest.MonkeyPatch, figure: Say
) -> None:
    monkeypatch.setattr("civictui.storage.ballast.PIECE_BYTES", 4096)
    monkeypatch.setattr("civictui.storage.ballast.SPARE_BYTES", 1)
    data = fast / "data"
    _new_store(data, ballast=ballast)
    saved = refused = wrong = 0
    for left in range(0, _room_needed(data), count(37, 1)):
        _new_store(data, ballast=ballast)
        world = new_world()
        _DRAFT.expect(world)
        with Recorder(data, Room(left)) as recorder:
            subject = Subject(data / "store", data=data)
            try:
                _REPORT.perform(subject)
                saved += 1
            except StoreFull:
                refused += 1
                wrong += subject.world() != world
                recorder.fault = Room(1 << 30)
                _REPORT.perform(subject)
            subject.close()
        _REPORT.expect(world)
        subject = Subject(data / "store", data=data)
        wrong += subject.world() != world or subject.tables.findings.lost
        subject.close()
    kind = "with" if ballast else "without"
    figure(
        7,
        f"{saved + refused} byte counts {kind} ballast: {saved} saved, {refused} refused and saved "
        f"later, {wrong} wrong",
    )
    assert not wrong
    assert not (ballast and refused)


def test_a_small_disk(fast: Path, figure: Say) -> None:
    """A real one, full to the page and to the last name, and read-only."""
    if not _may_mount(fast):
        pytest.skip("this system lets nobody mount a disk of their own")
    found = _program(str(fast), "disk", str(count(8, 60)), namespace=True)
    figure(7, f"a small tmpfs: {', '.join(f'{name} {n}' for name, n in found.items())}")
    assert found["bytes saved"] == found["bytes tried"]
    assert found["names saved"] == found["names tried"]
    assert found["without ballast refused"] == found["once there is room saved"] == 1
    assert found["read-only said"] == 1
    assert not [name for name, number in found.items() if name.endswith("wrong") and number]


def test_a_limit_on_the_size_of_files(fast: Path, figure: Say) -> None:
    """What a quota does: no error of a disk, and nothing that ballast could help."""
    if os.name != "posix":
        pytest.skip("this system has no such limit")
    found = _program(str(fast), "limit", str(count(30, 160)))
    figure(7, f"RLIMIT_FSIZE: {', '.join(f'{name} {n}' for name, n in found.items())}")
    assert found["limit saved"]
    assert found["limit refused"]
    assert not found["limit wrong"]
