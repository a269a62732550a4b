"""A gateway is backed up while two terminals write, is lost, and is put back: nothing else is.

Counted by content: every report once, and every picture with the bytes that were sent.
"""

import hashlib
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.e2e.processes import PASSWORD, PROGRAM, Answer, Gateway, NewGateway, Terminal
from tests.e2e.screen import AppScreen, data_folder

pytestmark = pytest.mark.e2e

_PATIENCE = 60


class Served:
    """A folder that is there already, served as an operator serves it."""

    is_filled_by_serving = False

    def prepare(self, folder: Path) -> list[str]:
        return ["serve", f"--data-dir={folder}"]

    def fill(self, gateway: Gateway) -> None:
        """It has what it was restored with."""


def serve(*words: str | Path) -> Answer:
    """`civictui serve ...` with a JSON answer."""
    command = [*PROGRAM, "serve", *map(str, words), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


def folder_of(gateway: Gateway) -> Path:
    return gateway.folder / "gateway"


def backed_up(gateway: Gateway, file: Path) -> Path:
    answer = serve("backup", file, "--data-dir", folder_of(gateway))
    assert answer.code == 0, answer.err
    return file


def put_back(gateway: Gateway, file: Path) -> Gateway:
    """The gateway is lost; the back-up is served at its address."""
    gateway.stop(kill=True)
    folder = gateway.folder.with_name("restored")
    key = folder_of(gateway) / "gateway.key"
    answer = serve("restore", file, "--key-file", key, "--data-dir", folder)
    assert answer.code == 0, answer.err
    return Gateway(folder, backing=Served(), port=gateway.port).start()


def picture(text: str) -> bytes:
    """A photo that no other is like."""
    colour = tuple(hashlib.sha256(text.encode()).digest()[:3])
    content = BytesIO()
    Image.new("RGB", (640, 480), colour).save(content, "JPEG")
    return content.getvalue()


@dataclass
class Worker:
    """Somebody who writes reports with a photo each and sends them, until told to stop."""

    terminal: Terminal
    photos: Path
    sent: list[str] = field(default_factory=list)
    """Descriptions of what the gateway has acknowledged."""
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._more = threading.Condition()
        self._stopped = threading.Event()

    def begin(self, gateway: Gateway) -> None:
        self._thread = threading.Thread(target=self._work, args=(gateway,))
        self._thread.start()

    def has_sent(self, count: int) -> None:
        """Wait for so many more."""
        with self._more:
            goal = len(self.sent) + count
            self._more.wait_for(lambda: len(self.sent) >= goal or self.failed, _PATIENCE)
            assert len(self.sent) >= goal, self.failed

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _work(self, gateway: Gateway) -> None:
        try:
            while not self._stopped.is_set():
                self._one_more(gateway)
        except AssertionError as error:
            self.failed.append(str(error))
        with self._more:
            self._more.notify_all()

    def _one_more(self, gateway: Gateway) -> None:
        text = f"{self.terminal.user} {len(self.sent)}"
        file = self.photos / f"{text}.jpg"
        file.write_bytes(picture(text))
        self.terminal.new(description=text, photo=str(file))
        self.terminal.sync(gateway)
        with self._more:
            self.sent.append(text)
            self._more.notify_all()


@pytest.fixture
def workers(one: Terminal, two: Terminal, tmp_path: Path) -> Iterator[list[Worker]]:
    """The users demo and asha, each at a terminal."""
    working = [Worker(one, tmp_path), Worker(two, tmp_path)]
    yield working
    for worker in working:
        worker.stop()


def made_here(gateway: Gateway) -> dict[str, dict[str, Any]]:
    """The reports of this test by their descriptions, each of which is there once."""
    found = [
        doc for doc in gateway.reports().values() if doc["problemDescription"].split()[0] in _USERS
    ]
    counted = Counter(doc["problemDescription"] for doc in found)
    assert set(counted.values()) <= {1}, counted
    return {doc["problemDescription"]: doc for doc in found}


_USERS = {"demo", "asha"}


def assert_pictures_are_there(gateway: Gateway, docs: dict[str, dict[str, Any]]) -> None:
    keys = [doc["photos"][0][kind] for doc in docs.values() for kind in ("large", "thumbnail")]
    with gateway.session() as session:
        for key in keys:
            content = session.get(f"/v1/objects/{key}").raise_for_status().content
            assert hashlib.sha256(content).hexdigest() == key.partition(".")[0]


def test_what_came_after_the_backup_is_sent_again_by_itself(
    new_gateway: NewGateway, workers: list[Worker], tmp_path: Path
) -> None:
    gateway = new_gateway("gateway")
    for worker in workers:
        worker.terminal.sync(gateway)
        worker.begin(gateway)
    files = []
    for number in range(3):
        for worker in workers:
            worker.has_sent(1)
        files.append(backed_up(gateway, tmp_path / f"backup {number}"))
    known = {text for worker in workers for text in worker.sent}
    for worker in workers:
        worker.has_sent(2)
    for worker in workers:
        worker.stop()

    restored = put_back(gateway, files[1])
    try:
        assert not known <= made_here(restored).keys()
        for worker in (*workers, *workers):
            worker.terminal.sync(restored)
        everything = {text for worker in workers for text in worker.sent}
        assert len(everything) >= 10
        docs = made_here(restored)
        assert docs.keys() == everything
        assert_pictures_are_there(restored, docs)
        for worker in workers:
            texts = [doc["problemDescription"] for doc in worker.terminal.list()]
            assert {text for text in texts if text.split()[0] in _USERS} == everything
    finally:
        restored.stop()


def test_each_of_the_backups_has_what_was_acknowledged_before_it(
    new_gateway: NewGateway, workers: list[Worker], tmp_path: Path
) -> None:
    gateway = new_gateway("gateway")
    for worker in workers:
        worker.terminal.sync(gateway)
        worker.begin(gateway)
    for worker in workers:
        worker.has_sent(2)
    known = {text for worker in workers for text in worker.sent}
    file = backed_up(gateway, tmp_path / "backup")
    for worker in workers:
        worker.stop()
    restored = put_back(gateway, file)
    try:
        docs = made_here(restored)
        assert known <= docs.keys()
        assert_pictures_are_there(restored, {text: docs[text] for text in known})
    finally:
        restored.stop()


def test_a_running_terminal_asks_once_for_the_password_and_goes_on(
    new_gateway: NewGateway, two: Terminal, tmp_path: Path
) -> None:
    gateway = new_gateway("gateway")
    screen = AppScreen.start("--server", gateway.server, *data_folder(tmp_path / "app"))
    screen.sign_in("demo")
    screen.wait_for("Reports 505", "all sent")
    file = backed_up(gateway, tmp_path / "backup")
    screen.press("n")
    screen.wait_for("New report")
    screen.press("demo sees a lamp out", "Tab", "lamp", "C-s")
    screen.wait_for("Reports 506", "all sent")
    restored = put_back(gateway, file)
    try:
        screen.wait_for("Password")
        screen.press(PASSWORD, "Enter")
        screen.wait_for("Reports 506", "all sent")
        screen.wait_until(lambda: "demo sees a lamp out" in made_here(restored), "the report")
        assert screen.leave() == 0
        two.sync(restored)
        (found,) = two.list("--search", "sees a lamp")
        assert found["reportedBy"] == "demo"
    finally:
        restored.stop()


@pytest.mark.parametrize("action", ["backup", "restore"])
def test_a_kill_in_the_middle_leaves_nothing_that_looks_whole(
    new_gateway: NewGateway, tmp_path: Path, action: str
) -> None:
    """It stands still at its first sync of the disk, with all bytes written, and is killed."""
    gateway = new_gateway("gateway")
    file = tmp_path / "backup"
    words = ["backup", str(file), "--data-dir", str(folder_of(gateway))]
    target = file
    if action == "restore":
        backed_up(gateway, file)
        target = tmp_path / "new"
        key = folder_of(gateway) / "gateway.key"
        words = ["restore", str(file), "--key-file", str(key), "--data-dir", str(target)]
    process = subprocess.Popen(
        [PROGRAM[0], "-c", _STANDING_STILL, "serve", *words],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.kill()
    process.wait()
    process.stdout.close()
    assert not target.exists()
    left = [path.name for path in tmp_path.iterdir() if path.name.startswith(target.name)]
    assert all(name.endswith(".part") for name in left)


_STANDING_STILL = """
import os, sys, time
from civictui.gateway.backup import taking, new_folder

def stand_still(*_):
    print("here", flush=True)
    time.sleep(600)

taking.BackupWriter.finish = stand_still
new_folder._sync_all = stand_still
sys.argv = ["civictui", *sys.argv[1:]]
from civictui.__main__ import main
main()
"""
