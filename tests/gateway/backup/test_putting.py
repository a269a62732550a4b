"""A back-up that is not as it was written, and places where none may go."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civictui.clock import SystemClock
from civictui.domain.errors import CivicError, StoreDamaged, UsageError
from civictui.gateway.backup import new_folder, putting
from civictui.gateway.backup.container import END, FILE, PIECE, VOID, WHOLE, BackupWriter
from civictui.gateway.backup.putting import check, restore
from civictui.gateway.folder import GatewayFolder
from tests.gateway.backup.conftest import backed_up, put_back

_HEADER = 48


@pytest.fixture
def backup(filled: GatewayFolder, tmp_path: Path) -> Path:
    backed_up(filled, tmp_path / "backup")
    return tmp_path / "backup"


def assert_refused(folder: GatewayFolder, file: Path, error: type[CivicError]) -> str:
    """Neither is it called whole, nor is anything restored. Gives what a person is told."""
    with pytest.raises(error):
        check(file, folder.path / "gateway.key")
    with pytest.raises(error) as told:
        put_back(folder, file, file.parent / "new")
    assert not [path for path in file.parent.iterdir() if path.name.startswith("new")]
    assert told.value.advice
    return told.value.sentence


_many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@_many
@given(st.data())
def test_every_turned_bit_is_noticed(
    filled: GatewayFolder, backup: Path, data: st.DataObject
) -> None:
    content = bytearray(backup.read_bytes())
    at = data.draw(st.one_of(st.integers(0, 100), st.integers(0, len(content) - 1)))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    other = backup.with_name("turned")
    other.write_bytes(content)
    with pytest.raises((StoreDamaged, UsageError)):
        check(other, filled.path / "gateway.key")


@_many
@given(st.data())
def test_every_cut_is_noticed(filled: GatewayFolder, backup: Path, data: st.DataObject) -> None:
    content = backup.read_bytes()
    assert len(content) > _HEADER + 65552
    edges = st.sampled_from([0, 3, _HEADER - 1, _HEADER, _HEADER + 65552, len(content) - 1])
    size = data.draw(st.one_of(edges, st.integers(0, len(content) - 1)))
    other = backup.with_name("cut")
    other.write_bytes(content[:size])
    with pytest.raises((StoreDamaged, UsageError)):
        check(other, filled.path / "gateway.key")


@pytest.mark.parametrize("where", ["end", "chunk", "byte"])
def test_nothing_of_a_cut_one_is_restored(filled: GatewayFolder, backup: Path, where: str) -> None:
    content = backup.read_bytes()
    cut = {"end": len(content) - 1, "chunk": _HEADER + 65552, "byte": 70_001}[where]
    backup.write_bytes(content[:cut])
    assert "not whole" in assert_refused(filled, backup, StoreDamaged)


def test_something_behind_its_end_is_noticed(filled: GatewayFolder, backup: Path) -> None:
    with backup.open("ab") as file:
        file.write(b"more")
    assert_refused(filled, backup, StoreDamaged)


def test_another_key_is_named_as_such(filled: GatewayFolder, backup: Path) -> None:
    other = GatewayFolder.open(filled.path.with_name("other"), 0)
    assert "gateway.key" in assert_refused(other, backup, UsageError)


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_file_that_is_no_key_is_named(backup: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    for name in ("key", "none"):
        with pytest.raises(UsageError, match=name):
            check(backup, tmp_path / name)


def test_another_file_and_a_later_format_are_told_apart(
    filled: GatewayFolder, backup: Path
) -> None:
    content = backup.read_bytes()
    backup.write_bytes(b"PK" + content[2:])
    assert "no back-up" in assert_refused(filled, backup, UsageError)
    backup.write_bytes(content[:4] + (2).to_bytes(4, "big") + content[8:])
    assert "format 2" in assert_refused(filled, backup, UsageError)
    backup.unlink()
    assert "cannot be read" in assert_refused(filled, backup, UsageError)
    backup.mkdir()
    assert "no file" in assert_refused(filled, backup, UsageError)


class Forger(BackupWriter):
    """Somebody who has the key and means ill, or a program with a fault."""

    def put(self, kind: bytes, content: bytes) -> None:
        self._put(kind, content)


def forged(folder: GatewayFolder, file: Path, *items: tuple[bytes, bytes]) -> Path:
    with file.open("xb", buffering=0) as out:
        about = {"gateway": folder.id, "made": "", "program": ""}
        writer = Forger(out.fileno(), folder.key("backup"), folder.store, about)
        for kind, content in items:
            writer.put(kind, content)
        writer._stream.finish()
    return file


@pytest.mark.parametrize(
    "path",
    [
        "../out", "/etc/out", "a/../../out", "a//b", ".", "", "a/.", "gateway.key/../x",
        "a\0b", "/".join(["a"] * 65),
    ],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(
    folder: GatewayFolder, tmp_path: Path, path: str
) -> None:
    items = [(FILE, path.encode()), (WHOLE, bytes(8)), (END, b'{"files":1,"bytes":0}')]
    file = forged(folder, tmp_path / "backup", *items)
    assert "where none may be" in assert_refused(folder, file, StoreDamaged)
    assert not (tmp_path / "out").exists()


_A = (FILE, b"a")
_EMPTY, _DONE = (WHOLE, bytes(8)), (END, b'{"files":0,"bytes":0}')


@pytest.mark.parametrize(
    "items",
    [
        [],
        [_A],
        [_A, _EMPTY],
        [_A, _DONE],
        [_A, _A, _EMPTY, _DONE],
        [(PIECE, b"x"), _DONE],
        [_EMPTY, _DONE],
        [(VOID, b""), _DONE],
        [_DONE, _DONE],
        [(END, b'{"files":1,"bytes":0}')],
        [(END, b"nonsense")],
        [_A, (PIECE, b"x"), _EMPTY, _DONE],
        [_A, (WHOLE, b"short"), _DONE],
        [(b"?", b""), _DONE],
        [(FILE, b"gateway.key"), _EMPTY, (END, b'{"files":1,"bytes":0}')],
        [_A, _EMPTY, _A, _EMPTY, (END, b'{"files":2,"bytes":0}')],
        [_DONE],
    ],
)
def test_items_in_no_order_of_ours_are_refused(
    folder: GatewayFolder, tmp_path: Path, items: list[tuple[bytes, bytes]]
) -> None:
    file = forged(folder, tmp_path / "backup", *items)
    with pytest.raises(CivicError):
        put_back(folder, file, tmp_path / "new")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("new")]


def test_only_a_place_that_is_empty_is_taken(
    filled: GatewayFolder, backup: Path, tmp_path: Path
) -> None:
    for name in ("full", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "full" / "x").touch()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    for name in ("full", "link", "full/x", "backup"):
        with pytest.raises(UsageError, match="not an empty folder"):
            put_back(filled, backup, tmp_path / name)
    with pytest.raises(UsageError, match="No folder can be made"):
        put_back(filled, backup, tmp_path / "nowhere" / "new")
    assert put_back(filled, backup, tmp_path / "empty").documents == 20


def test_a_place_that_is_taken_meanwhile_is_left_alone(
    filled: GatewayFolder, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def occupy(_: Path) -> None:
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "x").touch()

    monkeypatch.setattr(new_folder, "_sync_all", occupy)
    with pytest.raises(UsageError, match="not an empty folder"):
        put_back(filled, backup, tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["x"]
    assert not list(tmp_path.glob("*.part"))


def test_a_folder_that_does_not_open_is_not_given_a_name(
    filled: GatewayFolder, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prove(*_: object) -> None:
        raise StoreDamaged("It does not open", "Nothing was restored.")

    monkeypatch.setattr(putting, "_prove", prove)
    with pytest.raises(StoreDamaged):
        restore(backup, filled.path / "gateway.key", tmp_path / "new", SystemClock())
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("new")]


def test_its_files_are_private(filled: GatewayFolder, backup: Path, tmp_path: Path) -> None:
    put_back(filled, backup, tmp_path / "new")
    for path in (tmp_path / "new", *(tmp_path / "new").rglob("*")):
        assert path.stat().st_mode & 0o077 == 0
        assert path.stat().st_uid == os.geteuid()
