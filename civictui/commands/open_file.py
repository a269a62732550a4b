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

    Until all is written and on the disk it has no name: whatever ends the program, there is no
    part of a file that looks like a whole one. Where the file system has no files without a name,
    as on many sticks, what was written is taken away when the writing fails.

    Raises UsageError where it cannot be made, StoreFull where it cannot be written.
    """

    def __init__(self, name: str) -> None:
        self.path = Path(name)
        self._folder = -1
        self._file = -1
        self._named = False

    def __enter__(self) -> Self:
        try:
            self._folder = os.open(self.path.parent, os.O_DIRECTORY | os.O_CLOEXEC)
            self._file = self._begun()
        except OSError as error:
            self._close()
            raise self._unmade(error) from error
        return self

    def _begun(self) -> int:
        flags = os.O_WRONLY | os.O_CLOEXEC
        with suppress(OSError):
            return os.open(".", flags | os.O_TMPFILE, 0o600, dir_fd=self._folder)
        self._named = True
        flags |= os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        return os.open(self.path.name, flags, 0o600, dir_fd=self._folder)

    def fileno(self) -> int:
        """For who writes bytes himself."""
        return self._file

    def write(self, text: str) -> None:
        left = memoryview(text.encode())
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            raise self._unwritten(error) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        whole = False
        try:
            if kind is None:
                self._finish()
                whole = True
        finally:
            if self._named and not whole:
                with suppress(OSError):
                    os.unlink(self.path.name, dir_fd=self._folder)
            self._close()

    def _finish(self) -> None:
        try:
            os.fsync(self._file)
            if not self._named:
                # With a folder's descriptor this follows the link in /proc, which is the file.
                here = f"/proc/self/fd/{self._file}"
                os.link(here, self.path.name, dst_dir_fd=self._folder, follow_symlinks=True)
            with suppress(OSError):  # not every file system does that for folders
                os.fsync(self._folder)
        except FileExistsError as error:
            raise self._unmade(error) from error
        except OSError as error:
            raise self._unwritten(error) from error

    def _close(self) -> None:
        for descriptor in (self._file, self._folder):
            if descriptor >= 0:
                os.close(descriptor)

    def _unmade(self, error: OSError) -> UsageError:
        return UsageError(
            f"{one_line(str(self.path))} cannot be made: {error.strerror}",
            "Name a file that does not exist, in a folder that does.",
        )

    def _unwritten(self, error: OSError) -> StoreFull:
        return StoreFull(
            f"{one_line(str(self.path))} cannot be written: {error.strerror}", "There is none now."
        )


class Stdout:
    """The same words for stdout: in UTF-8, on a terminal in what that can show."""

    path: None = None

    def __enter__(self) -> Self:
        return self

    def fileno(self) -> int:
        sys.stdout.flush()
        return sys.stdout.buffer.fileno()

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
    """Open until `ending` ends. Raises UsageError."""
    if name == STDOUT:
        if sys.stdout is None:  # as Python has it where the caller has closed it
            raise UsageError("There is no stdout", "Leave it open, or name a file.")
        return ending.enter_context(Stdout())
    return ending.enter_context(OpenFile(name))
