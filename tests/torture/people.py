"""Starts persons (person.py), gives them orders, and looks into their processes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PASSWORD = "correct horse battery"
_ROOT = Path(__file__).parent.parent.parent


@dataclass
class Process:
    """A running person. `folders` are its home, its temporary files and where it stands."""

    data: Path
    folders: Path
    user: str = "asha"
    password: str = PASSWORD
    words: Sequence[str] = tuple(f"word{number}" for number in range(40))
    tracer: Sequence[str] = ()
    running: subprocess.Popen[str] = field(init=False)

    def start(self) -> "Process":
        places = {name: self.folders / name for name in ("home", "temporary", "work")}
        for place in places.values():
            place.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ,
            "HOME": str(places["home"]), "TMPDIR": str(places["temporary"]),
            "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        self.running = subprocess.Popen(
            [*self.tracer, sys.executable, "-m", "tests.torture.person"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=places["work"], env=environment,
        )  # fmt: skip
        orders = {"folder": str(self.data), "user": self.user, "password": self.password}
        # Only root may look into a process that is hardened.
        self._tell(json.dumps({**orders, "words": self.words, "harden": os.geteuid() == 0}))
        return self

    def order(self, what: str) -> str:
        """Give an order and wait for what is said."""
        self._tell(what)
        return self.hear()

    def hear(self) -> str:
        return self.output.readline().strip()

    @property
    def output(self) -> IO[str]:
        assert self.running.stdout is not None
        return self.running.stdout

    def _tell(self, line: str) -> None:
        assert self.running.stdin is not None
        self.running.stdin.write(line + "\n")
        self.running.stdin.flush()

    def begin(self, what: str) -> None:
        """Give an order without waiting for what is said."""
        self._tell(what)

    def leave(self) -> None:
        assert self.running.stdin is not None
        self.running.stdin.close()
        self._gone()

    def kill(self) -> str:
        """End it with kill -9; returns what it had said and nobody heard."""
        self.running.kill()
        return self._gone()

    def _gone(self) -> str:
        assert self.running.stdin is not None
        if self.running.stdin.closed and self.running.returncode is not None:
            return ""
        assert self.running.stdout is not None
        rest = self.running.stdout.read()
        self.running.wait()
        self.running.stdin.close()
        self.running.stdout.close()
        return rest

    @property
    def pid(self) -> int:
        return self.running.pid

    def open_files(self) -> Iterator[tuple[str, bytes]]:
        """What every file that is open holds, those among them that have no name any more."""
        for link in Path(f"/proc/{self.pid}/fd").iterdir():
            if link.is_file():
                yield f"descriptor {link.readlink()}", link.read_bytes()

    def told_at_start(self) -> Iterator[tuple[str, bytes]]:
        """Its arguments and its environment, which others on the system may read."""
        for name in ("cmdline", "environ"):
            yield name, Path(f"/proc/{self.pid}/{name}").read_bytes()

    def memory(self) -> Iterator[bytes]:
        """Every part of its memory that can be read."""
        maps = Path(f"/proc/{self.pid}/maps").read_text("utf-8")
        with Path(f"/proc/{self.pid}/mem").open("rb", buffering=0) as memory:
            for first, last in re.findall(
                r"^([0-9a-f]+)-([0-9a-f]+) r\S+ (?!.*\[vvar)", maps, re.MULTILINE
            ):
                try:
                    memory.seek(int(first, 16))
                    yield memory.read(int(last, 16) - int(first, 16))
                except (OSError, OverflowError, ValueError):  # the kernel's own pages
                    continue
