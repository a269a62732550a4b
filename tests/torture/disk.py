"""A model of a disk: what is on it for certain, and what a power cut may make of the rest.

For certain is what a sync has confirmed. Of the rest, each sector (512 bytes or 4 KiB) that was
written since is there or not; where nothing was before it may also be zero or garbage; a file that
grew may have any size in between; and each name that was made, moved or removed in a folder since
that folder was synced may be so or not. What a file's sync has refused stays undecided for ever,
whatever later syncs say, for the system has dropped those pages; names are kept by a journal, and a
later sync of the folder counts.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tests.torture.chance import ALL, NOTHING, Chance
from tests.torture.changes import (
    ROOT,
    Change,
    Gone,
    Made,
    Moved,
    Named,
    Node,
    Sized,
    Synced,
    SyncFailed,
    Wrote,
)

State: TypeAlias = dict[str, bytes | None]
"""Every path with its content; None for a folder."""


@dataclass(slots=True)
class Pending:
    """A change that is not on the disk for certain. A shared `number` means a shared fate."""

    number: int
    change: Change
    refused: bool = False
    certain: bool = False


@dataclass(slots=True)
class _Object:
    """A file or folder: `pending` in the order of time."""

    pending: list[Pending] = field(default_factory=list)

    def sync(self) -> None:
        for pending in self.pending:
            pending.certain = not pending.refused
        if all(pending.certain for pending in self.pending):
            self._settle()
            self.pending = []

    def _settle(self) -> None:
        raise NotImplementedError

    @property
    def undecided(self) -> bool:
        return any(not pending.certain for pending in self.pending)


@dataclass(slots=True)
class _File(_Object):
    content: bytes = b""

    def refuse(self) -> None:
        for pending in self.pending:
            pending.refused = not pending.certain

    def _settle(self) -> None:
        self.content = self.outcome(ALL)

    def outcome(self, chance: Chance) -> bytes:
        """What the file holds after a power cut."""
        if not self.pending:
            return self.content
        if chance is NOTHING or chance is ALL:
            chosen = [p.change for p in self.pending if p.certain or chance is ALL]
            return _replayed(self.content, chosen)
        size = self._size(chance)
        certain = _replayed(self.content, [p.change for p in self.pending if p.certain])
        found = _resized(bytearray(certain), size)
        sector = chance.sector
        for start in sorted({at for at in self._touched(sector) if at < size}):
            end = min(start + sector, size)
            found[start:end] = self._sector(chance, start, start + sector)[: end - start]
        return bytes(found)

    def _size(self, chance: Chance) -> int:
        size = len(self.content)
        for pending in self.pending:
            after = _size_after(size, pending.change)
            size = after if pending.certain else chance.size(size, after)
        return size

    def _touched(self, sector: int) -> Iterator[int]:
        for pending in self.pending:
            change = pending.change
            if isinstance(change, Wrote) and change.content and not pending.certain:
                first = change.offset // sector * sector
                yield from range(first, change.offset + len(change.content), sector)

    def _sector(self, chance: Chance, start: int, end: int) -> bytes:
        """One of the contents that a sector may have: of any time since the last certain one."""
        before = _cut_out(self.content, start, end)
        versions, blank = [before], len(self.content) <= start
        for pending in self.pending:
            after = _written(versions[-1], start, pending.change)
            if after == versions[-1]:
                continue
            if pending.certain:
                versions, blank = [after], False
            else:
                versions.append(after)
        return chance.content(versions, blank)


@dataclass(slots=True)
class _Folder(_Object):
    node: Node = ROOT
    entries: dict[str, Node] = field(default_factory=dict)

    def _settle(self) -> None:
        self.entries = self.outcome(ALL)

    def outcome(self, chance: Chance) -> dict[str, Node]:
        """The names in the folder after a power cut."""
        entries = dict(self.entries)
        for pending in self.pending:
            if pending.certain or chance.happens(pending.number):
                self._apply(entries, pending.change)
        return entries

    def _apply(self, entries: dict[str, Node], change: Change) -> None:
        match change:
            case Made(_, name, node) | Named(_, name, node):
                entries[name] = node
            case Gone(_, name, node):
                _drop(entries, name, node)
            case Moved(parent, name, to_parent, to_name, node):
                if to_parent == self.node:
                    entries[to_name] = node
                if parent == self.node:
                    _drop(entries, name, node)


class Disk:
    """Takes changes as a recorder noted them; gives the states that may be found after a cut."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self._files: dict[Node, _File] = {}
        self._folders: dict[Node, _Folder] = {ROOT: _Folder()}
        self._number = 0
        for change in changes:
            self.take(change)

    def take(self, change: Change) -> None:
        self._number += 1
        match change:
            case Synced(node):
                self._object(node).sync()
            case SyncFailed(node):
                if node in self._files:
                    self._files[node].refuse()
            case Wrote(node) | Sized(node):
                self._wait(node, change)
            case Made(parent, _, node, is_folder):
                if is_folder:
                    self._folders[node] = _Folder(node=node)
                else:
                    self._files[node] = _File()
                self._wait(parent, change)
            case Named(parent) | Gone(parent):
                self._wait(parent, change)
            case Moved(parent, _, to_parent):
                for node in {parent, to_parent}:
                    self._wait(node, change)

    @property
    def undecided(self) -> bool:
        return any(found.undecided for found in (*self._files.values(), *self._folders.values()))

    def chance(self, rng: random.Random) -> Chance:
        """New dice for what is undecided now."""
        objects: tuple[_Object, ...] = (*self._files.values(), *self._folders.values())
        numbers = [pending.number for found in objects for pending in found.pending]
        return Chance(rng, min(numbers, default=0), self._number)

    def everything(self) -> State:
        """What all programs see while the power is on."""
        return self.after_cut(ALL)

    def after_cut(self, chance: Chance) -> State:
        state: State = {}
        self._list(ROOT, "", chance, state)
        return state

    def _list(self, folder: Node, prefix: str, chance: Chance, state: State) -> None:
        for name, node in self._folders[folder].outcome(chance).items():
            path = prefix + name
            if node in self._files:
                state[path] = self._files[node].outcome(chance)
            else:
                state[path] = None
                self._list(node, path + "/", chance, state)

    def _object(self, node: Node) -> _Object:
        return self._files[node] if node in self._files else self._folders[node]

    def _wait(self, node: Node, change: Change) -> None:
        self._object(node).pending.append(Pending(self._number, change))


def files_below(folder: Path, prefix: str = "") -> State:
    """The real files, in the form of the model."""
    state: State = {}
    for path in folder.iterdir():
        if path.is_dir():
            state[prefix + path.name] = None
            state |= files_below(path, prefix + path.name + "/")
        else:
            state[prefix + path.name] = path.read_bytes()
    return state


def _drop(entries: dict[str, Node], name: str, node: Node) -> None:
    if entries.get(name) == node:
        del entries[name]


def _size_after(size: int, change: Change) -> int:
    if isinstance(change, Sized):
        return change.size
    assert isinstance(change, Wrote)
    return max(size, change.offset + len(change.content)) if change.content else size


def _resized(content: bytearray, size: int) -> bytearray:
    return content[:size] + bytes(max(0, size - len(content)))


def _replayed(content: bytes, changes: Iterable[Change]) -> bytes:
    found = bytearray(content)
    for change in changes:
        found = _resized(found, _size_after(len(found), change))
        if isinstance(change, Wrote):
            found[change.offset : change.offset + len(change.content)] = change.content
    return bytes(found)


def _cut_out(content: bytes, start: int, end: int) -> bytes:
    found = content[start:end]
    return found + bytes(end - start - len(found))


def _written(sector: bytes, start: int, change: Change) -> bytes:
    """A sector at `start` after one more change: what it overlaps is new, what is cut off zero."""
    end = start + len(sector)
    if isinstance(change, Sized):
        left = min(max(change.size - start, 0), len(sector))
        return sector[:left] + bytes(len(sector) - left)
    assert isinstance(change, Wrote)
    first = max(start, change.offset)
    last = min(end, change.offset + len(change.content))
    if first >= last:
        return sector
    part = change.content[first - change.offset : last - change.offset]
    return sector[: first - start] + part + sector[last - start :]
