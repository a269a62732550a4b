"""A back-up and its restore, against a bare tar of the same folder and its unpacking.

20,000 reports and 2,000 pictures of 500 kB, a gigabyte in all. The commands are run as an operator
does, in processes of their own; the bare tar reads, writes and syncs, and seals and proves nothing.
Each is run in turns with its peer. RSS is the most that the process ever had.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from _real import reports

from civictui.gateway import provisioning
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.opening import open_blobs

REPORTS, PICTURES, PICTURE_BYTES = 20_000, 2_000, 500_000
TURNS = 3
_AT_ONCE = 200
_PACK = """
import os, sys, tarfile
with open(sys.argv[2], "xb") as out:
    with tarfile.open(fileobj=out, mode="w|") as tar:
        tar.add(sys.argv[1], "folder")
    out.flush()
    os.fsync(out.fileno())
"""
_UNPACK = """
import os, sys, tarfile
with tarfile.open(sys.argv[1], "r|") as tar:
    tar.extractall(sys.argv[2], filter="data")
os.sync()
"""
_SERVE = """
import atexit, sys
from pathlib import Path
from civictui.__main__ import main
atexit.register(lambda: print(Path("/proc/self/status").read_text(), file=sys.stderr))
sys.exit(main())
"""


def filled(path: Path) -> GatewayFolder:
    """A gateway's folder with all of it."""
    folder = provisioning.open_folder(path)
    docs = ({"_id": key, **body} for key, body in islice(reports(), REPORTS))
    while some := list(islice(docs, _AT_ONCE)):
        assert provisioning.load(folder, some, {}) == []
    blobs = open_blobs(folder)
    for number in range(PICTURES):
        blobs.put(f"{number}.jpg", os.urandom(PICTURE_BYTES))
    return folder


def run(*command: str | Path) -> tuple[float, float]:
    """Seconds, and the peak of the resident memory in megabytes."""
    began = time.perf_counter()
    words = [sys.executable, "-c", *map(str, command)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    peak = done.stderr.rpartition("VmHWM:")[2].split()  # of a bare tar nobody asks
    return time.perf_counter() - began, int(peak[0]) / 1024 if peak else 0.0


def one_turn(folder: GatewayFolder, place: Path) -> list[tuple[float, float]]:
    """tar, backup, untar, restore."""
    tar, file, key = place / "tar", place / "backup", folder.path / "gateway.key"
    new = place / "new"
    figures = [
        run(_PACK, folder.path, tar),
        run(_SERVE, "serve", "backup", file, f"--data-dir={folder.path}"),
        run(_UNPACK, tar, place / "untarred"),
        run(_SERVE, "serve", "restore", file, f"--key-file={key}", f"--data-dir={new}"),
    ]
    for path in (tar, file):
        path.unlink()
    for name in ("untarred", "new"):
        shutil.rmtree(place / name)
    return figures


def main() -> None:
    with TemporaryDirectory() as name:
        place = Path(name)
        folder = filled(place / "gateway")
        size = sum(path.stat().st_size for path in folder.path.rglob("*") if path.is_file()) / 1e6
        turns = [one_turn(folder, place) for _ in range(TURNS)]
    print(f"{REPORTS:,} reports and {PICTURES:,} pictures, {size:,.0f} MB")
    for what, bare, ours in (("backup", 0, 1), ("restore", 2, 3)):
        seconds = statistics.median(turn[ours][0] for turn in turns)
        ratio = statistics.median(turn[ours][0] / turn[bare][0] for turn in turns)
        peak = max(turn[ours][1] for turn in turns)
        print(f"{what}: {seconds:.1f} s, {size / seconds:,.0f} MB/s, peak RSS {peak:.0f} MB")
        print(f"  a bare tar: ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
