"""Places on the command line, in any notation, and what begins with a minus."""

import pytest

from civictui.__main__ import main
from civictui.commands.options import joined_values
from civictui.geo.notation import parse


@pytest.mark.parametrize("place", ["-33.8,151.2", "-33°48'0\", 151°12'0\"", "-33.8 151.2"])
def test_a_minus_is_no_option_behind_at(place: str) -> None:
    (word,) = joined_values(["--at", place])
    assert word == f"--at={place}"
    assert parse(place) == parse("33.8S 151.2E")


@pytest.mark.parametrize(
    ("place", "words"),
    [("51,5", "one number or two"), ("GV9G+8F", "near to is not known"), ("38SMB", "100 km")],
)
def test_a_place_that_cannot_be_read_is_refused_before_the_password(
    place: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["new", "--user", "demo", "--description", "Lamp out", "--at", place]
    assert main(arguments) == 10
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--near", ""],
        ["list", "--near", " "],
        ["new", "--description", "Lamp out", "--at", ""],
        ["sync", "--pack", "--near", ""],
    ],
)
def test_an_empty_place_is_no_place(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Such as from a script whose variable is not set: it does not mean anywhere."""
    assert main([*arguments, "--user", "demo"]) == 10
    assert "The place is empty" in capsys.readouterr().err
