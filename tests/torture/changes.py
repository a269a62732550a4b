"""What can happen to files, one object a change. Files and folders are numbers: names change."""

from dataclasses import dataclass
from typing import TypeAlias

Node: TypeAlias = int
ROOT: Node = 0
"""The folder that is watched."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new file or folder got a name."""

    parent: Node
    name: str
    node: Node
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Wrote:
    """Bytes went to an offset; the file grows where they reach behind its end."""

    node: Node
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Sized:
    """A file was cut, or made longer with zeros."""

    node: Node
    size: int


@dataclass(frozen=True, slots=True)
class Named:
    """A file that was there got one more name."""

    parent: Node
    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Moved:
    """A name was changed for another; what had that one before lost it."""

    parent: Node
    name: str
    to_parent: Node
    to_name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Gone:
    """A name was taken away."""

    parent: Node
    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Synced:
    """fsync or fdatasync of a file or folder said that all is on the disk."""

    node: Node


@dataclass(frozen=True, slots=True)
class SyncFailed:
    """fsync or fdatasync reported an error: nobody knows what of it is on the disk."""

    node: Node


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The store said that this many steps are done: from now on they must not be lost."""

    steps: int


Change: TypeAlias = Made | Wrote | Sized | Named | Moved | Gone | Synced | SyncFailed | Acknowledged
