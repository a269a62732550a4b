"""Sealed pictures: whole or refused, and nameless."""

import os
from pathlib import Path

import pytest

from civictui.domain.errors import StoreDamaged
from civictui.storage.blobs import CHUNK_BYTES, BlobFiles

KEY, STORE = os.urandom(32), os.urandom(16)


@pytest.fixture
def blobs(private: Path) -> BlobFiles:
    return BlobFiles(private / "blob", KEY, STORE)


def file_of(private: Path) -> Path:
    (found,) = (path for path in private.rglob("*") if path.is_file())
    return found


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 200_000])
def test_a_picture_comes_back(blobs: BlobFiles, size: int) -> None:
    content = os.urandom(size)
    blobs.put("a.jpg", content)
    assert blobs.get("a.jpg") == content
    assert blobs.size("a.jpg") == size
    assert blobs.has("a.jpg")


def test_what_is_not_here_is_none(blobs: BlobFiles) -> None:
    assert blobs.get("no") is None
    assert blobs.size("no") is None
    assert blobs.sha256("no") is None
    assert not blobs.has("no")


@pytest.mark.parametrize("key", ["../../etc/passwd", "/abs", "a/b", "\x00", "x" * 5000, "\ud800"])
def test_no_key_leaves_the_folder(blobs: BlobFiles, private: Path, key: str) -> None:
    blobs.put(key, b"content")
    assert blobs.get(key) == b"content"
    assert file_of(private).parent.parent == private / "blob"


def test_every_changed_byte_is_noticed(blobs: BlobFiles, private: Path) -> None:
    blobs.put("a", b"picture" * 10)
    path = file_of(private)
    whole = path.read_bytes()
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 1
        path.write_bytes(changed)
        with pytest.raises(StoreDamaged):
            blobs.get("a")
        assert blobs.get_or_none("a") is None


def test_every_cut_is_noticed_at_chunk_borders_too(blobs: BlobFiles, private: Path) -> None:
    blobs.put("a", bytes(3 * CHUNK_BYTES))
    path = file_of(private)
    whole = path.read_bytes()
    sealed = CHUNK_BYTES + 16
    for size in (0, 3, 20, 21, 20 + sealed, 20 + 2 * sealed, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(StoreDamaged):
            blobs.get("a")
    path.write_bytes(whole[:20] + whole[20 + sealed : 20 + 2 * sealed] + whole[20 : 20 + sealed])
    with pytest.raises(StoreDamaged):
        blobs.get("a")


def test_files_of_two_pictures_cannot_be_exchanged(blobs: BlobFiles, private: Path) -> None:
    blobs.put("a", b"one")
    first = file_of(private)
    content = first.read_bytes()
    first.unlink()
    blobs.put("b", b"two")
    file_of(private).write_bytes(content)
    with pytest.raises(StoreDamaged):
        blobs.get("b")


def test_a_damaged_picture_can_be_written_again(blobs: BlobFiles, private: Path) -> None:
    blobs.put("a", b"picture")
    file_of(private).write_bytes(b"CVB1")
    blobs.put("a", b"picture")
    assert blobs.get("a") == b"picture"
