"""What the pages for operators tell to type: each line of it runs as it stands there."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from civictui.__main__ import main
from civictui.gateway.accounts.accounts import Accounts
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.devices.disabled import DisabledDevices
from civictui.gateway.devices.entries import Entry
from civictui.gateway.devices.logs import ClientLogs
from civictui.gateway.devices.records import Records
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.policy.reading import rules_of
from civictui.gateway.provisioning import open_folder
from tests.conftest import MovableClock
from tests.gateway.peer import PASSWORD

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = "/srv/civictui"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    found = _BLOCK.findall((DOCS / page).read_text())
    return [text for said, text in found if said == language]


@pytest.fixture
def folder(tmp_path: Path) -> GatewayFolder:
    """A gateway that knows asha, and her terminal."""
    folder = open_folder(tmp_path / "gateway")
    Accounts(folder, cost=CHEAP).add("asha", PASSWORD)
    entry = Entry(device="5f3a0b", user="asha", version="0.1.0", last="2026-05-04T12:00:00.000Z")
    Records(folder, DisabledDevices(folder)).add([entry])
    line = {"day": "2026-05-04", "kind": "sync", "code": "timeout", "count": 2, "trace": []}
    ClientLogs(folder, MovableClock()).add(entry, [line])
    return folder


@pytest.mark.parametrize("page", ["policy.md", "devices.md"])
def test_what_is_to_be_typed(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    folder: GatewayFolder,
    tmp_path: Path,
    page: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = blocks(page, "sh")
    lines = block.splitlines()
    assert len(lines) > 3
    for line in lines:
        words, _, file = line.partition("#")[0].partition(" > ")
        program, *arguments = shlex.split(words.replace(FOLDER, str(folder.path)))
        assert program == "civictui"
        assert main(arguments) == 0, line
        if file:
            Path(file.strip()).write_text(capsys.readouterr().out)


def test_the_policies_of_the_page_are_policies(tmp_path: Path) -> None:
    for text in blocks("policy.md", "toml"):
        assert tomllib.loads(text)
        assert rules_of(text.encode(), tmp_path).features
