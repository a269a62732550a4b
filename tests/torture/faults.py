"""What a recorder can make of a call: an error, a short write, the death of the process, no room.

A fault is asked before every call that is watched, with the call's name and its number; it raises
what the call shall fail with, or answers how many bytes a write may take.
"""

import errno
import os
from dataclasses import dataclass


class Killed(BaseException):
    """The process is dead: nothing that it does from here on reaches a file."""


class Fault:
    """None; the others are made of it."""

    for_ever = False
    """Whether it is no use to try again."""

    def allow(self, number: int, call: str, size: int) -> int:
        """Raise, or return how many of the `size` bytes of a write go through."""
        return size

    def freed(self, size: int) -> None:
        """Hear that a file of so many bytes was removed, or made so much shorter."""


@dataclass
class Fails(Fault):
    """From the `at`-th call on, once or for ever, calls end with an error number."""

    at: int
    code: int
    for_ever: bool = False

    def allow(self, number: int, call: str, size: int) -> int:
        if number == self.at or (self.for_ever and number > self.at):
            raise OSError(self.code, os.strerror(self.code))
        return size


@dataclass
class Shortens(Fault):
    """The `at`-th call, if it is a write, takes half; with a code, the next call fails."""

    at: int
    code: int = 0

    def allow(self, number: int, call: str, size: int) -> int:
        if number == self.at and size > 1:
            return size // 2
        if self.code and number == self.at + 1:
            raise OSError(self.code, os.strerror(self.code))
        return size


@dataclass
class Kills(Fault):
    """The process dies before its `at`-th call."""

    at: int

    def allow(self, number: int, call: str, size: int) -> int:
        if number >= self.at:
            raise Killed
        return size


@dataclass
class Room(Fault):
    """A disk with so many bytes left; what is removed or cut off makes room again."""

    left: int
    for_ever: bool = True

    def allow(self, number: int, call: str, size: int) -> int:
        if size and not self.left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = min(size, self.left)
        self.left -= taken
        return taken

    def freed(self, size: int) -> None:
        self.left += size
