"""Two passwords for one command: the store's, and the bundle's where it has its own."""

import argparse
import io
from collections.abc import Iterator

import pytest

from civictui.commands.options import two_passwords_of
from civictui.domain.errors import NoPassword, UsageError


def options(*, stdin: bool = True, user: str = "asha") -> argparse.Namespace:
    return argparse.Namespace(user=user, password_stdin=stdin)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\n", ("one", "one")),
        ("one\n\n", ("one", "one")),
        ("one\ntwo\n", ("one", "two")),
        ("one\r\ntwo", ("one", "two")),
        (" one \n two ", (" one ", " two ")),
    ],
)
def test_the_second_line_is_the_bundles(
    monkeypatch: pytest.MonkeyPatch, text: str, expected: tuple[str, str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert two_passwords_of(options(), "bundle") == expected


def test_a_user_is_needed_before_any_password() -> None:
    with pytest.raises(UsageError, match="for one user"):
        two_passwords_of(options(user=""), "bundle")


def test_nothing_on_stdin_is_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(NoPassword):
        two_passwords_of(options(), "bundle")


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
@pytest.mark.parametrize("typed", [b"\xff\n", b"one\n\xff\n"])
def test_what_is_no_text_is_no_password(
    monkeypatch: pytest.MonkeyPatch, errors: str, typed: bytes
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8", errors=errors)
    monkeypatch.setattr("sys.stdin", stdin)
    with pytest.raises(UsageError, match="not UTF-8"):
        two_passwords_of(options(), "bundle")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a person types, one prompt after the other; all of it must be asked for."""
    answers: list[str] = []
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda prompt: answers.pop(0))
    yield answers
    assert answers == []


@pytest.mark.parametrize(
    ("answers", "bundle", "expected"),
    [
        (["one", ""], "bundle", ("one", "one")),
        (["one", "two"], "bundle", ("one", "two")),
        (["one", ""], "new bundle", ("one", "one")),
        (["one", "two", "two"], "new bundle", ("one", "two")),
    ],
)
def test_a_new_password_is_typed_twice(
    typed: list[str], answers: list[str], bundle: str, expected: tuple[str, str]
) -> None:
    typed += answers
    assert two_passwords_of(options(stdin=False), bundle) == expected


def test_two_that_differ_are_refused(typed: list[str]) -> None:
    typed += ["one", "two", "tow"]
    with pytest.raises(UsageError, match="not the same"):
        two_passwords_of(options(stdin=False), "new bundle")
