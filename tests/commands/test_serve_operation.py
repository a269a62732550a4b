"""The options that say how a gateway is run, and that the former one is gone."""

import argparse
from pathlib import Path

import pytest

from civictui.__main__ import main
from civictui.commands import serve_operation
from civictui.domain.errors import UsageError
from civictui.gateway.operation import PLAIN, Operation


def operation(*words: str) -> Operation:
    parser = argparse.ArgumentParser()
    serve_operation.register(parser)
    return serve_operation.operation_of(parser.parse_args(words))


def secret(path: Path, text: str, mode: int = 0o600) -> str:
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_without_options_it_is_plain() -> None:
    assert operation() == PLAIN


def test_each_option_is_heard(tmp_path: Path) -> None:
    token = secret(tmp_path / "token", "geheim-geheim-geheim\n")
    found = operation(
        "--tls-cert=chain.pem",
        "--tls-key=key.pem",
        "--forwarded-allow=127.0.0.1, 10.0.0.0/8,2001:db8::/32",
        "--log-format=json",
        f"--metrics-token-file={token}",
        "--connections=7",
        "--grace-seconds=30",
    )
    assert found == Operation(
        certificate=(Path("chain.pem"), Path("key.pem")),
        forwarded_allow=("127.0.0.1", "10.0.0.0/8", "2001:db8::/32"),
        log_format="json",
        metrics_token="geheim-geheim-geheim",
        connections=7,
        grace_seconds=30,
    )
    assert "geheim" not in repr(found)


@pytest.mark.parametrize(
    "words",
    [
        "*",
        "",
        "127.0.0.1,",
        "proxy.example.org",
        "10.0.0.1/8",
        "127.0.0.1:80",
        "[::1]",
        "127.0.0.1 10.0.0.1",
        "::1/129",
        "\x1b[2J",
    ],
)
def test_a_proxy_is_an_address_or_a_network(words: str) -> None:
    with pytest.raises(UsageError, match="no address and no network") as refused:
        operation(f"--forwarded-allow={words}")
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize("words", [("--tls-cert=a",), ("--tls-key=a",)])
def test_a_certificate_has_its_key(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="belong together"):
        operation(*words)


def test_a_key_that_others_can_read_is_pointed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = secret(tmp_path / "key.pem", "key", 0o640)
    operation("--tls-cert=chain.pem", f"--tls-key={key}")
    assert "key.pem can be read by others on this machine: chmod 600" in capsys.readouterr().err


def test_what_systemd_hands_over_is_nobody_elses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lets the user in by an access list, which shows as a bit of the group."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    operation(f"--metrics-token-file={secret(tmp_path / 'token', 'x' * 20, 0o440)}")
    assert not capsys.readouterr().err


@pytest.mark.parametrize("token", ["short", "wörter-wörter-wörter", "a\tb" * 9])
def test_a_token_is_long_and_plain(tmp_path: Path, token: str) -> None:
    with pytest.raises(UsageError, match="no token") as refused:
        operation(f"--metrics-token-file={secret(tmp_path / 'token', token)}")
    assert token not in str(refused.value)


@pytest.mark.parametrize("words", ["--connections=0", "--connections=x", "--grace-seconds=9999"])
def test_numbers_are_in_their_bounds(words: str) -> None:
    with pytest.raises(UsageError):
        operation(words)


def test_a_certificate_that_is_not_there_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [f"--tls-cert={tmp_path}/chain.pem", f"--tls-key={tmp_path}/key.pem"]
    assert main(["serve", f"--data-dir={tmp_path}/gateway", *files]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "chain.pem cannot be read: No such file or directory" in said
    assert not (tmp_path / "gateway").exists()


def test_proxy_is_no_option_any_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--proxy=127.0.0.1"]) == 2
    assert "--proxy" in capsys.readouterr().err
