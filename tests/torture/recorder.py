"""Notes every change that a program makes to the files below one folder.

While a `Recorder` is entered, the functions of `os` that change files, and `open`, are replaced by
ones that do the same and note it. Before each call a fault (faults.py) is asked, so that any call
can be made to fail. At the end `check` compares what was noted with the real files: a change that
went round the recorder is an error of the harness, not of the store.
"""

import builtins
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.torture.changes import (
    ROOT,
    Acknowledged,
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
from tests.torture.disk import Disk, files_below
from tests.torture.faults import Fault, Killed
from tests.torture.names import Names, Place

LOOKS = {"stat", "lstat", "scandir", "listdir", "pread"}
"""Calls that change nothing."""


class Recorder:
    """`changes` is what happened, `calls` the names of the calls watched. Use it as a context.

    Without `honest` no sync does anything: so a store that never syncs is played.
    """

    def __init__(self, root: Path, fault: Fault | None = None, *, honest: bool = True) -> None:
        self.changes: list[Change] = []
        self.calls: list[str] = []
        self.fault: Fault = fault or Fault()
        self._root = root
        self._honest = honest
        self._dead = False
        self._names = Names(root)
        self._real: dict[str, Callable[..., Any]] = {}
        self._take_in(root, ROOT)
        self.given = len(self.changes)
        """So many changes stand for what was there before."""

    def __enter__(self) -> Self:
        mine = {name[4:]: getattr(self, name) for name in dir(self) if name.startswith("_do_")}
        self._real = {name: getattr(os, name) for name in mine}
        for name, call in mine.items():
            setattr(os, name, call)
        self._real["file"] = builtins.open
        builtins.open = io.open = self._file
        return self

    def __exit__(self, *_: object) -> None:
        builtins.open = io.open = self._real.pop("file")
        for name, call in self._real.items():
            setattr(os, name, call)

    def acknowledge(self, steps: int) -> None:
        self.changes.append(Acknowledged(steps))

    def revive(self) -> None:
        """Begin a new process where the one before was killed: what it had open is closed."""
        self._dead = False
        self.fault = Fault()
        self._names.close_all()

    def check(self) -> None:
        """Compare the notes with the files."""
        disk = Disk(self.changes)
        noted, found = disk.everything(), files_below(self._root)
        paths = sorted(noted.keys() | found.keys())
        different = [path for path in paths if noted.get(path, 0) != found.get(path, 0)]
        assert not different, f"changed behind the recorder's back: {different}"

    # --- inside ------------------------------------------------------------------------------

    def _take_in(self, folder: Path, node: Node) -> None:
        for path in sorted(folder.iterdir()):
            child = self._make(Place(node, path.name), is_folder=path.is_dir())
            if path.is_dir():
                self._take_in(path, child)
            else:
                self.changes += [Wrote(child, 0, path.read_bytes()), Synced(child)]
        self.changes.append(Synced(node))

    def _make(self, place: Place, *, is_folder: bool) -> Node:
        node = self._names.make(place, is_folder=is_folder)
        self.changes.append(Made(*place, node, is_folder))
        return node

    def _ask(self, call: str, size: int = 0) -> int:
        """Let the fault decide; returns how many bytes of a write may go through."""
        if self._dead:
            raise Killed
        self.calls.append(call)
        try:
            return self.fault.allow(len(self.calls), call, size)
        except Killed:
            self._dead = True
            raise

    def _file(self, file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        """`open`: for writing below the root, a file whose every write is one of `os.write`."""
        if self._names.place(file) is None or not set(mode) & set("wax+"):
            return self._real["file"](file, mode, *args, **options)
        raw = _WatchedFile(file, mode)
        if "b" in mode:
            return io.BufferedRandom(raw)
        return io.TextIOWrapper(io.BufferedRandom(raw), encoding=options.get("encoding"))

    # --- calls with a path -------------------------------------------------------------------

    def _do_open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: Any = None) -> int:
        place = self._names.place(path, dir_fd)
        if place is None:
            return int(self._real["open"](path, flags, mode, dir_fd=dir_fd))
        self._ask("open")
        descriptor = int(self._real["open"](path, flags, mode, dir_fd=dir_fd))
        node = self._names.at(place)
        if node is None:
            node = self._make(place, is_folder=False)
        elif flags & os.O_TRUNC:
            self.changes.append(Sized(node, 0))
        self._names.remember(descriptor, node)
        return descriptor

    def _do_mkdir(self, path: Any, mode: int = 0o777, *, dir_fd: Any = None) -> None:
        place = self._names.place(path, dir_fd)
        if place is not None:
            self._ask("mkdir")
        self._real["mkdir"](path, mode, dir_fd=dir_fd)
        if place is not None:
            self._make(place, is_folder=True)

    def _do_unlink(self, path: Any, *, dir_fd: Any = None) -> None:
        self._remove("unlink", path, dir_fd)

    def _do_remove(self, path: Any, *, dir_fd: Any = None) -> None:
        self._remove("remove", path, dir_fd)

    def _do_rmdir(self, path: Any, *, dir_fd: Any = None) -> None:
        self._remove("rmdir", path, dir_fd)

    def _remove(self, call: str, path: Any, dir_fd: Any) -> None:
        place = self._names.place(path, dir_fd)
        if place is None:
            self._real[call](path, dir_fd=dir_fd)
            return
        self._ask(call)
        size = self._real["lstat"](path, dir_fd=dir_fd).st_size
        self._real[call](path, dir_fd=dir_fd)
        self.changes.append(Gone(*place, self._names.take(place)))
        if call != "rmdir":
            self.fault.freed(size)

    def _do_rename(
        self, src: Any, dst: Any, *, src_dir_fd: Any = None, dst_dir_fd: Any = None
    ) -> None:
        self._move("rename", (src, src_dir_fd), (dst, dst_dir_fd))

    def _do_replace(
        self, src: Any, dst: Any, *, src_dir_fd: Any = None, dst_dir_fd: Any = None
    ) -> None:
        self._move("replace", (src, src_dir_fd), (dst, dst_dir_fd))

    def _move(self, call: str, source: tuple[Any, Any], target: tuple[Any, Any]) -> None:
        old, new = self._names.place(*source), self._names.place(*target)
        if old is not None:
            assert new is not None, "nothing leaves the watched folder"
            self._ask(call)
        folders = {"src_dir_fd": source[1], "dst_dir_fd": target[1]}
        self._real[call](source[0], target[0], **folders)
        if old is not None and new is not None:
            node = self._names.take(old)
            self._names.put(new, node)
            self.changes.append(Moved(*old, *new, node))

    def _do_link(self, src: Any, dst: Any, **options: Any) -> None:
        old, new = self._names.place(src), self._names.place(dst)
        if old is not None:
            self._ask("link")
        self._real["link"](src, dst, **options)
        if old is not None and new is not None:
            node = self._names.at(old)
            assert node is not None
            self._names.put(new, node)
            self.changes.append(Named(*new, node))

    def _do_stat(self, path: Any, **options: Any) -> Any:
        return self._look("stat", path, **options)

    def _do_lstat(self, path: Any, **options: Any) -> Any:
        return self._look("lstat", path, **options)

    def _do_scandir(self, path: Any = ".") -> Any:
        return self._look("scandir", path)

    def _do_listdir(self, path: Any = ".") -> Any:
        return self._look("listdir", path)

    def _look(self, call: str, path: Any, **options: Any) -> Any:
        """A call that changes nothing, but can fail."""
        if self._names.place(path, options.get("dir_fd")) is not None:
            self._ask(call)
        return self._real[call](path, **options)

    # --- calls with a descriptor -------------------------------------------------------------

    def _do_write(self, descriptor: int, content: Any) -> int:
        node = self._names.opened(descriptor)
        if node is None:
            return int(self._real["write"](descriptor, content))
        allowed = self._ask("write", len(content))
        offset = os.lseek(descriptor, 0, os.SEEK_CUR)
        count = int(self._real["write"](descriptor, content[:allowed]))
        end = os.lseek(descriptor, 0, os.SEEK_CUR)  # with O_APPEND the offset was not what counts
        self.changes.append(Wrote(node, max(offset, end - count), bytes(content[:count])))
        return count

    def _do_pwrite(self, descriptor: int, content: Any, offset: int) -> int:
        node = self._names.opened(descriptor)
        allowed = len(content) if node is None else self._ask("pwrite", len(content))
        count = int(self._real["pwrite"](descriptor, content[:allowed], offset))
        if node is not None:
            self.changes.append(Wrote(node, offset, bytes(content[:count])))
        return count

    def _do_pread(self, descriptor: int, size: int, offset: int) -> bytes:
        if self._names.opened(descriptor) is not None:
            self._ask("pread")
        return bytes(self._real["pread"](descriptor, size, offset))

    def _do_ftruncate(self, descriptor: int, size: int) -> None:
        node = self._names.opened(descriptor)
        if node is None:
            self._real["ftruncate"](descriptor, size)
            return
        self._ask("ftruncate")
        before = os.fstat(descriptor).st_size
        self._real["ftruncate"](descriptor, size)
        self.changes.append(Sized(node, size))
        self.fault.freed(max(0, before - size))

    def _do_posix_fallocate(self, descriptor: int, offset: int, size: int) -> None:
        node = self._names.opened(descriptor)
        if node is not None:
            self._ask("posix_fallocate")
        self._real["posix_fallocate"](descriptor, offset, size)
        if node is not None:
            self.changes.append(Sized(node, os.fstat(descriptor).st_size))

    def _do_fsync(self, descriptor: int) -> None:
        self._sync("fsync", descriptor)

    def _do_fdatasync(self, descriptor: int) -> None:
        self._sync("fdatasync", descriptor)

    def _sync(self, call: str, descriptor: int) -> None:
        node = self._names.opened(descriptor)
        if node is None:
            self._real[call](descriptor)
        elif self._honest:
            try:
                self._ask(call)
            except OSError:
                self.changes.append(SyncFailed(node))
                raise
            self.changes.append(Synced(node))


class _WatchedFile(io.RawIOBase):
    """What `open` gives, with every call going through `os`."""

    def __init__(self, path: Any, mode: str) -> None:
        flags = os.O_RDWR | (os.O_CREAT if set(mode) & set("wax") else 0)
        flags |= os.O_TRUNC if "w" in mode else os.O_APPEND if "a" in mode else 0
        self._descriptor = os.open(path, flags)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def readinto(self, buffer: Any) -> int:
        content = os.read(self._descriptor, len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def write(self, content: Any) -> int:
        return os.write(self._descriptor, bytes(content))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def truncate(self, size: int | None = None) -> int:
        end = os.lseek(self._descriptor, 0, os.SEEK_CUR) if size is None else size
        os.ftruncate(self._descriptor, end)
        return end

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()
