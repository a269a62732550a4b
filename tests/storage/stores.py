"""Stores that are opened by their key, for tests that need no password."""

from pathlib import Path

from civictui.domain.model import GeoPoint, Photo, Report
from civictui.storage.envelope import random_key
from civictui.storage.log import RecordLog
from civictui.storage.store import StoreTables

PHOTO = Photo("large.jpg", "small.jpg", bytes=70_000)
PICTURES = {"large.jpg": b"L" * 70_000, "small.jpg": b"s" * 900}


class Flat:
    """A flat earth on which a degree is a metre."""

    def meters(self, a: GeoPoint, b: GeoPoint) -> float:
        return abs(a.latitude - b.latitude) + abs(a.longitude - b.longitude)

    def exact_meters(self, a: GeoPoint, b: GeoPoint) -> float:
        return self.meters(a, b)

    def bearing(self, a: GeoPoint, b: GeoPoint) -> float:
        return 0.0


def new_store(folder: Path, key: bytearray | None = None) -> StoreTables:
    """A new store in a new folder, open. `key` is wiped when it closes."""
    key, store = key or random_key(), folder.name.encode()[:16].ljust(16)
    folder.mkdir(mode=0o700)
    RecordLog.create(folder, key, store).close()
    return StoreTables(folder, key, store, Flat())


def submit(tables: StoreTables, key: str = "r1", *, photo: bool = True) -> None:
    """A report, by default with a photo that is there."""
    photos = (PHOTO,) if photo else ()
    for name, content in PICTURES.items() if photo else ():
        tables.blobs.put(name, content)
    tables.submit(Report(id=key, description="Lamp out", reported_by="asha", photos=photos), "")


def acknowledge_all(tables: StoreTables) -> None:
    """What the server does to the reports."""
    marks = tables.documents.marked().items()
    tables.acknowledge([(key, rev) for key, revs in marks for rev in revs])


def send_all(tables: StoreTables) -> None:
    """What the server does to reports and pictures."""
    acknowledge_all(tables)
    for job in tables.outbox.jobs():
        tables.job_done(job)
