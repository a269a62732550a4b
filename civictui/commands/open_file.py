"""Where readable text goes because a person asked for it: a new file of their own, or stdout."""

import os
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from civictui.domain.errors import StoreFull, UsageError
from civictui.domain.text import one_line

STDOUT: Final = "-"


class OpenFile:
    """A file that is made by writing to it: 0600, never in the place of another.

    It is there whole, and on the disk, or not at all: whatever ends the writing takes away what
    was written. Raises UsageError where it cannot be made, StoreFull where it cannot be written.
    """

    def __init__(self, name: str) -> None:
        self.path = Path(name)
        self._descriptor = -1

    def __enter__(self) -> Self:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._descriptor = os.open(self.path, flags, 0o600)
        except OSError as error:
            raise UsageError(
                f"{one_line(str(self.path))} cannot be made: {error.strerror}",
                "Name a file that does not exist, in a folder that does.",
            ) from error
        return self

    def write(self, text: str) -> None:
        left = memoryview(text.encode())
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError as error:
            raise self._failed(error) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                os.fsync(self._descriptor)
        except OSError as trouble:
            kind = OSError
            raise self._failed(trouble) from trouble
        finally:
            os.close(self._descriptor)
            if kind is not None:
                with suppress(OSError):
                    self.path.unlink()

    def _failed(self, error: OSError) -> StoreFull:
        return StoreFull(
            f"{one_line(str(self.path))} cannot be written: {error.strerror}", "It was removed."
        )


class Stdout:
    """The same words for stdout: in UTF-8, on a terminal in what that can show."""

    path: None = None

    def __enter__(self) -> Self:
        return self

    def write(self, text: str) -> None:
        encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode(encoding or "ascii", "replace"))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            sys.stdout.buffer.flush()


def opened(name: str, ending: ExitStack) -> OpenFile | Stdout:
    """Open until `ending` ends."""
    if name == STDOUT:
        return ending.enter_context(Stdout())
    return ending.enter_context(OpenFile(name))
