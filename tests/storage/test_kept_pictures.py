"""Whatever is done and in whatever order: no picture that may still be needed is let go of."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from civictui.domain.errors import CivicError
from civictui.domain.model import Doc, Draft, Photo, Report
from civictui.storage.envelope import random_key
from civictui.storage.picture_store import PACKED
from civictui.storage.store import StoreTables
from tests.faults.device import close_files_in
from tests.storage.stores import Flat, acknowledge_all, new_store

ME, OTHER = "me", "other"
PHOTOS = [Photo(f"p{n}.jpg", f"p{n}-s.jpg", bytes=3000) for n in range(2)]
"""Few, so that the same ones are in drafts of one's own and in reports of others."""
NUMBERS = st.integers(0, 1)
DEEDS = "take draft undraft submit theirs edit withdraw restore discard send refuse doubt heal pack"
STEPS = st.tuples(st.sampled_from([*DEEDS.split(), "tidy", "reopen"]), NUMBERS, NUMBERS)


class History:
    """A terminal to which things happen; `needed` are the pictures that it may not lose."""

    def __init__(self, folder: Path) -> None:
        self.key = bytes(random_key())
        self.store = new_store(folder, bytearray(self.key))
        self.taken: set[str] = set()
        """Taken since the store was opened: the form may be about to save its draft."""
        self.others = 0

    def do(self, step: str, one: int, two: int) -> None:
        with suppress(CivicError):  # what cannot be done now is refused in words
            getattr(self, step)(one, two)

    def needed(self) -> set[str]:
        jobs = [*self.store.outbox.jobs(), *self.store.outbox.shelved()]
        drafts = [photo for draft in self.store.drafts() for photo in draft.photos]
        packed = self.store.secret(PACKED) or []
        named = {key for photo in drafts for key in (photo.large, photo.thumbnail)}
        return {*(job.key for job in jobs), *named, *packed, *self.taken}

    def evict(self) -> None:
        """Let go of all that may go, and of nothing that is needed."""
        needed = self.needed()
        while self.store.pictures.make_room(1, ME):
            pass
        assert not {key for key in needed if self.store.blobs.get_or_none(key) is None}

    # --- what happens ---

    def take(self, one: int, _: int) -> None:
        for key in (PHOTOS[one].large, PHOTOS[one].thumbnail):
            self.store.put_picture(key, content(key))
            self.taken.add(key)

    def draft(self, one: int, two: int) -> None:
        if PHOTOS[one].large in self.taken:
            self.store.save_draft(Draft(id=f"mine{two}", photos=(PHOTOS[one],)))

    def undraft(self, one: int, _: int) -> None:
        self.store.discard_draft(f"mine{one}")

    def submit(self, one: int, two: int) -> None:
        report = Report(id=f"mine{two}", reported_by=ME, photos=(PHOTOS[one],))
        self.store.submit(report, f"mine{two}")

    def theirs(self, one: int, two: int) -> None:
        self.others += 1
        photo = PHOTOS[one]
        for key in (photo.large, photo.thumbnail):
            if not self.store.blobs.has(key):
                self.store.put_picture(key, content(key), fetched=True)
        self.store.take_in([report_of_others(f"theirs{self.others}", photo, two)])

    def edit(self, one: int, two: int) -> None:
        row = self.store.report(f"mine{one}")
        doc = self.store.document(f"mine{one}")
        photos = (PHOTOS[two],) if two else ()
        report = Report.from_doc({**doc, "photos": [photo.to_doc() for photo in photos]})
        assert row.report.id == report.id
        self.store.edit(report, doc["_rev"], "", ME)

    def withdraw(self, one: int, _: int) -> None:
        self.store.withdraw(f"mine{one}", ME)

    def restore(self, one: int, two: int) -> None:
        versions = self.store.versions(f"mine{one}")
        if versions:
            self.store.restore(f"mine{one}", versions[two % len(versions)].rev, ME)

    def discard(self, one: int, _: int) -> None:
        self.store.discard_unsent(f"mine{one}", ME)

    def send(self, one: int, _: int) -> None:
        acknowledge_all(self.store)
        for job in self.store.outbox.jobs()[: one + 1]:
            self.store.job_done(job)

    def refuse(self, one: int, _: int) -> None:
        for job in self.store.outbox.jobs()[one : one + 1]:
            self.store.outbox.update(replace(job, error="no", code="too_large"))

    def doubt(self, _: int, __: int) -> None:
        self.store.doubt(ME)

    def heal(self, one: int, _: int) -> None:
        self.store.heal({PHOTOS[one].large, PHOTOS[one].thumbnail})

    def pack(self, one: int, two: int) -> None:
        keys = [PHOTOS[one].large] if two else []
        self.store.put_secret(PACKED, [key for key in keys if self.store.blobs.has(key)])

    def tidy(self, _: int, __: int) -> None:
        while self.store.tidy():
            pass

    def reopen(self, _: int, killed: int) -> None:
        """After a kill nothing was closed; what was acknowledged is on the disk."""
        folder = self.store.folder
        if killed:
            close_files_in(folder)
        else:
            self.store.close()
        self.taken.clear()
        place = folder.name.encode().ljust(16)
        self.store = StoreTables(folder, bytearray(self.key), place, Flat())


def content(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest() * (100 if "-s" not in key else 10)


def report_of_others(key: str, photo: Photo, day: int) -> Doc:
    return {
        "_id": key,
        "_rev": f"1-{key.encode().hex():0>32}",
        "_revisions": {"start": 1, "ids": [f"{key.encode().hex():0>32}"]},
        "type": "report",
        "reportedBy": OTHER,
        "reportedDateTime": f"2026-05-{day + 1:02}T12:00:00Z",
        "photos": [photo.to_doc()],
    }


@contextmanager
def history() -> Iterator[History]:
    with TemporaryDirectory() as folder:
        made = History(Path(folder) / "store")
        try:
            yield made
        finally:
            made.store.close()


SHELVED = [("take", 0, 0), ("submit", 0, 0), ("reopen", 0, 0), ("withdraw", 0, 0), ("theirs", 0, 0)]


@example([SHELVED])
@given(st.lists(st.lists(STEPS, min_size=1, max_size=6), max_size=12))
def test_no_picture_that_is_needed_is_let_go_of(days: list[list[tuple[str, int, int]]]) -> None:
    with history() as terminal:
        for steps in days:
            for step in steps:
                terminal.do(*step)
            terminal.evict()
