"""What `civictui serve` says: its help, and errors that tell what can be done."""

import logging
from pathlib import Path

import pytest

from civictui.__main__ import main
from civictui.commands import serve_folder
from civictui.domain.errors import UsageError
from civictui.gateway.accounts.accounts import Accounts
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.journal import LOGGER
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
    before = list(LOGGER.handlers)
    try:
        serve_folder.quiet()
        LOGGER.warning("the database refuses the gateway's credentials")
        assert not capsys.readouterr().err
        assert any(isinstance(handler, logging.NullHandler) for handler in LOGGER.handlers)
    finally:
        LOGGER.handlers[:] = before
