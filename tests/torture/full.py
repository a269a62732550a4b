"""Fills a small disk of its own and saves reports on it. A program, for it mounts and limits:

    unshare --user --map-root-user --mount python -m tests.torture.full FOLDER disk COUNT
    python -m tests.torture.full FOLDER limit COUNT

`disk` mounts a tmpfs on FOLDER and tries COUNT amounts of room, of file names too, and a disk that
is read-only; `limit` lets no file grow beyond a size (RLIMIT_FSIZE), for COUNT sizes. The last line
that it prints is a JSON object with counts.
"""

import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from civictui.domain.errors import StoreFull, StoreReadOnly
from civictui.storage.ballast import Ballast
from tests.torture.steps import Step, Subject, new_world

PAGE = 4096
DISK = 20 * 1024 * 1024
"""Large enough for a store to take ballast in."""
REPORT = Step("submit", "s1", "the report in hand", draft="d1", photo=30_000)
SHORT = Step("submit", "s1", "the report in hand", draft="d1")


def _mount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)


def _new_store(data: Path, number: int) -> Subject:
    """A store with a draft of the report, on a disk with its ballast."""
    Ballast(data).take_in()
    assert Ballast(data).is_here
    folder = data / f"store{number}"
    folder.mkdir(mode=0o700)
    Subject.begin(folder).close()
    subject = Subject(folder, data=data)
    Step("draft", "d1", "what was typed").perform(subject)
    return subject


def _save(subject: Subject, counts: Counter[str], what: str, report: Step = REPORT) -> None:
    """Save the report; what was said must be so after another opening, on the same full disk."""
    counts[f"{what} tried"] += 1
    world = new_world()
    Step("draft", "d1", "what was typed").expect(world)
    try:
        report.perform(subject)
        report.expect(world)
        counts[f"{what} saved"] += 1
    except StoreFull:
        counts[f"{what} refused"] += 1
    subject.reopen()
    counts[f"{what} wrong"] += subject.world() != world
    subject.close()


def _fill_bytes(data: Path, left: int) -> Path:
    """Leave exactly so many pages."""
    filler = data / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(64 * PAGE)):
                pass
        except OSError:
            os.truncate(filler, filler.stat().st_size // PAGE * PAGE - left * PAGE)
    return filler


def _fill_names(data: Path, left: int) -> Path:
    """Leave room for exactly so many files."""
    folder = data / "fillers"
    folder.mkdir()
    names: list[Path] = []
    try:
        while True:
            names.append(folder / str(len(names)))
            names[-1].touch()
    except OSError:
        for name in names[-1 - left : -1]:
            name.unlink()
    return folder


def _empty(path: Path) -> None:
    for file in path.iterdir() if path.is_dir() else [path]:
        file.unlink()
    if path.is_dir():
        path.rmdir()


def on_a_small_disk(data: Path, count: int, counts: Counter[str]) -> None:
    _mount(data, f"size={DISK},mode=700")
    for left in range(count):
        subject = _new_store(data, left)
        filler = _fill_bytes(data, left)
        _save(subject, counts, "bytes")
        _empty(filler)
    subject = _new_store(data, count)
    filler = _fill_bytes(data, 0)
    Ballast(data).throw_out()
    _fill_bytes(data, 0)
    _save(subject, counts, "without ballast")
    _empty(filler)
    _save(Subject(subject.folder, data=data), counts, "once there is room")
    _read_only(data, subject.folder, counts)
    subprocess.run(["umount", data], check=True)

    _mount(data, f"size={DISK},mode=700,nr_inodes=120")
    for left in range(min(count, 12)):
        subject = _new_store(data, left)
        filler = _fill_names(data, left)
        _save(subject, counts, "names")
        _empty(filler)
    subprocess.run(["umount", data], check=True)


def _read_only(data: Path, folder: Path, counts: Counter[str]) -> None:
    subject = Subject(folder, data=data)
    world = subject.world()
    subject.close()
    subprocess.run(["mount", "-o", "remount,ro", data], check=True)
    subject = Subject(folder, data=data)
    counts["read-only wrong"] += subject.world() != world
    counts["read-only tried"] += 1
    try:
        Step("secret", "policy", "new").perform(subject)
    except StoreReadOnly:
        counts["read-only said"] += 1
    subject.close()
    subprocess.run(["mount", "-o", "remount,rw", data], check=True)


def with_a_limit(data: Path, count: int, counts: Counter[str]) -> None:
    """No file may grow by more than so many bytes; a person then writes a draft and a report."""
    for more in range(0, 600, 600 // count):
        subject = _new_store(data, more)
        size = (subject.folder / "log.0").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + more, resource.RLIM_INFINITY))
        _save(subject, counts, "limit", SHORT)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)


def main(folder: str, mode: str, count: str) -> None:
    counts: Counter[str] = Counter()
    modes: dict[str, Callable[[Path, int, Counter[str]], None]] = {
        "disk": on_a_small_disk,
        "limit": with_a_limit,
    }
    modes[mode](Path(folder), int(count), counts)
    print(json.dumps(counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
