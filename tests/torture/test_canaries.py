"""Figure 12: nothing that a person writes lies anywhere in clear, in no encoding."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools import require_tool
from tests.torture.canaries import files_in, forms_of, hits, new_canary
from tests.torture.conftest import Say, Start
from tests.torture.people import Process

pytestmark = pytest.mark.torture

_MEMORY = Path("/dev/shm")  # noqa: S108  # it is only looked into


class Watched:
    """A person who writes canaries, and every place where something may have been left."""

    def __init__(self, folder: Path, start: Start) -> None:
        self.words = [new_canary(number) for number in range(18)]
        self.began = time.time() - 1
        self._folder = folder
        user, password = new_canary(100), new_canary(101)
        self.process = start(folder / "data", folder, user, password, self.words)
        self.words += [user, password]

    def hits(self) -> list[str]:
        return hits(self.words, self._places())

    def _places(self) -> Iterator[tuple[str, bytes]]:
        places = [self._folder, *([_MEMORY] if _MEMORY.exists() else [])]
        yield from files_in(places, self.began)
        if self.process.running.poll() is None:
            yield from self.process.open_files()
            yield from self.process.told_at_start()


@pytest.mark.parametrize("end", ["lock", "kill", "crash"])
def test_no_canary_is_found(end: str, tmp_path: Path, start: Start, figure: Say) -> None:
    watched = Watched(tmp_path, start)
    assert watched.process.order("work") == "ready"
    found = watched.hits()
    if end == "lock":
        assert watched.process.order("lock") == "locked"
        found += watched.hits()
        watched.process.leave()
    elif end == "kill":
        watched.process.kill()
    else:
        assert watched.process.order("crash") == ""
        watched.process.kill()
    found += watched.hits()
    count = len(watched.words)
    figure(12, f"{count} canaries, working and after {end}: {len(found)} hits")
    assert not found
    assert len(list((tmp_path / "data").rglob("*"))) > 8
    assert not list(tmp_path.glob("work/*"))


def test_nothing_is_opened_for_writing_elsewhere(tmp_path: Path, start: Start, figure: Say) -> None:
    """Whatever is opened for writing lies in the data folder, or is a terminal or a null device."""
    strace = str(require_tool("strace"))
    notes = tmp_path / "notes"
    tracer = [strace, "-f", "-qq", "-y", "-e", "trace=openat,open,creat,memfd_create"]
    process = start(tmp_path / "data", tmp_path, tracer=[*tracer, "-o", str(notes)])
    said = process.order("work")
    if not said:
        pytest.skip("strace may not trace processes here")
    assert said == "ready"
    process.order("lock")
    process.leave()
    opened = [line for line in notes.read_text("utf-8").splitlines() if _writes(line)]
    assert any(str(tmp_path / "data") in line for line in opened)
    elsewhere = [
        line for line in opened if f'"{tmp_path / "data"}' not in line and '"/dev/' not in line
    ]
    figure(12, f"{len(opened)} files opened for writing: {len(elsewhere)} outside the data folder")
    assert not elsewhere


def _writes(line: str) -> bool:
    succeeded = "= -1" not in line and ("open" in line or "memfd" in line or "creat" in line)
    return succeeded and any(flag in line for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "memfd"))


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A control: every form of a word, in a file, in a name, in a file without a name."""
    word = new_canary(0)
    for number, form in enumerate(forms_of(word)):
        place = tmp_path / str(number)
        place.mkdir()
        (place / "file").write_bytes(b"\0before" + form + b"behind\0")
        assert hits([word], files_in([place], 0)), form
    (tmp_path / "named").mkdir()
    (tmp_path / "named" / word).touch()
    assert hits([word], files_in([tmp_path / "named"], 0))
    assert not hits([new_canary(1)], files_in([tmp_path], 0))
    with (tmp_path / "gone").open("wb") as file:
        file.write(word.encode("utf-16-le"))
        file.flush()
        (tmp_path / "gone").unlink()
        process = Process.__new__(Process)
        process.running = type("Self", (), {"pid": os.getpid()})()
        assert any(word in hit for hit in hits([word], process.open_files()))
