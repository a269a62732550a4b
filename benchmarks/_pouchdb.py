"""PouchDB 9 in a process of its own, doing what the program does, with its own defaults."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from _servers import Server

from civictui.codec import decode_object, encode
from civictui.domain.model import Doc

_HERE = Path(__file__).parent
_MODULES = _HERE.parent / "tests" / "peers" / "node_modules" / "pouchdb"


def is_installed() -> bool:
    return bool(shutil.which("node")) and _MODULES.is_dir()


class PouchDB:
    """Databases in folders; every call gives the seconds that it took there."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def fill(self, folder: Path, docs: Sequence[Doc]) -> float:
        """Write the documents as a client of PouchDB does, with revisions that it makes."""
        bodies = [{k: v for k, v in doc.items() if k != "_rev"} for doc in docs]
        return self._asked({"do": "fill", "folder": str(folder), "docs": bodies}, len(docs))

    def pull(self, folder: Path, server: Server, count: int) -> float:
        return self._replicated("pull", folder, server, count)

    def push(self, folder: Path, server: Server, count: int) -> float:
        return self._replicated("push", folder, server, count)

    def _replicated(self, way: str, folder: Path, server: Server, count: int) -> float:
        where = {"url": server.url, "authorization": server.authorization}
        return self._asked({"do": way, "folder": str(folder), **where}, count)

    def _asked(self, question: Doc, count: int) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(encode(question) + b"\n")
        self._process.stdin.flush()
        answer = decode_object(self._process.stdout.readline())
        assert answer["count"] == count, answer
        return float(answer["seconds"])


@contextmanager
def pouchdb() -> Iterator[PouchDB]:
    """Begin the process; its end is the end of its input."""
    node = shutil.which("node")
    assert node is not None
    command = [node, str(_HERE / "pouchdb.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield PouchDB(process)
