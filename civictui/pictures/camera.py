"""A photo from a command that takes one: `fswebcam`, `rpicam-still`, `libcamera-still`, a script.

The command writes the photo to its output, or to `{file}`, which is a file in memory that only it
and this program have. Nothing of it is left on a disk.
"""

import os
import shlex
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from civictui.domain.errors import PictureError
from civictui.domain.text import one_line
from civictui.pictures.files import MAX_BYTES
from civictui.pictures.running import Ran, Stopped, TooMuch, run

FILE = "{file}"
_EXAMPLE = "Set one in the settings, such as rpicam-still -n -o -."
_ADVICE = f"It must write one to its output, or to {FILE}."


def capture(template: str, seconds: float, stop: threading.Event | None = None) -> bytes:
    """Run the command, and give what it has written.

    `template` is split into words like a shell's, but no shell runs it. After `seconds`, or when
    `stop` is set by whoever does not wait any more, everything that it has started is killed.
    Raises PictureError, with the last line of its complaints.
    """
    words = _words(template)
    stop = stop or threading.Event()
    with _memory_file(words) as file:
        words = [word.replace(FILE, f"/proc/self/fd/{file}") for word in words]
        ran = _ran(words, seconds, stop, file)
        content = bytes(ran.output) if file < 0 else os.pread(file, MAX_BYTES + 1, 0)
    if ran.status:
        raise PictureError("The camera command failed", ran.complaint or f"Status {ran.status}.")
    if not content:
        raise PictureError("The camera command gave no photo", ran.complaint or _ADVICE)
    if len(content) > MAX_BYTES:
        raise _too_much()
    return content


def _words(template: str) -> list[str]:
    try:
        words = shlex.split(template)
    except ValueError as error:
        raise PictureError("The camera command cannot be read", f"{error}.") from error
    if not words:
        raise PictureError("No camera command is set", _EXAMPLE)
    return words


@contextmanager
def _memory_file(words: Sequence[str]) -> Iterator[int]:
    """The descriptor of a file in memory, or -1 where none is asked for."""
    if not any(FILE in word for word in words):
        yield -1
        return
    if not hasattr(os, "memfd_create"):
        raise PictureError(f"This system has no {FILE}", "Have the photo written to the output.")
    file = os.memfd_create("photo")
    try:
        yield file
    finally:
        os.close(file)


def _ran(words: Sequence[str], seconds: float, stop: threading.Event, file: int) -> Ran:
    """Raises PictureError where it is not there, takes too long, or writes too much."""
    try:
        return run(words, seconds, stop, file)
    except TimeoutError as error:
        advice = "Look at the camera, or allow more with capture_seconds."
        raise PictureError(f"The camera gave no photo within {seconds:g} s", advice) from error
    except Stopped as error:
        raise PictureError("The camera command was stopped", "Start it again.") from error
    except TooMuch as error:
        raise _too_much() from error
    except (OSError, ValueError) as error:
        reason = one_line(getattr(error, "strerror", None) or str(error))
        said = f"The camera command {one_line(words[0])} cannot be run: {reason}"
        raise PictureError(said, "Check the setting capture.") from error


def _too_much() -> PictureError:
    said = f"The camera command gives more than {MAX_BYTES >> 20} MB"
    return PictureError(said, "Take a smaller photo.")
