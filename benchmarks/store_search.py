"""Searching among 50,000 reports: by the index, against a scan that decodes every document.

Both find the same. The queries are words of the reports themselves, from the commonest to the
rarest, and pairs of such words; as many of one order of magnitude of frequency as of another.
"""

import random
import statistics
from collections import Counter
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from _measure import seconds_of
from _real import COUNT, reports
from _stores import opened, pulled

from civictui.domain.model import Query, Report
from civictui.domain.text import folded
from civictui.storage.store import StoreTables

QUERIES, SCANS = 400, 5


def queries() -> list[str]:
    """Always the same ones."""
    texts = (f"{body['problemDescription']} {body.get('address', '')}" for _, body in reports())
    counted = Counter(word for text in texts for word in set(folded(text).split()))
    words = [word for word, _ in counted.most_common()]
    chance = random.Random(COUNT)
    chosen = [words[int(len(words) ** chance.random()) - 1] for _ in range(QUERIES)]
    half = QUERIES // 2
    return [*chosen[:half], *map(" ".join, zip(chosen[:half], chosen[half:], strict=True))]


def scan(tables: StoreTables, text: str) -> list[str]:
    """The same search without an index: every document is decoded and its text folded."""
    words = folded(text).split()
    return [key for key in tables.find(Query()) if _holds(tables, key, words)]


def _holds(tables: StoreTables, key: str, words: list[str]) -> bool:
    report = Report.from_doc(tables.document(key))
    fields = (report.description, report.address, report.category, report.reported_by, report.id)
    text = folded("\n".join(fields))
    return all(word in text for word in words)


def main() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name) / "store"
        pulled(folder, reports())
        tables = opened(folder)
        asked = queries()
        times = sorted(seconds_of(partial(tables.find, Query(text=text))) * 1000 for text in asked)
        scans = [seconds_of(partial(scan, tables, text)) * 1000 for text in asked[:SCANS]]
        for text in asked[-2:]:
            assert scan(tables, text) == tables.find(Query(text=text))
        tables.close()
    median, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    scanned = statistics.median(scans)
    print(f"search {COUNT:,} reports: median {median:.1f} ms, p95 {p95:.1f}, max {times[-1]:.1f}")
    print(f"  a decoding scan: {scanned:.0f} ms, {scanned / median:.0f} times as long")


if __name__ == "__main__":
    main()
