"""One insert into the sealed store: at 1,000 and at 10,000 documents, and against JSONStorage.

Ratios of one run, medians of single inserts, every insert durable when it returns.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tinydb import TinyDB

from civictui.storage.documents import Documents
from civictui.storage.tables import SealedDatabase

SMALL, LARGE, TRIES = 1_000, 10_000, 60


def body(number: int) -> dict[str, object]:
    """A report of the size of those of San Francisco."""
    return {
        "type": "report",
        "reportedBy": "asha",
        "reportedDateTime": "2026-05-04T12:00:00.000Z",
        "problemDescription": f"Street light out, number {number}, in front of the school gate",
        "category": "Street Light",
        "status": "open",
        "address": f"{number} MARKET ST SAN FRANCISCO, CA",
        "geoLocation": {"type": "Point", "coordinates": [-122.41, 37.77]},
    }


def median_ms(insert: Callable[[int], object], first: int) -> float:
    """Median time of single inserts, in milliseconds."""
    times = []
    for number in range(first, first + TRIES):
        began = time.perf_counter()
        insert(number)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def sealed(folder: Path) -> tuple[float, float, float]:
    """Milliseconds an insert with 1,000 and with 10,000 documents; bytes beyond the JSON."""
    database = SealedDatabase.open(folder, os.urandom(32), os.urandom(16))
    documents = Documents(database)

    def insert(number: int) -> object:
        return documents.write(f"01890a5d-ac96-774b-bcce-{number:012d}", body(number))

    def fill(first: int, last: int) -> None:
        with database.transaction():
            for number in range(first, last):
                insert(number)

    fill(0, SMALL)
    small = median_ms(insert, SMALL)
    fill(SMALL + TRIES, LARGE)
    size = (folder / "log.0").stat().st_size
    large = median_ms(insert, LARGE)
    written = ((folder / "log.0").stat().st_size - size) / TRIES
    document = {"_id": f"01890a5d-ac96-774b-bcce-{LARGE:012d}", **body(LARGE)}
    return small, large, written - len(json.dumps(document, separators=(",", ":")))


def plain(folder: Path) -> float:
    """Milliseconds an insert into TinyDB's JSONStorage with 10,000 documents."""
    database = TinyDB(folder / "plain.json")
    database.insert_multiple(body(number) for number in range(LARGE))
    return median_ms(lambda number: database.insert(body(number)), LARGE)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large, extra = sealed(folder)
        stock = plain(folder)
    print(f"sealed insert at {SMALL:,}: {small:.2f} ms, at {LARGE:,}: {large:.2f} ms")
    print(f"ratio {LARGE:,} to {SMALL:,}: {large / small:.2f}")
    print(f"JSONStorage at {LARGE:,}: {stock:.0f} ms; sealed is {stock / large:.0f} times faster")
    print(f"bytes in the log an insert beyond its JSON: {extra:.0f}")


if __name__ == "__main__":
    main()
