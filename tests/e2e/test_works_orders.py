"""`civictui serve replicate` as a process of its own, round after round, cut at any time."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.e2e.behind import Behind
from tests.e2e.processes import PASSWORD, PROGRAM, Gateway, NewGateway, Terminal
from tests.e2e.test_life_cycle import DISABLED, ask, operate
from tests.sql.table import does, make_table, rows

MAPPING = """
[database]
url = "sqlite:///{file}"
[table]
name = "work_orders"
key = "id"
document = "civic_id"
[documents]
account = "demo"
[columns]
summary = {{ field = "problemDescription", needed = true }}
"""


@pytest.fixture
def works(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = make_table(f"sqlite:///{tmp_path}/works.db")
    (tmp_path / "works.toml").write_text(MAPPING.format(file=tmp_path / "works.db"))
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "password").chmod(0o600)
    yield engine
    engine.dispose()


@contextmanager
def replicating(*words: object) -> Iterator["subprocess.Popen[str]"]:
    command = [*PROGRAM, "serve", "replicate", *map(str, words)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def soon(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def shows(works: sa.Engine, summary: str) -> bool:
    return any(row["summary"] == summary for row in rows(works))


def texts(gateway: Gateway) -> set[str]:
    return {doc.get("problemDescription", "") for doc in gateway.reports().values()}


def test_round_after_round_through_outages(
    new_gateway: NewGateway, works: sa.Engine, tmp_path: Path
) -> None:
    gateway = new_gateway("city")
    named = ("--gateway", gateway.server, "--password-file", tmp_path / "password", "--every", 1)
    with replicating(tmp_path / "works.toml", *named) as process:
        soon(lambda: len(rows(works)) > 400, "the city's reports are not in the table")
        gateway.stop(kill=True)
        does(works, "INSERT INTO work_orders (summary) VALUES ('While it was away')")
        assert process.stderr is not None
        assert "civictui" not in process.stderr.readline()  # says what is the matter, and stays
        gateway.start()
        soon(lambda: "While it was away" in texts(gateway), "what was written does not arrive")
        process.send_signal(signal.SIGKILL)
        process.wait()
    does(works, "INSERT INTO work_orders (summary) VALUES ('After the kill')")
    with replicating(tmp_path / "works.toml", *named) as process:
        soon(lambda: "After the kill" in texts(gateway), "it does not go on")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in {0, -signal.SIGTERM}
    found = [row["summary"] for row in rows(works)]
    assert found.count("While it was away") == found.count("After the kill") == 1
    ids = [row["civic_id"] for row in rows(works)]
    assert len(set(ids)) == len(ids) == len(gateway.reports())


def test_through_a_restart_with_a_policy_and_with_what_a_disabled_terminal_delivers(
    new_gateway: NewGateway, works: sa.Engine, tmp_path: Path, two: Terminal
) -> None:
    gateway = new_gateway("city")
    named = ("--gateway", gateway.server, "--password-file", tmp_path / "password", "--every", 1)
    two.sync(gateway)
    two.new(description="Of a disabled terminal", at="37.7,-122.4")
    (device,) = [d["device"] for d in json.loads(operate(gateway, "devices", "--json"))]
    operate(gateway, "disable-device", device)
    with replicating(tmp_path / "works.toml", *named) as process:
        soon(lambda: len(rows(works)) > 400, "the city's reports are not in the table")
        assert two.run("sync", "--server", gateway.server).code == 22
        soon(lambda: shows(works, "Of a disabled terminal"), "what it delivered does not arrive")
        ask(gateway, DISABLED)
        gateway.stop(kill=True)
        gateway.start()
        does(works, "INSERT INTO work_orders (summary) VALUES ('While it was barred')")
        assert process.stderr is not None
        while "Nothing is exchanged" not in (said := process.stderr.readline()):
            assert said, "it ended"
        assert "While it was barred" not in texts(gateway)
        ask(gateway, "")
        soon(lambda: "While it was barred" in texts(gateway), "it does not go on")


@pytest.mark.peers
def test_a_couchdb_behind_the_gateway(behind: Behind, tmp_path: Path, works: sa.Engine) -> None:
    gateway = Gateway(tmp_path / "city", (), behind)
    try:
        gateway.start()
        named = [word for word in gateway.command if word.startswith(("--data-dir", "--database"))]
        does(works, "INSERT INTO work_orders (summary) VALUES ('Of the works')")
        for _ in range(2):
            done = subprocess.run(
                [*PROGRAM, "serve", "replicate", str(tmp_path / "works.toml"), *named],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
            assert done.returncode == 0, done.stderr
        assert "Of the works" in texts(gateway)
        assert len(rows(works)) == len(gateway.reports())
    finally:
        gateway.stop()
