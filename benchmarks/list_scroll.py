"""Scrolling 10,000 reports with thumbnails, as somebody does who does not wait for them.

The program itself on a pseudo-terminal of 80x24, its store real, each report with a photo of its
own. No key may be lost, and a cursor that moves costs the same bytes with thumbnails as without.
"""

import asyncio
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pyte
from _real import identity, reports
from _stores import unsynced

from civictui import pictures
from civictui.domain.model import Doc, Photo
from civictui.domain.ports import Account
from civictui.domain.revtree import next_revision
from civictui.geo import distance
from civictui.storage.vault import DeviceVault

COUNT = 10_000
ORIGIN, USER, PASSWORD = "http://127.0.0.1:1", "demo", "a horse and a battery"
PHOTOS = Path(__file__).parent.parent / "tests" / "data" / "photos" / "street"
PAGE_DOWN = "\x1b[6~"
BURST = [*["j"] * 60, *[PAGE_DOWN] * 40, *["k"] * 20]
LANDED = 60 + 40 * 7 - 20
STEPS = 24
PATIENCE = 60.0
_CURSOR = re.compile(r"^> .{10} . (\d+) ", re.MULTILINE)


def main() -> None:
    with TemporaryDirectory() as name:
        asyncio.run(fill(Path(name)))
        bare, drawn = (Terminal(Path(name), way) for way in ("none", "blocks"))
        rows = [terminal.scroll() for terminal in (bare, drawn)]
    for way, (burst, step, size) in zip(("without", "with"), rows, strict=True):
        print(
            f"list {COUNT:,} {way} thumbnails: {len(BURST)} keys at once {burst * 1000:.0f} ms, "
            f"none lost; one step {step * 1000:.0f} ms, {size:.0f} bytes"
        )
    print(
        f"  with / without: burst {rows[1][0] / rows[0][0]:.1f}, step {rows[1][1] / rows[0][1]:.1f}"
    )


async def fill(folder: Path) -> None:
    """A store with 10,000 reports, the newest called 0, each with a thumbnail under its own key."""
    photos = sorted(PHOTOS.glob("potbot*.jpg"))
    small = [pictures.take(photo.read_bytes()).picture.thumbnail for photo in photos]
    with unsynced():
        store = await DeviceVault(folder, distance).create(Account(ORIGIN, "g", USER), PASSWORD)
        docs = [document(number, body) for number, (_, body) in enumerate(islice(reports(), COUNT))]
        assert not store.tables.documents.bulk_docs(docs)
        for number in range(COUNT):
            store.tables.blobs.put(f"{number}-small.jpg", small[number % len(small)])
        await store.close()


def document(number: int, body: Doc) -> Doc:
    photo = Photo(f"{number}.jpg", f"{number}-small.jpg").to_doc()
    body = {
        **body,
        "problemDescription": f"{number} {body['problemDescription']}",
        "reportedDateTime": "2026-11-23T10:00:00Z",  # of the same age the greatest id is first
        "photos": [photo],
    }
    key = identity(COUNT - number)
    return {"_id": key, "_rev": next_revision(None, False, body), **body}


class Terminal:
    """The program on a terminal of its own, its screen read by an emulator."""

    def __init__(self, folder: Path, way: str) -> None:
        command = [sys.executable, "-m", "civictui", "--server", ORIGIN, "--data-dir", str(folder)]
        environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        environment |= {"CIVICTUI_PICTURES": way, "CIVICTUI_CONFIG": os.devnull}
        environment.pop("NO_COLOR", None)
        self._command, self._environment = command, environment
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._read_bytes = 0

    def scroll(self) -> tuple[float, float, float]:
        """Seconds of the burst, median seconds and bytes of one step."""
        pid, self._master = pty.fork()
        if pid == 0:
            os.execve(sys.executable, self._command, self._environment)  # noqa: S606
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        try:
            self._sign_in()
            began = time.perf_counter()
            self._press(*BURST)
            self._until_at(LANDED)
            burst = time.perf_counter() - began
            self._rest()
            steps = [self._step(LANDED + way) for way in (1, 0) * (STEPS // 2)]
            return burst, *(statistics.median(figures) for figures in zip(*steps, strict=True))
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(self._master)

    def _sign_in(self) -> None:
        self._until("Password")
        self._press(USER, "\t", PASSWORD, "\r")
        self._until(f"Reports {COUNT:,}")
        self._until("The session has ended")  # there is no gateway to renew it
        self._press("\x1b")
        self._until("/ search")
        self._rest()

    def _step(self, place: int) -> tuple[float, int]:
        before, began = self._read_bytes, time.perf_counter()
        self._press("j" if self._at() < place else "k")
        self._until_at(place)
        taken = time.perf_counter() - began
        self._rest()
        return taken, self._read_bytes - before

    # --- the terminal ---

    def _at(self) -> int:
        """The number of the report with the cursor; -1 where none is on the screen."""
        found = _CURSOR.search("\n".join(self._screen.display))
        return int(found[1]) if found else -1

    def _press(self, *keys: str) -> None:
        os.write(self._master, "".join(keys).encode())

    def _until_at(self, place: int) -> None:
        self._wait(lambda: self._at() == place, f"report {place}")

    def _until(self, words: str) -> None:
        self._wait(lambda: any(words in line for line in self._screen.display), words)

    def _wait(self, holds: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            shown = "\n".join(self._screen.display)
            assert time.monotonic() < end, f"{what} did not come:\n{shown}"
            self._take(0.2)

    def _rest(self) -> None:
        """Until nothing is drawn any more."""
        while self._take(0.3):
            pass

    def _take(self, seconds: float) -> bool:
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        content = os.read(self._master, 65536)
        self._read_bytes += len(content)
        self._stream.feed(content)
        return True


if __name__ == "__main__":
    main()
