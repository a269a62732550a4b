"""Which file a path or a descriptor means, in the numbers of changes.py."""

import os
from pathlib import Path
from typing import Any, NamedTuple

from tests.torture.changes import ROOT, Node


class Place(NamedTuple):
    """A name in a folder; the watched folder itself has the name ""."""

    parent: Node
    name: str


class Names:
    """The folder tree below `root` as the calls so far have made it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: dict[Node, dict[str, Node]] = {ROOT: {}}
        self._nodes = 0
        self._descriptors: dict[int, tuple[Node, tuple[int, int]]] = {}

    def place(self, path: Any, folder: int | None = None) -> Place | None:
        """Where a path leads, from a folder's descriptor if one is given; None for elsewhere."""
        if isinstance(path, int):
            return None
        text = os.fsdecode(path)
        if folder is not None and not text.startswith("/"):
            start = self.opened(folder)
            return None if start is None else self._walk(start, text.split("/"))
        inside = os.path.relpath(os.path.abspath(text), self._root).split("/")  # noqa: PTH100
        return None if inside[0] == ".." else self._walk(ROOT, inside)

    def _walk(self, node: Node, parts: list[str]) -> Place | None:
        for part in parts[:-1]:
            if part not in self._folders.get(node, ()):
                return None
            node = self._folders[node][part]
        return Place(node, "" if parts[-1] == "." else parts[-1])

    def at(self, place: Place) -> Node | None:
        return self._folders[place.parent].get(place.name) if place.name else place.parent

    def make(self, place: Place, *, is_folder: bool) -> Node:
        self._nodes += 1
        if is_folder:
            self._folders[self._nodes] = {}
        self.put(place, self._nodes)
        return self._nodes

    def put(self, place: Place, node: Node) -> None:
        self._folders[place.parent][place.name] = node

    def take(self, place: Place) -> Node:
        return self._folders[place.parent].pop(place.name)

    def remember(self, descriptor: int, node: Node) -> None:
        self._descriptors[descriptor] = (node, _identity(descriptor))

    def opened(self, descriptor: int) -> Node | None:
        """What a descriptor means; one that was closed and used again is somebody else's."""
        node, identity = self._descriptors.get(descriptor, (None, None))
        try:
            return node if identity == _identity(descriptor) else None
        except OSError:
            return None

    def close_all(self) -> None:
        """What the end of a process does."""
        for descriptor in list(self._descriptors):
            if self.opened(descriptor) is not None:
                os.close(descriptor)
        self._descriptors.clear()


def _identity(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino
