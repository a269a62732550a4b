"""`civictui doctor` says by what the program goes: paths, the terminal, the names of keys."""

from pathlib import Path

import pytest

from civictui.__main__ import main
from civictui.commands.terminal_words import terminal_facts
from civictui.settings import Settings
from civictui.terminal.capability import TRUECOLOR, Capability


def test_paths_terminal_and_keys_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "screen-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("COLORTERM", raising=False)
    assert main(["doctor", "--data-dir", str(tmp_path / "data")]) == 0
    said = capsys.readouterr().out
    for words in (str(tmp_path), "terminal: screen-256color, in screen", "256", "shift+tab"):
        assert words in said


def test_what_stands_in_the_way_of_the_app_is_said() -> None:
    facts = terminal_facts(Settings(), Capability(term="dumb", colours=0, utf8=False))
    assert "cannot show a full screen" in str(facts["the app on it"])
    assert facts["terminal's characters"] == "ASCII alone"


def test_a_good_terminal_elsewhere() -> None:
    found = Capability(colours=TRUECOLOR, remote=True, multiplexer="tmux")
    facts = terminal_facts(Settings(), found)
    assert facts["terminal"] == "xterm-256color, in tmux, over SSH"
    assert facts["terminal's colours"] == "all"
    assert facts["the app on it"] == "can run"
