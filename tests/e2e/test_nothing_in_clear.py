"""Grep of every folder, the gateway's too, while all run and after kill -9."""

from pathlib import Path

import pytest

from civictui.demo import seed
from tests.e2e.processes import PASSWORD, Gateway, Terminal

pytestmark = pytest.mark.e2e

_JPEG = b"\xff\xd8\xff"


def test_no_folder_tells_anything(tmp_path: Path, photo: Path) -> None:
    gateway = Gateway(tmp_path / "gateway").start()
    one = Terminal(tmp_path / "one", "demo")
    one.sync(gateway)
    one.new(description="Canary description", photo=str(photo), address="Canary address")
    one.sync(gateway)
    one.new(description="Canary unsent", address="Canary unsent address")
    words = _words()
    assert _hits(tmp_path, words) == []
    gateway.stop(kill=True)
    assert _hits(tmp_path, words) == []


def _words() -> set[bytes]:
    words = {b"Canary", b"asha", PASSWORD.encode(), b"sf311", b"reportedBy", _JPEG}
    for document in seed.documents():
        words.add(document["problemDescription"].encode())
        words.add(document.get("address", "Canary").encode())
    return words


def _hits(folder: Path, words: set[bytes]) -> list[tuple[str, bytes]]:
    """Every word found in a name or in a content; three-byte ones count only at a file's start.

    Random bytes hold any given three bytes once in 16 MB: by chance, not by leak.
    """
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 20
    hits = []
    for path in files:
        content = path.read_bytes()
        if content.startswith(_JPEG):
            hits.append((path.name, _JPEG))
        seen = str(path.relative_to(folder)).encode() + b"\n" + content
        hits += [(path.name, word) for word in words if len(word) > 4 and word in seen]
    return hits
