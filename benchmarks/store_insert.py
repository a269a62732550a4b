"""One insert into the sealed store with 1,000, 10,000 and 50,000 reports, and into JSONStorage.

Every insert into the sealed store is durable when it returns; JSONStorage does not even ask for
that. Single inserts that take turns, so that a slow moment of the disk hits all; medians.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from _measure import medians
from _real import COUNT, identity, reports
from _stores import opened, pulled
from tinydb import TinyDB

from civictui.codec import encode
from civictui.domain.model import Doc, Report

FEW, SOME = 1_000, 10_000
TURNS, PLAIN_TURNS = 100, 10


def new_reports() -> Iterator[tuple[str, Doc]]:
    """The same reports once more, under ids that are not there yet."""
    return ((identity(COUNT + i), body) for i, (_, body) in enumerate(reports()))


def inserting(folder: Path, count: int) -> Callable[[], object]:
    """One more report into a store that has `count`, at each call."""
    pulled(folder, islice(reports(), count))
    documents, new = opened(folder).documents, new_reports()
    return lambda: documents.write(*next(new))


def inserting_plainly(path: Path) -> Callable[[], object]:
    """The same into TinyDB's own storage."""
    database, new = TinyDB(path), new_reports()
    database.insert_multiple(body for _, body in islice(reports(), SOME))
    return lambda: database.insert(next(new)[1])


def speed(folder: Path) -> None:
    sealed = [inserting(folder / f"{count}", count) for count in (FEW, SOME, COUNT)]
    few, some, many = (median * 1000 for median in medians(*sealed, turns=TURNS))
    (plain,) = medians(inserting_plainly(folder / "plain.json"), turns=PLAIN_TURNS)
    print(
        f"insert, durable: {few:.2f} ms at {FEW:,}, {some:.2f} at {SOME:,}, {many:.2f} at {COUNT:,}"
    )
    print(f"  ratio {COUNT:,} to {FEW:,}: {many / few:.2f} (at most 1.5)")
    print(f"JSONStorage at {SOME:,}: {plain * 1000:.0f} ms")
    print(f"  the sealed store is {plain * 1000 / some:.0f} times faster (at least 100)")


def bytes_written(folder: Path) -> None:
    """In the log, and for an unsent report in its second copy too."""
    pulled(folder, islice(reports(), FEW))
    tables, new = opened(folder), list(islice(new_reports(), TURNS))
    plain = sum(len(encode({"_id": key, **body})) for key, body in new) / TURNS
    before = _size(folder / "log.0")
    for key, body in new:
        tables.submit(Report.from_doc({"_id": key, **body}), "")
    log = (_size(folder / "log.0") - before) / TURNS
    copies = sum(map(_size, (folder / "outbox").iterdir())) / TURNS
    print(f"bytes an insert: {plain:.0f} of JSON, {log:.0f} in the log")
    print(f"  {log - plain:.0f} more (at most 220); {copies:.0f} in the copy while it is unsent")


def _size(path: Path) -> int:
    return path.stat().st_size


def main() -> None:
    with TemporaryDirectory() as name:
        speed(Path(name))
        bytes_written(Path(name) / "bytes")


if __name__ == "__main__":
    main()
