"""`civictui serve backup` and `restore`, as an operator types them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import audit_of
from civictui.gateway.server import GatewayThread

pytestmark = pytest.mark.e2e

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def run() -> Run:
    def ran(*words: str | Path) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "civictui", "serve", *map(str, words)]
        return subprocess.run(command, capture_output=True, timeout=60, check=False)

    return ran


def actions(folder: GatewayFolder) -> list[tuple[str, str]]:
    """What the audit log says of back-ups, and how it ended."""
    with audit_of(folder) as audit:
        lines = audit.lines()[0]
    return [
        (line["action"], line["outcome"])
        for line in lines
        if line["action"] in {"backup", "restore"}
    ]


def test_a_gateway_is_backed_up_while_it_serves_and_put_back(
    run: Run, filled: GatewayFolder, tmp_path: Path
) -> None:
    file, new = tmp_path / "backup", tmp_path / "new"
    with GatewayThread(filled.path, cost=CHEAP):
        taken = run("backup", file, "--data-dir", filled.path, "--json")
    assert taken.returncode == 0, taken.stderr
    said = json.loads(taken.stdout)
    assert (said["file"], said["objects"], said["damaged"]) == (str(file), 3, [])
    assert b"gateway.key is not in it" in taken.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert actions(filled) == [("backup", "done")]

    key = filled.path / "gateway.key"
    checked = run("restore", file, "--key-file", key, "--check")
    assert (checked.returncode, b"is whole" in checked.stdout) == (0, True)
    done = run("restore", file, "--key-file", key, "--data-dir", new)
    assert done.returncode == 0, done.stderr
    assert b"20 documents" in done.stdout
    assert b"signs in once more" in done.stderr
    assert actions(GatewayFolder.open(new, 0)) == [("backup", "done"), ("restore", "done")]


def test_no_file_is_overwritten(run: Run, filled: GatewayFolder, tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(b"mine")
    done = run("backup", tmp_path / "backup", "--data-dir", filled.path)
    assert (done.returncode, b"already" in done.stderr) == (2, True)
    assert (tmp_path / "backup").read_bytes() == b"mine"
    assert actions(filled) == []


def test_what_cannot_be_written_is_noted(run: Run, filled: GatewayFolder, tmp_path: Path) -> None:
    done = run("backup", tmp_path / "nowhere" / "backup", "--data-dir", filled.path)
    assert done.returncode == 2
    assert actions(filled) == [("backup", "done"), ("backup", "failed")]


def test_it_goes_to_stdout(run: Run, filled: GatewayFolder, tmp_path: Path) -> None:
    done = run("backup", "-", "--data-dir", filled.path)
    (tmp_path / "piped").write_bytes(done.stdout)
    key = filled.path / "gateway.key"
    checked = run("restore", tmp_path / "piped", "--key-file", key, "--check", "--json")
    assert json.loads(checked.stdout)["gateway"] == filled.id
    assert run("backup", "-", "--json", "--data-dir", filled.path).returncode == 2


def test_a_stdout_that_can_take_none_is_refused(filled: GatewayFolder) -> None:
    command = [sys.executable, "-m", "civictui", "serve", "backup", "-"]
    words = [*command, f"--data-dir={filled.path}"]
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *words]
    done = subprocess.run(closed, stderr=subprocess.PIPE, timeout=60, check=False)
    assert (done.returncode, b"no stdout" in done.stderr) == (2, True)
    ours, terminal = os.openpty()
    done = subprocess.run(words, stdout=terminal, stderr=subprocess.PIPE, timeout=60, check=False)
    assert (done.returncode, b"nothing for a terminal" in done.stderr) == (2, True)
    for descriptor in (ours, terminal):
        os.close(descriptor)


def test_a_damaged_audit_log_keeps_nobody_from_a_backup(
    run: Run, filled: GatewayFolder, tmp_path: Path
) -> None:
    with audit_of(filled) as audit:
        audit.note("policy", "", "", "done")
    log = filled.path / "audit" / "log.0"
    log.write_bytes(bytes(log.stat().st_size))
    done = run("backup", tmp_path / "backup", "--data-dir", filled.path)
    assert done.returncode == 0, done.stderr
    assert b"not in the audit log" in done.stderr
    assert b"Some of audit/log.0 cannot be read" in done.stderr


def test_what_lies_elsewhere_is_said(run: Run, folder: GatewayFolder, tmp_path: Path) -> None:
    done = run("backup", tmp_path / "backup", "--data-dir", folder.path)
    assert b"Those of a CouchDB are backed up by its own means" in done.stderr
    assert b"Those of an S3 are backed up by its own means" in done.stderr


def test_a_folder_to_restore_into_is_named(run: Run, filled: GatewayFolder, tmp_path: Path) -> None:
    run("backup", tmp_path / "backup", "--data-dir", filled.path)
    done = run("restore", tmp_path / "backup", "--key-file", filled.path / "gateway.key")
    assert (done.returncode, b"--data-dir" in done.stderr) == (2, True)


def test_a_damaged_one_is_refused_with_what_to_do(
    run: Run, filled: GatewayFolder, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    run("backup", file, "--data-dir", filled.path)
    file.write_bytes(file.read_bytes()[:-1])
    key = filled.path / "gateway.key"
    done = run("restore", file, "--key-file", key, "--data-dir", tmp_path / "new")
    assert done.returncode == 6
    assert b"Use another copy of it, or an earlier one" in done.stderr
    assert not (tmp_path / "new").exists()
