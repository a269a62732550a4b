"""The completion scripts in their shells: each runs on a terminal, and Tab is typed.

bash is on every system; zsh and tcsh are tested where they are installed.
"""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tools import require_tool

PATIENCE = 20.0
"""Seconds after which what is waited for is taken never to come."""
PROMPT = "ready>"
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[=>()][0-9A-Z]?|\][^\x07]*\x07)|\x07|.\x08")


class Shell:
    """An interactive shell at a pseudo-terminal."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._said = ""

    def type(self, keys: str) -> None:
        self._said = ""
        os.write(self._terminal, keys.encode())

    def reads(self, said: str) -> str:
        """Wait until the shell has written this; gives all since the last keys."""
        end = time.monotonic() + PATIENCE
        while said not in self.text:
            left = end - time.monotonic()
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, left))
            assert ready, f"{said!r} is not in {self.text!r}"
            self._said += os.read(self._terminal, 65536).decode("utf-8", "replace")
        return self.text

    @property
    def text(self) -> str:
        return _SEQUENCE.sub("", self._said)


@contextmanager
def running(folder: Path, *command: str) -> Iterator[Shell]:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 200))
    environment = {
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
        "HISTFILE": "",
    }
    process = subprocess.Popen(
        [str(require_tool("setsid")), "--ctty", *command],  # it becomes the shell
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=environment,
    )
    os.close(theirs)
    try:
        yield Shell(ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Where the script for a shell is, as the program prints it."""

    def printed(shell: str) -> Path:
        path = tmp_path_factory.mktemp(shell) / "_civictui"
        command = [sys.executable, "-m", "civictui", "--print-completion", shell]
        path.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
        return path

    return printed


def begin(shell: Shell, name: str, path: Path) -> None:
    """Have it read the script, with a prompt that tells when that is done."""
    commands = {
        "bash": f"bind 'set enable-bracketed-paste off'; source {path}; PS1='{PROMPT[:-1]}''> '",
        "zsh": f"PS1='%#'; fpath=({path.parent} $fpath); autoload -U compinit; "
        f"compinit -u -D; unsetopt zle_bracketed_paste; PS1='{PROMPT[:-1]}''> '",
        "tcsh": f"source {path}; set prompt='{PROMPT[:-1]}''> '",
    }
    shell.type(f"{commands[name]}\n")
    shell.reads(PROMPT)


COMMANDS = {
    "bash": ("--norc", "--noprofile", "-i"),
    "zsh": ("-f", "-i"),
    "tcsh": ("-f", "-i"),
}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_tab_completes_commands_options_and_files(
    name: str, script: Callable[[str], Path], tmp_path: Path
) -> None:
    program = str(require_tool(name))
    (tmp_path / "unsent-of-asha.cvx").touch()
    with running(tmp_path, program, *COMMANDS[name]) as shell:
        begin(shell, name, script(name))
        shell.type("civictui expo\t")
        shell.reads("civictui export ")
        shell.type("--geoj\t")
        shell.reads("--geojson ")
        shell.type("x --sealed unse\t")
        shell.reads("unsent-of-asha.cvx")


def test_bash_names_what_can_follow(script: Callable[[str], Path], tmp_path: Path) -> None:
    program = str(require_tool("bash"))
    with running(tmp_path, program, *COMMANDS["bash"]) as shell:
        begin(shell, "bash", script("bash"))
        shell.type("civictui re\t\t")
        for command in ("remark", "restore", "recover"):
            shell.reads(command)
        shell.type("\x15civictui serve pas\t")
        shell.reads("serve passwd ")
        shell.type("\x15civictui import --da\t")
        shell.reads("--data-dir ")
