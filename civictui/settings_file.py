"""Writing into the settings file: what a person wrote there stays, comments and order included."""

import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from civictui.domain.errors import UsageError

Value: TypeAlias = str | int | bool


def write(path: Path, changes: Mapping[str, Value]) -> None:
    """Set these in the file at `path`, made where there is none; the rest stays to the letter.

    All or nothing: the file is replaced in one step, and only its owner may read it. It is read
    again before, so that what somebody wrote there meanwhile stays. Raises UsageError.
    """
    path = path.expanduser().resolve()  # a link, as those who keep their settings elsewhere have
    try:
        if path.exists() and not path.is_file():  # /dev/null, say: to replace it would break much
            raise ValueError("it is no file")
        text = _changed(_read(path), changes)
        _replace(path, text.encode("utf-8"))
    except (OSError, ValueError) as error:  # a fault of the TOML is a ValueError
        why = (error.strerror if isinstance(error, OSError) else "") or error
        raise UsageError(f"The settings file {path} cannot be written: {why}") from error


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""


def _changed(text: str, changes: Mapping[str, Value]) -> str:
    """The text with these values. Raises ValueError where it would not say so when it is read."""
    import tomlkit

    document = tomlkit.parse(text)
    for name, value in changes.items():
        document[name] = value
    changed = document.as_string()
    if tomllib.loads(changed) != {**tomllib.loads(text), **changes}:
        raise ValueError("what is to be set in it does not fit")
    return changed


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with suppress(FileNotFoundError):  # of a process of this number that was killed here
        beside.unlink()
    try:
        with os.fdopen(os.open(beside, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """The new name reaches the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
