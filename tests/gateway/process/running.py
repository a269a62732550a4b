"""`civictui serve` as a process of its own, its log read as it comes."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread

PATIENCE_SECONDS = 20


@dataclass
class Running:
    """A serving process. What it says on stderr is in `lines`."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    _came: Condition = field(default_factory=Condition)

    def read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self._came:
                self.lines.append(line.rstrip("\n"))
                self._came.notify_all()

    def said(self, words: str) -> str:
        """The first line with these words, waited for."""
        with self._came:
            found = self._came.wait_for(lambda: self._with(words), PATIENCE_SECONDS)
            assert found, "\n".join(self.lines)
            return found[0]

    @property
    def origin(self) -> str:
        return self.said("civictui gateway on ").partition(" on ")[2]

    @property
    def port(self) -> int:
        return int(self.origin.rpartition(":")[2])

    def ended(self) -> int:
        """Its exit code, waited for."""
        return self.process.wait(PATIENCE_SECONDS)

    def _with(self, words: str) -> list[str]:
        return [line for line in self.lines if words in line]


@contextmanager
def running(
    data: Path, *options: str, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Killed at the end where it is still there."""
    command = [sys.executable, "-m", "civictui", "serve", f"--data-dir={data}", "--port=0"]
    with subprocess.Popen(
        [*command, *options],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    ) as process:
        found = Running(process)
        reading = Thread(target=found.read)
        reading.start()
        try:
            yield found
        finally:
            process.kill()
            reading.join()
