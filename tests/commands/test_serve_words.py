"""What `civictui serve` says: its help, and errors that tell what can be done."""

import logging
import os
from pathlib import Path

import pytest

from civictui.__main__ import main
from civictui.commands import serve_folder
from civictui.domain.errors import UsageError
from civictui.gateway.accounts.accounts import Accounts
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.devices.disabled import Disabled, DisabledDevices
from civictui.gateway.devices.entries import Entry, Holdings
from civictui.gateway.devices.records import Records
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.journal import LOGGER
from civictui.gateway.policy import PolicyFile, Rules
from civictui.gateway.policy.reading import read_policy
from civictui.gateway.provisioning import open_folder, set_password
from tests.gateway.peer import PASSWORD

OF_CLIENTS = ("--server", "--user ", "--take-over", "--ascii")


def helped(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as left:
        main(["serve", *words, "--help"])
    assert left.value.code == 0
    return " ".join(capsys.readouterr().out.split())


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["serve", *words]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


@pytest.fixture
def folder(tmp_path: Path) -> GatewayFolder:
    return open_folder(tmp_path / "gateway")


def test_the_help_has_no_options_of_clients(capsys: pytest.CaptureFixture[str]) -> None:
    said = helped(capsys)
    assert not [option for option in OF_CLIENTS if option in said]
    assert "--data-dir DIR the gateway's folder" in said


def test_options_of_clients_are_answered_with_those_of_a_gateway(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "--host and --port" in refused(capsys, "--server", "http://127.0.0.1:8440")
    assert "behind the action" in refused(capsys, "--user", "asha")


@pytest.mark.parametrize("action", ["init", "services"])
def test_an_action_lists_what_it_uses(capsys: pytest.CaptureFixture[str], action: str) -> None:
    said = helped(capsys, action)
    assert "--database-password-file FILE that user's password" in said
    for unused in ("--accounts", "--objects", "--daily-megabytes", "everything lies sealed"):
        assert unused not in said


@pytest.mark.parametrize("action", ["add-user", "set-user", "passwd", "disable-user"])
def test_every_word_has_a_text(capsys: pytest.CaptureFixture[str], action: str) -> None:
    said = helped(capsys, action)
    assert "NAME as the user signs in" in said
    assert "--data-dir DIR the gateway's folder" in said


@pytest.mark.parametrize("action", ["import", "services"])
def test_a_file_that_is_not_there(
    capsys: pytest.CaptureFixture[str], folder: GatewayFolder, action: str
) -> None:
    said = refused(capsys, action, "nofile", "--data-dir", str(folder.path))
    assert "nofile cannot be read: No such file or directory. Name " in said


def test_a_secret_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--database=http://127.0.0.1:1/reports", "--database-user=gateway")
    said = refused(capsys, "init", *words, "--database-password-file=nofile")
    assert "nofile cannot be read: No such file or directory." in said


def test_degrees_in_the_order_of_a_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ("add-user", "asha", "--data-dir", str(tmp_path / "none"))
    said = refused(capsys, *words, "--area", "37.70,-122.52,37.83,-122.36")
    assert "--area=-122.52,37.70,-122.36,37.83" in said
    neither = refused(capsys, *words, "--area", "500,1,2,3")
    assert "exchanged" not in neither
    assert not (tmp_path / "none").exists()


def test_a_user_who_is_there_and_one_who_is_not(folder: GatewayFolder) -> None:
    accounts = Accounts(folder, cost=CHEAP)
    accounts.add("asha", PASSWORD)
    with pytest.raises(UsageError, match="a user asha already") as there:
        accounts.add("asha", PASSWORD)
    assert "set-user" in there.value.advice
    assert "passwd" in there.value.advice
    with pytest.raises(UsageError, match="no user nobody") as missing:
        accounts.enable("nobody", enabled=True)
    assert "serve users" in missing.value.advice
    with pytest.raises(UsageError, match="no user nobody") as unknown:
        set_password(folder, "nobody", PASSWORD)
    assert "serve users" in unknown.value.advice


def test_an_action_says_a_thing_once(capsys: pytest.CaptureFixture[str]) -> None:
    before, LOGGER.handlers[:] = list(LOGGER.handlers), []
    try:
        serve_folder.quiet()
        LOGGER.warning("the database refuses the gateway's credentials")
        assert not capsys.readouterr().err
        assert any(isinstance(handler, logging.NullHandler) for handler in LOGGER.handlers)
    finally:
        LOGGER.handlers[:] = before


OF_THE_FOLDER = ("devices", "policy", "users", "audit", "logs", "keys", "map list")
TIME = "2026-05-04T12:00:00.000Z"


@pytest.mark.parametrize("action", OF_THE_FOLDER)
def test_the_folder_of_another_user(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    folder: GatewayFolder,
    action: str,
) -> None:
    owner = folder.path.owner()
    monkeypatch.setattr(os, "geteuid", lambda: folder.path.stat().st_uid + 1)
    said = refused(capsys, *action.split(), "--data-dir", str(folder.path))
    assert "belongs to another user" in said
    assert f"sudo -u {owner} civictui" in said


def test_a_folder_that_may_not_be_looked_into(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: GatewayFolder
) -> None:
    def denied(self: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "exists", denied)
    said = refused(capsys, "devices", "--data-dir", str(folder.path))
    assert "belongs to another user" in said


def test_a_folder_of_too_long_a_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said = refused(capsys, "devices", "--data-dir", str(tmp_path / ("x" * 300)))
    assert "There is no gateway in" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("devices",), "No device was heard yet"),
        (("devices", "--counts"), "No device was heard yet"),
        (("devices", "--user", "asha"), "No device of asha was heard"),
        (("logs",), "The policy takes none"),
        (("keys",), "No account has an API key"),
    ],
)
def test_where_there_is_nothing_it_says_so(
    capsys: pytest.CaptureFixture[str], folder: GatewayFolder, words: tuple[str, ...], said: str
) -> None:
    where = ("--data-dir", str(folder.path))
    assert main(["serve", *words, *where]) == 0
    told = capsys.readouterr()
    assert (said in told.err, told.out) == (True, "")
    assert main(["serve", *words, *where, "--json"]) == 0
    assert capsys.readouterr() == ("[]\n", "")


def test_no_logs_though_the_policy_takes_them(
    capsys: pytest.CaptureFixture[str], folder: GatewayFolder
) -> None:
    PolicyFile(folder).put(Rules(client_logs=True))
    assert main(["serve", "logs", "--data-dir", str(folder.path)]) == 0
    assert capsys.readouterr().err == "No terminal has sent a log.\n"
    PolicyFile(folder).put(Rules())
    (folder.path / "policy").write_bytes(b"x" * 100)
    assert main(["serve", "logs", "--data-dir", str(folder.path)]) == 6
    assert capsys.readouterr().err.startswith("No terminal has sent a log.\ncivictui: ")


def heard(folder: GatewayFolder, device: str, user: str, *, drafts: int = 0) -> None:
    holds = Holdings(drafts=drafts)
    entry = Entry(device=device, user=user, first=TIME, last=TIME, holds=holds, told=TIME)
    Records(folder, DisabledDevices(folder)).add([entry])


def test_all_lines_of_a_users_devices(
    capsys: pytest.CaptureFixture[str], folder: GatewayFolder
) -> None:
    heard(folder, "a1", "asha")
    heard(folder, "a1", "ravi")
    heard(folder, "b1", "ravi")
    assert main(["serve", "devices", "--user", "asha", "--data-dir", str(folder.path)]) == 0
    lines = [line.split()[2:4] for line in capsys.readouterr().out.splitlines()]
    assert lines == [["a1", "asha"], ["a1", "ravi"]]


def test_a_narrow_terminal_has_short_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: GatewayFolder
) -> None:
    heard(folder, "a1" * 16, "asha")
    DisabledDevices(folder).disable("a1" * 16, Disabled(since=TIME, by="root", why="sold"))
    words = ["serve", "devices", "--data-dir", str(folder.path)]
    assert main(words) == 0
    (wide,) = capsys.readouterr().out.splitlines()
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["disabled", "heard", "held", "(disabled"]
    assert max(len(line) for line in lines) <= 80
    assert " ".join(lines).split() == wide.split()
    monkeypatch.setenv("COLUMNS", "300")
    assert main(words) == 0
    assert capsys.readouterr().out.splitlines() == [wide]


def test_whom_a_disabled_device_concerns(
    capsys: pytest.CaptureFixture[str], folder: GatewayFolder
) -> None:
    heard(folder, "a1", "asha")
    heard(folder, "a1", "ravi")
    assert main(["serve", "disable-device", "a", "--data-dir", str(folder.path)]) == 0
    assert "a1 is disabled for everybody who uses it (asha, ravi)" in capsys.readouterr().err


def test_what_is_left_where_a_user_is_disabled(
    capsys: pytest.CaptureFixture[str], folder: GatewayFolder
) -> None:
    accounts = Accounts(folder, cost=CHEAP)
    for name in ("asha", "ravi"):
        accounts.add(name, PASSWORD)
    heard(folder, "a1", "asha", drafts=2)
    assert main(["serve", "disable-user", "asha", "--data-dir", str(folder.path)]) == 0
    said = capsys.readouterr().err
    assert f"  a1  held 2 drafts at {TIME}" in said
    assert "civictui serve enable-user asha" in said
    assert main(["serve", "disable-user", "ravi", "--data-dir", str(folder.path)]) == 0
    assert capsys.readouterr().err == "ravi is disabled; every session has ended\n"


def test_a_lost_device_is_disabled_though_the_register_is_damaged(
    capsys: pytest.CaptureFixture[str], folder: GatewayFolder
) -> None:
    heard(folder, "a1", "asha")
    Accounts(folder, cost=CHEAP).add("asha", PASSWORD)
    for file in folder.room("devices").iterdir():
        file.write_bytes(b"x" * 100)
    where = ("--data-dir", str(folder.path))
    assert main(["serve", "devices", *where]) == 6
    assert main(["serve", "disable-device", "a1", "--lost", "--force", *where]) == 0
    assert main(["serve", "disable-user", "asha", *where]) == 0
    assert DisabledDevices(folder).has("a1")


def test_a_device_that_is_not_disabled_and_one_without_logs(
    capsys: pytest.CaptureFixture[str], folder: GatewayFolder
) -> None:
    heard(folder, "a1", "asha")
    where = ("--data-dir", str(folder.path))
    said = refused(capsys, "enable-device", "a1", *where)
    assert "no disabled device whose id begins with a1" in said
    assert "no log of a device whose id begins with a1" in refused(
        capsys, "logs", "--device", "a1", *where
    )
    DisabledDevices(folder).disable("a1", Disabled(since=TIME, by="root"))
    assert main(["serve", "enable-device", "a1", *where]) == 0


def test_what_is_no_version(capsys: pytest.CaptureFixture[str], folder: GatewayFolder) -> None:
    words = ("policy", "--for", "asha", "--version", "banana", "--data-dir", str(folder.path))
    assert "'banana' is no version. Write it like 1.2.0." in refused(capsys, *words)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_the_policy_is_printed_whole_in_any_encoding(
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    folder: GatewayFolder,
    tmp_path: Path,
    encoding: str,
) -> None:
    rules = Rules(message='Gr\u00fc\u00dfe: 5 \u20ac "heute"\nab 12 \\ Uhr \U0001f6a7')
    PolicyFile(folder).put(rules)
    file = tmp_path / "policy.toml"
    with file.open("w", encoding=encoding) as out:
        monkeypatch.setattr("sys.stdout", out)
        assert main(["serve", "policy", "--data-dir", str(folder.path)]) == 0
    assert read_policy(file) == rules


def test_a_policy_says_when_it_counts(
    capsys: pytest.CaptureFixture[str], folder: GatewayFolder, tmp_path: Path
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("offline_days = 3\n")
    words = ["serve", "policy", str(file), "--data-dir", str(folder.path)]
    assert main([*words, "--dry-run"]) == 0
    assert "Nothing was changed" in capsys.readouterr().err
    assert main(words) == 0
    assert "It is in force; terminals hear it within 15 minutes" in capsys.readouterr().err
    assert main(words) == 0
    assert capsys.readouterr() == ("this policy is in force already\n", "")
