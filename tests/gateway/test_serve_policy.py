"""`civictui serve policy`, in a process of its own, beside a running gateway."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from civictui import __version__
from civictui.clock import SystemClock
from civictui.domain.model import now_text
from civictui.gateway.accounts.accounts import Changes
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.area import Area
from civictui.gateway.devices.disabled import DisabledDevices
from civictui.gateway.devices.entries import Entry
from civictui.gateway.devices.records import Records
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.policy import PolicyFile, Rules
from civictui.gateway.policy.reading import read_policy
from civictui.gateway.provisioning import set_user
from civictui.gateway.server import GatewayThread
from civictui.signed_policy import policy_in
from tests.gateway.accounts.couch import GATEWAY, NAME, PASSWORD, Couch
from tests.gateway.peer import bearer
from tests.gateway.test_serve_actions import Run, run

pytestmark = pytest.mark.e2e

__all__ = ["run"]

SAMPLE = Path(__file__).parents[1] / "data" / "policy.toml"
NOTHING = "Nothing was put in force; docs/policy.md says what each member does."
TOWN = Area.box(-122.5, 37.7, -122.3, 37.9)


def deeds(run: Run) -> list[dict[str, str]]:
    lines: list[dict[str, str]] = json.loads(run("audit", "--json").stdout)
    return [line for line in lines if line["action"] == "policy"]


def test_the_sample_is_put_in_force_and_printed(
    run: Run, folder: GatewayFolder, tmp_path: Path
) -> None:
    told = run("policy", str(SAMPLE))
    assert told.returncode == 0
    assert told.stderr == (
        "It is in force; terminals hear it within 15 minutes, once they have a link.\n"
    )
    assert "offline_days: 0 -> 30" in told.stdout.splitlines()
    assert PolicyFile(folder).current() == read_policy(SAMPLE)
    (line,) = deeds(run)
    assert (line["device"], line["outcome"]) == ("command line", "done")
    assert "minimum_version: none -> 0.1.0; " in line["what"]
    assert "pack off for technician in an area" in run("audit").stdout
    printed = run("policy").stdout
    assert "# A notice for everybody" in printed
    (tmp_path / "printed.toml").write_text(printed)
    again = run("policy", str(tmp_path / "printed.toml"))
    assert again.stdout == "this policy is in force already\n"
    assert len(deeds(run)) == 1
    said = json.loads(run("policy", "--json").stdout)
    assert Rules.from_doc(said) == read_policy(SAMPLE)


def test_faults_are_named_and_nothing_changes(
    run: Run, folder: GatewayFolder, tmp_path: Path
) -> None:
    run("policy", str(SAMPLE))
    before = (folder.path / "policy").read_bytes()
    (tmp_path / "bad.toml").write_text('mesage = "a"\noffline_days = -1\n')
    told = run("policy", str(tmp_path / "bad.toml"), "--json")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.splitlines() == [
        "line 1: there is no `mesage`; is `message` meant?",
        "line 2: `offline_days` is a whole number from 0 to 3650",
        f"civictui: The policy has 2 faults. {NOTHING}",
    ]
    assert (folder.path / "policy").read_bytes() == before
    assert len(deeds(run)) == 1


@pytest.mark.parametrize("words", [["none.toml"], ["."]])
def test_a_file_that_is_not_there(run: Run, words: list[str]) -> None:
    told = run("policy", *words)
    assert told.returncode == 2
    assert "cannot be read" in told.stderr


def test_it_warns_of_what_bars_the_gateways_own_version(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(f'disabled_versions = ["{__version__}"]\n')
    told = run("policy", str(tmp_path / "p.toml"), "--json")
    assert told.returncode == 0
    assert json.loads(told.stdout)["bars_this_version"] is True
    assert f"this policy bars civictui {__version__}" in told.stderr


def test_it_says_how_many_devices_it_bars(run: Run, folder: GatewayFolder, tmp_path: Path) -> None:
    now = now_text(SystemClock().now())
    old = [Entry(device=f"old{n}", user="demo", version="0.1.0", last=now) for n in range(2)]
    new = Entry(device="new", user="demo", version="0.2.0", last=now)
    gone = Entry(device="gone", user="demo", version="0.1.0", last="2020-01-01T00:00:00.000Z")
    Records(folder, DisabledDevices(folder)).add([*old, new, gone])
    (tmp_path / "p.toml").write_text('minimum_version = "0.2"\n')
    told = run("policy", str(tmp_path / "p.toml"), "--dry-run")
    assert told.stdout == "minimum_version: none -> 0.2\n"
    assert "bars 2 of the 3 devices" in told.stderr
    assert PolicyFile(folder).current() == Rules()
    assert not deeds(run)
    said = json.loads(run("policy", str(tmp_path / "p.toml"), "--json").stdout)
    assert (said["barred"], said["heard"]) == (2, 3)
    assert PolicyFile(folder).current() == Rules(minimum_version="0.2")


def test_what_a_user_is_told(run: Run, folder: GatewayFolder) -> None:
    run("policy", str(SAMPLE))
    set_user(folder, "demo", Changes(area=TOWN))
    told = run("policy", "--for", "demo", "--version", "0.0.9")
    assert told.returncode == 0
    lines = dict(line.split("  ", 1) for line in told.stdout.splitlines())
    assert lines["user"].strip() == "demo (technician)"
    assert lines["version"].strip() == "0.0.9: may only deliver what is queued"
    assert "packing a day" in lines["switched off"]
    assert "the map" not in lines["switched off"]
    said = json.loads(run("policy", "--for", "asha", "--json").stdout)
    assert said["barred"] is False
    assert said["policy"]["user"] == "asha"
    assert sorted(said["policy"]["features"]) == ["copy", "export"]


def test_what_a_user_of_a_couchdb_is_told(run: Run, tmp_path: Path) -> None:
    run("policy", str(SAMPLE))
    secret = tmp_path / "password"
    secret.write_text(GATEWAY[1])
    secret.chmod(0o600)
    with Couch() as couch:
        couch.add(NAME, PASSWORD, roles=["supervisor"])
        where = ("--accounts", couch.url, "--database-user", GATEWAY[0])
        words = (*where, "--database-password-file", str(secret), "policy", "--json", "--for")
        said = json.loads(run(*words, NAME).stdout)
        assert (said["roles"], said["policy"]["features"]) == (["supervisor"], {})
        assert run(*words, "nobody").returncode == 2
    out = run(*words, NAME)
    assert (out.returncode, out.stdout) == (2, "")
    assert "does not answer" in out.stderr


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--for", "nobody"), "no user nobody"),
        (("--for", "demo", "file.toml"), "do not go together"),
        (("--version", "0.1.0"), "goes with --for"),
        (("--dry-run",), "goes with a FILE"),
    ],
)
def test_what_makes_no_sense_is_said(run: Run, words: tuple[str, ...], reason: str) -> None:
    told = run("policy", *words)
    assert told.returncode == 2
    assert reason in told.stderr


async def test_a_running_gateway_obeys_at_the_next_request(run: Run, folder: GatewayFolder) -> None:
    with GatewayThread(folder.path, cost=CHEAP) as running:
        origin = f"http://127.0.0.1:{running.port}"
        async with httpx.AsyncClient(base_url=origin, trust_env=False) as wire:
            assert (await wire.get("/v1/notice")).json() == {"message": ""}
            headers = await bearer(wire)
            assert (await asyncio.to_thread(run, "policy", str(SAMPLE))).returncode == 0
            said = (await wire.get("/v1/policy", headers=headers)).json()
            assert policy_in(said).off == {"copy", "export"}
            assert "Saturday" in (await wire.get("/v1/notice")).json()["message"]
