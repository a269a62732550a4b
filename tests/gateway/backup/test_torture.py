"""Back-ups of a folder in which everything moves: each has what was acknowledged before it."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.database.opening import open_sealed_database
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.opening import open_blobs
from civictui.gateway.provisioning import add_user, users_of
from civictui.storage.documents import Documents
from tests.gateway.backup.conftest import backed_up, put_back
from tests.gateway.peer import PASSWORD, report
from tests.torture.conftest import fast
from tests.torture.counts import count

__all__ = ["fast"]

_EACH = 7
"""Reports between two compactions; behind every third it is opened anew, which drops files."""
_BACKUPS, _MORE = 20, 30
"""Back-ups of one folder, and reports that are written meanwhile each time."""


class Writer:
    """Writes reports, pictures and users, compacts, and opens anew, as fast as it can."""

    def __init__(self, folder: GatewayFolder) -> None:
        self._folder = folder
        self._stop = threading.Event()
        self.written = 0
        """So many reports are acknowledged, each with a picture."""
        self.users = 0
        self.most = 0
        """So many reports at the most: what is large takes long to look through."""
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._stop.is_set():
                self._opened(open_sealed_database(self._folder))
        except BaseException as error:
            self.failure = error
            raise

    def stop(self) -> None:
        self._stop.set()

    def _opened(self, database: Any) -> None:
        documents, blobs = Documents(database), open_blobs(self._folder)
        try:
            for _ in range(3):
                for number in range(self.written, min(self.written + _EACH, self.most)):
                    blobs.put(f"{number}.jpg", str(number).encode())
                    documents.bulk_docs([report(f"r{number}")])
                    self.written = number + 1
                database.compact()
            if self.users < 20:
                add_user(self._folder, f"user{self.users}", PASSWORD, cost=CHEAP)
                self.users += 1
        finally:
            database.close()


@contextmanager
def writing(folder: GatewayFolder) -> Iterator[Writer]:
    writer = Writer(folder)
    thread = threading.Thread(target=writer.run)
    thread.start()
    yield writer
    writer.stop()
    thread.join()
    assert writer.failure is None


@pytest.mark.torture
def test_a_backup_has_all_that_was_acknowledged_before_it(
    fast: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civictui.gateway.backup.new_folder.os.sync", lambda: None)
    for turn in range(count(1, 50)):
        folder = GatewayFolder.open(fast / f"gateway {turn}", 0)
        with writing(folder) as writer:
            for _ in range(count(12, _BACKUPS)):
                assert_has(folder, writer, fast)
        shutil.rmtree(folder.path)


def assert_has(folder: GatewayFolder, writer: Writer, place: Path) -> None:
    """A back-up and its restore while somebody writes."""
    file, new = place / "backup", place / "new"
    written, users = writer.written, writer.users
    writer.most += _MORE
    assert backed_up(folder, file).damaged == []
    found = put_back(folder, file, new)
    assert found.damaged == []
    assert (found.documents or 0) >= written
    assert_whole(GatewayFolder.open(new, 0), found.documents or 0, users)
    file.unlink()
    shutil.rmtree(new)


def assert_whole(folder: GatewayFolder, documents: int, users: int) -> None:
    """Each report that is there has its picture, and each user who was there is."""
    blobs = open_blobs(folder)
    assert [n for n in range(documents) if blobs.get(f"{n}.jpg") != str(n).encode()] == []
    assert len(users_of(folder)) >= users
