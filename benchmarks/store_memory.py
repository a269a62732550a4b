"""Resident memory of a process that has 50,000 reports open, above one with an empty store.

A process of its own for each store, as the program opens it, with the list shown and one search
made; both shapes of log, and once more with a photo in every report, which the data has not. The
peak is that of the whole life of the process.
"""

import gc
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from _real import COUNT, reports
from _stores import PAGE, SHAPES, opened, pulled

from civictui.domain.model import Doc, Photo, Query, Report

WORDS = "street light"


def megabytes_of(folder: Path) -> tuple[float, float]:
    """Resident now and at the peak, in a process that opens this store."""
    command = [sys.executable, __file__, str(folder)]
    now, peak = subprocess.check_output(command, text=True).split()
    return float(now), float(peak)


def own_megabytes(folder: Path) -> tuple[float, float]:
    """The same for this very process."""
    tables = opened(folder)
    tables.rows(tables.find(Query())[:PAGE])
    tables.find(Query(text=WORDS))
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return _megabytes(status, "VmRSS"), _megabytes(status, "VmHWM")


def _megabytes(status: str, name: str) -> float:
    """One line of it: `VmRSS:     36500 kB`."""
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024


def photographed() -> Iterator[tuple[str, Doc]]:
    """The same reports, each with a photo, its keys as long as those that the program makes."""
    for key, body in reports():
        digest = sha256(key.encode()).hexdigest()
        photo = Photo(f"{digest}.jpg", f"{digest[::-1]}.jpg", 345_678, 1600, 1200)
        doc = replace(Report.from_doc({"_id": key, **body}), photos=(photo,)).to_doc()
        yield doc.pop("_id"), doc


def main() -> None:
    with TemporaryDirectory() as name:
        pulled(Path(name) / "empty", ())
        base, _ = megabytes_of(Path(name) / "empty")
        print(f"memory with {COUNT:,} reports, above the {base:.1f} MB with an empty store:")
        for shape, build in SHAPES.items():
            build(Path(name) / shape, reports())
            now, peak = megabytes_of(Path(name) / shape)
            print(f"  {shape}: {now - base:.1f} MB (at most 60), at the peak {peak - base:.1f}")
        pulled(Path(name) / "photos", photographed())
        now, peak = megabytes_of(Path(name) / "photos")
        print(f"  with a photo in each: {now - base:.1f} MB, at the peak {peak - base:.1f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(*own_megabytes(Path(sys.argv[1])))
    else:
        main()
