"""Stores for the benchmarks: both shapes that a log of 50,000 reports has in real life."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from unittest.mock import patch

from civictui.domain.model import Doc
from civictui.domain.revtree import next_revision
from civictui.geo import distance
from civictui.storage.documents import Documents
from civictui.storage.store import StoreTables
from civictui.storage.tables import SealedDatabase

KEY, STORE = bytes(range(32)), bytes(range(16))
PULLED = 500
"""Documents in one record of a pull: the page that the replicator asks for."""


def one_by_one(folder: Path, reports: Iterable[tuple[str, Doc]]) -> None:
    """A log with one record a document, as inserts and single changes make it."""
    _taken_in(folder, reports, 1)


def pulled(folder: Path, reports: Iterable[tuple[str, Doc]]) -> None:
    """A log with 500 documents a record, as a pull makes it."""
    _taken_in(folder, reports, PULLED)


PAGE = 30
"""Rows of the list that a screen shows."""
SHAPES = {"one a record": one_by_one, f"{PULLED} a record": pulled}


def opened(folder: Path) -> StoreTables:
    """The store as the program opens it, once the password has given the key."""
    return StoreTables(folder, bytearray(KEY), STORE, distance)


@contextmanager
def unsynced() -> Iterator[None]:
    """Without waiting for the disk: what is built here is thrown away."""
    with patch.object(os, "fdatasync", lambda _: None), patch.object(os, "fsync", lambda _: None):
        yield


def _taken_in(folder: Path, reports: Iterable[tuple[str, Doc]], count: int) -> None:
    folder.mkdir(mode=0o700)
    docs = ({"_id": key, "_rev": next_revision(None, False, body), **body} for key, body in reports)
    with unsynced(), SealedDatabase.open(folder, KEY, STORE) as database:
        documents = Documents(database)
        while page := list(islice(docs, count)):
            assert not documents.bulk_docs(page)
