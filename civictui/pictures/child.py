"""The picture process as the program sees it: started, asked, and ended when it does not answer."""

import os
import subprocess  # our own interpreter, with arguments that are fixed
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

import civictui
from civictui.domain.errors import PictureError
from civictui.domain.text import one_line
from civictui.pictures import frames

_PIPE = 1024 * 1024
_MOST_REPLY = 64 * 1024 * 1024
_MUST_HAVE = ("PYTHONHOME", "LD_LIBRARY_PATH", "TZ")
"""What of the environment Python may need to start, and the zone of a photo's time."""
_MODULE = "civictui.pictures.worker"


def command() -> list[str]:
    """No `site`, no folder of the user's: the search path is handed over as it is here."""
    return [sys.executable, "-S", "-s", "-P", "-B", "-m", _MODULE]


def environment() -> dict[str, str]:
    """What the process is given instead of the program's own environment."""
    ours = str(Path(civictui.__file__).parent.parent)
    path = [ours, *(place for place in sys.path if Path(place).is_absolute() and place != ours)]
    kept = {name: os.environ[name] for name in _MUST_HAVE if name in os.environ}
    # One arena: each further one would take 64 MB of the address space that is allowed.
    return {**kept, "PYTHONPATH": os.pathsep.join(path), "MALLOC_ARENA_MAX": "1"}


FAILURES = (OSError, ValueError, MemoryError, RuntimeError)
"""Of speaking with a process: pipes, frames, no memory for them, no thread to watch over it."""


class Child:
    """One running picture process; belongs to one thread, `kill` to any."""

    def __init__(self, start: Sequence[str]) -> None:
        """Raises OSError where it cannot be started."""
        self._process = subprocess.Popen(  # noqa: S603 (see command)
            list(start),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd="/",
            start_new_session=True,  # no key of the terminal interrupts it
            pipesize=_PIPE,
        )
        pipes = cast(tuple[BinaryIO, BinaryIO], (self._process.stdin, self._process.stdout))
        self._into, self._out_of = pipes
        self.late = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(
        self, words: Mapping[str, Any], content: bytes, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        """What it answers. Raises PictureError: its own, or that it was too slow or broke down."""
        alarm = threading.Timer(seconds, self._too_late)
        alarm.daemon = True
        try:
            alarm.start()
            said, answer = self._exchange(words, content)
        except FAILURES as error:
            self.end()
            raise self._failure(seconds) from error
        finally:
            alarm.cancel()
        if "error" in said:
            raise PictureError(one_line(str(said["error"])), one_line(str(said.get("advice", ""))))
        return said, answer

    def kill(self) -> None:
        with suppress(OSError):
            self._process.kill()

    def end(self) -> None:
        """Close the pipes, and see to it that it is gone."""
        for pipe in (self._into, self._out_of):
            with suppress(OSError):
                pipe.close()
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()

    def _exchange(self, words: Mapping[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
        frames.write(self._into, words, content)
        said, size = frames.read_words(self._out_of)
        if size > _MOST_REPLY:
            raise frames.BadFrame("too long an answer")
        return said, frames.read_content(self._out_of, size)

    def _too_late(self) -> None:
        self.late = True
        self.kill()

    def _failure(self, seconds: float) -> PictureError:
        if self.late:
            advice = "Shrink it, or take another photo."
            return PictureError(f"The picture was not opened within {seconds:g} s", advice)
        advice = "Take another photo, or save this one as JPEG once more."
        return PictureError("The picture cannot be opened: its decoder broke down", advice)
