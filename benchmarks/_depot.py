"""A gateway with 50,000 real reports and 50,000 more to come, and terminals that sign in to it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from _pty import Terminal, environment
from _real import COUNT, identity, reports
from _servers import PASSWORD, USER, serving
from _stores import unsynced

from civictui.domain.model import Doc
from civictui.domain.revtree import next_revision
from civictui.gateway import provisioning
from civictui.gateway.accounts.passwords import CHEAP

MORE = 50_000
"""What comes later: more of the same, under ids of their own."""
PHOTO = Path(__file__).parent.parent / "tests" / "data" / "photos" / "street"


class Depot:
    """A gateway's folder; served while somebody wants it."""

    def __init__(self, folder: Path) -> None:
        """Filled where it is new."""
        self._folder = folder
        if not folder.exists():
            opened = provisioning.open_folder(folder)
            provisioning.add_user(opened, USER, PASSWORD, cost=CHEAP)
            self._load(documents(0, COUNT))

    def grown(self, folder: Path) -> "Depot":
        """The same gateway in another folder, with those that come later."""
        shutil.copytree(self._folder, folder)
        other = Depot(folder)
        other._load(documents(COUNT, MORE))
        return other

    def _load(self, docs: list[Doc]) -> None:
        with unsynced():
            assert not provisioning.load(provisioning.existing_folder(self._folder), docs, {})

    @contextmanager
    def open(self) -> Iterator[str]:
        """Serve it; its address."""
        with serving(self._folder) as (origin, _):
            yield origin


def documents(first: int, count: int) -> list[Doc]:
    """So many documents, numbered from `first` on."""
    bodies = (body for _, body in islice(reports(), count))
    return [
        {"_id": identity(number), "_rev": next_revision(None, False, body), **body}
        for number, body in enumerate(bodies, first)
    ]


def sign_in(terminal: Terminal) -> float:
    """Type who works; the moment at which the password's Enter went."""
    terminal.until("Password")
    terminal.press(USER, "Tab", PASSWORD)
    terminal.rest()
    return terminal.press("Enter")


def with_photo(folder: Path, server: str) -> None:
    """One report more, of this terminal's own, the newest, with a photo; it waits to be sent."""
    photo = min(PHOTO.glob("potbot*.jpg"))
    words = ["--server", server, "--data-dir", str(folder), "--user", USER, "--password-stdin"]
    fields = ["--description", "A lamp is out", "--at", "40.7,-74.0", "--photo", str(photo)]
    command = [sys.executable, "-m", "civictui", "new", *words, *fields, "--address", "1 Main St"]
    subprocess.run(
        command, input=PASSWORD, text=True, check=True, env=environment(), capture_output=True
    )
