"""Reading a photo file that a person named."""

import os
import stat
from pathlib import Path

from civictui.domain.errors import PictureError
from civictui.domain.text import one_line

MAX_BYTES = 64 * 1024 * 1024
"""No camera writes JPEGs as large as this; a wrong file may be any size."""


def read_file(path: str) -> bytes:
    """Return the bytes of the file at `path`; a leading `~` is the home folder.

    Raises PictureError for what is missing, no ordinary file, unreadable, empty or too large.
    """
    name = one_line(path)
    if not name:
        raise PictureError("No photo file is named", "Type the path of a JPEG, PNG or WebP file.")
    try:
        content = _read(Path(path).expanduser(), name)
    except FileNotFoundError as error:
        raise PictureError(f"There is no file {name}", "Check the path.") from error
    except PermissionError as error:
        raise PictureError(f"{name} may not be read", "Ask its owner for access.") from error
    except (OSError, ValueError, RuntimeError) as error:
        # A path with a null byte, a name that is too long, `~nobody`, a disk that fails.
        reason = one_line(getattr(error, "strerror", None) or str(error))
        raise PictureError(f"{name} cannot be read: {reason}", "Check the path.") from error
    if not content:
        raise PictureError(f"{name} is empty", "Copy it again from the camera.")
    return content


def _read(path: Path, name: str) -> bytes:
    # Looked at before it is opened, which may do something to a device; and once more what was
    # opened, since another file may have taken its place.
    _check(path.stat(), name)
    with open(path, "rb", opener=_without_waiting) as file:
        _check(os.fstat(file.fileno()), name)
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise PictureError(f"{name} is larger than {MAX_BYTES >> 20} MB", "Choose a smaller photo.")
    return content


def _check(status: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise PictureError(f"{name} is a folder", "Name a photo file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise PictureError(f"{name} is no ordinary file", "Name a photo file.")


def _without_waiting(path: str, flags: int) -> int:
    """For `open`: a named pipe would wait for its other end."""
    return os.open(path, flags | os.O_NONBLOCK)
