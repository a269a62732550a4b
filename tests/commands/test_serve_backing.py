"""The options that say where a gateway's things lie, and its secrets."""

import argparse
from pathlib import Path

import pytest

from civictui.commands import serve_backing
from civictui.domain.errors import UsageError
from civictui.gateway.backing import EMBEDDED, Backing


def backing(*words: str) -> Backing:
    parser = argparse.ArgumentParser()
    serve_backing.register(parser)
    return serve_backing.backing_of(parser.parse_args(words))


def secret(path: Path, text: str, mode: int = 0o600) -> str:
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_without_options_everything_lies_in_the_folder() -> None:
    assert backing() == EMBEDDED


def test_secrets_come_from_files_and_are_in_no_repr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password = secret(tmp_path / "p", "geheim pass\n")
    keys = secret(tmp_path / "k", "AKIA\nverborgen\n")
    found = backing(
        "--database=https://couch.example.org/reports",
        "--database-user=civictui",
        f"--database-password-file={password}",
        "--objects=s3://pictures?endpoint=https://s3.example.org",
        f"--objects-key-file={keys}",
    )
    assert found.database_password == "geheim pass"
    assert found.objects_key == ("AKIA", "verborgen")
    assert "geheim" not in repr(found)
    assert "verborgen" not in repr(found)
    assert not capsys.readouterr().err


def test_credentials_in_an_address_are_for_loopback_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = backing("--database=http://admin:a%40b@127.0.0.1:5984/reports")
    assert found.database == "http://127.0.0.1:5984/reports"
    assert (found.database_user, found.database_password) == ("admin", "a@b")
    said = capsys.readouterr().err
    assert "--database-password-file" in said
    assert "a%40b" not in said
    for words in (
        "--database=https://admin:geheim@couch.example.org/reports",
        "--accounts=https://admin:geheim@couch.example.org",
        "--iam-token-url=https://a:geheim@iam.example.org",
    ):
        with pytest.raises(UsageError) as refused:
            backing(words)
        assert "geheim" not in str(refused.value)


def test_a_secret_that_others_can_read_is_pointed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = secret(tmp_path / "k", "key", 0o644)
    assert backing("--objects=s3://b", f"--objects-iam-key-file={file}").objects_iam_key == "key"
    assert "chmod 600" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("--database-user=a",),
        ("--database=http://127.0.0.1/r", "--database-user=a"),
        ("--database=http://127.0.0.1/r", "--database-user=a", "--database-iam-key-file={key}"),
        ("--objects-key-file={pair}",),
        ("--objects=s3://b", "--objects-key-file={key}"),
        ("--objects=s3://b", "--objects-key-file={pair}", "--objects-iam-key-file={key}"),
        ("--objects=s3://b", "--objects-key-file={folder}"),
        ("--objects=s3://b", "--objects-key-file={empty}"),
        ("--objects=s3://b", "--objects-key-file={long}"),
        ("--database=http://[::1/r",),
    ],
)
def test_options_that_do_not_go_together_are_answered(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    files = {
        "key": secret(tmp_path / "key", "geheim"),
        "pair": secret(tmp_path / "pair", "a\nb"),
        "empty": secret(tmp_path / "empty", "\n"),
        "long": secret(tmp_path / "long", "x" * 5000),
        "folder": str(tmp_path),
    }
    with pytest.raises(UsageError) as refused:
        backing(*(word.format(**files) for word in words))
    assert "geheim" not in str(refused.value)
