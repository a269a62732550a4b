"""`civictui serve ACTION`: what an administrator types, in a process of its own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.accounts.recovery import RecoveryKey
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import audit_of
from civictui.gateway.server import GatewayThread
from tests.gateway.accounts.test_session import works
from tests.gateway.peer import PASSWORD, Device, report, sign_in
from tests.gateway.test_bundles import Rescue

pytestmark = pytest.mark.e2e

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(folder: GatewayFolder) -> Run:
    """`civictui serve` with these words, on the folder."""

    def ran(*words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "civictui", "serve", *words]
        return subprocess.run(
            [*command, "--data-dir", str(folder.path)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return ran


def test_the_recovery_key_is_told_of(run: Run, folder: GatewayFolder) -> None:
    told = run("recovery-key")
    key = RecoveryKey(folder)
    assert told.returncode == 0
    assert told.stdout == f"recovery key {key.kid} (on line)\n"
    assert "--off-line" in told.stderr
    said = json.loads(run("recovery-key", "--json").stdout)
    assert said == {"kid": key.kid, "public_key": key.public_key, "on_line": True}


def test_the_recovery_key_goes_off_line_while_it_is_served(
    run: Run, folder: GatewayFolder, tmp_path: Path
) -> None:
    file = tmp_path / "medium"
    with GatewayThread(folder.path, cost=CHEAP):
        taken = run("recovery-key", "--off-line", str(file))
    assert taken.returncode == 0
    assert taken.stdout.endswith("(off line)\n")
    assert str(file) in taken.stderr
    assert "civictui recover --key-file" in taken.stderr
    assert file.read_text().startswith("CIVICTUI-RECOVERY-KEY 1\n")
    again = run("recovery-key", "--off-line", str(tmp_path / "second"))
    assert again.returncode == 2
    assert "off line already" in again.stderr
    assert run("recovery-key").stdout.endswith("(off line)\n")


def test_the_file_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    refused = run("recovery-key", "--off-line", str(tmp_path / "mine"))
    assert refused.returncode == 2
    assert (tmp_path / "mine").read_text() == "mine"
    assert run("recovery-key").stdout.endswith("(on line)\n")


async def test_a_user_gets_another_password_while_the_gateway_runs(
    run: Run, folder: GatewayFolder
) -> None:
    device = Device()
    with GatewayThread(folder.path, cost=CHEAP) as running:
        origin = f"http://127.0.0.1:{running.port}"
        async with httpx.AsyncClient(base_url=origin, trust_env=False) as wire:
            token = (await sign_in(wire, device=device)).json()["refresh_token"]
            access = (await sign_in(wire)).json()["access_token"]
            told = await asyncio.to_thread(run, "passwd", "demo", stdin="some other words\n")
            assert told.returncode == 0
            assert not await works(wire, access)
            renewed = await wire.post("/v1/session/refresh", json=device.renewal(token))
            assert renewed.status_code == 401
            assert (await sign_in(wire)).status_code == 401
            assert (await sign_in(wire, password="some other words")).status_code == 200
    line = json.loads(run("audit", "--json").stdout)[-1]
    assert (line["action"], line["user"], line["outcome"]) == ("passwd", "demo", "done")


def test_a_password_that_may_not_be_set(run: Run) -> None:
    for words, stdin, reason in (
        (("passwd", "demo"), "short", "at least 12"),
        (("passwd", "nobody"), PASSWORD, "no user nobody"),
    ):
        told = run(*words, stdin=stdin)
        assert told.returncode == 2
        assert reason in told.stderr
    assert len(json.loads(run("audit", "--json").stdout)) == 2


@pytest.mark.parametrize("words", [["audit"], ["recovery-key"], ["import", "bundle"]])
def test_no_gateway_is_made_by_mistake(words: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "civictui", "serve", *words]
    told = subprocess.run(
        [*command, "--data-dir", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 2
    assert "no gateway" in told.stderr
    assert not (tmp_path / "none").exists()


def test_the_audit_log_is_printed(run: Run, folder: GatewayFolder, tmp_path: Path) -> None:
    assert run("add-user", "zo\u00eb", stdin=PASSWORD).returncode == 0
    run("recovery-key", "--off-line", str(tmp_path / "medium"))
    lines = json.loads(run("audit", "--json").stdout)
    deeds = [(line["action"], line["user"], line["outcome"]) for line in lines]
    assert deeds[-2:] == [("add-user", "zo\u00eb", "done"), ("recovery-key-off-line", "", "done")]
    printed = run("audit").stdout.splitlines()
    assert len(printed) == len(lines) == 4
    assert printed[-1].split()[1:] == ["recovery-key-off-line", "-", "command", "line", "done"]


def test_a_damaged_audit_log_is_printed_and_said(run: Run, folder: GatewayFolder) -> None:
    path = folder.path / "audit" / "log.0"
    content = bytearray(path.read_bytes())
    content[content.rindex(b"CVR1", 0, content.rindex(b"CVR1")) + 40] ^= 1
    path.write_bytes(content)
    told = run("audit")
    assert told.returncode == 6
    assert "cannot be read" in told.stderr
    assert "asha" in told.stdout


def test_what_is_foreign_is_printed_without_its_escapes(run: Run, folder: GatewayFolder) -> None:
    with audit_of(folder) as audit:
        audit.note("test", "a\u001b[31mb\nc", "d\u202e", "e")
    printed = run("audit").stdout.splitlines()[-1]
    assert printed.split()[1:] == ["test", "ab", "c", "d", "e"]


def test_a_bundle_is_taken_in_and_what_is_refused_is_said(
    run: Run, folder: GatewayFolder, tmp_path: Path
) -> None:
    file = Rescue(folder, tmp_path).write(report("r1"), report("r2\u001b[31m", "asha"))
    told = run("import", str(file))
    assert told.returncode == 1
    assert told.stdout == "taken in for demo: documents 1, pictures 2; here already: 0\n"
    assert told.stderr.startswith("refused r2: ")
    said = json.loads(run("import", str(file), "--json").stdout)
    assert (said["documents"], said["pictures"], said["found"]) == (0, 0, 3)
    clean = run("import", str(Rescue(folder, tmp_path).write(report("r3"))))
    assert clean.returncode == 0
    assert clean.stderr == ""
