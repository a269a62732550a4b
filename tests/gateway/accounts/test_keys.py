"""The gateway's signing key and the recovery key: made once, never replaced, taken off line."""

import base64
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civictui.domain.errors import StoreDamaged, StoreError, UsageError
from civictui.gateway.accounts.recovery import RecoveryKey
from civictui.gateway.accounts.recovery_file import key_id
from civictui.gateway.audit import Audit
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.signing import SigningKey
from civictui.storage.envelope import is_signed


def again(folder: GatewayFolder) -> GatewayFolder:
    return GatewayFolder.open(folder.path, 5)


def test_the_signing_key_is_made_once(folder: GatewayFolder) -> None:
    first, second = SigningKey.of(folder), SigningKey.of(again(folder))
    assert first.public_key == second.public_key
    assert is_signed(first.public_key, second.sign(b"x"), b"x")
    assert again(folder).id == folder.id
    assert again(folder).made == folder.made


def test_the_recovery_key_is_made_once(folder: GatewayFolder) -> None:
    first, second = RecoveryKey(folder), RecoveryKey(again(folder))
    private = first.private()
    assert private == second.private()
    assert private
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    assert base64.urlsafe_b64decode(first.public_key + "=") == public
    assert first.kid == key_id(public)
    assert len(first.kid) == 16


@pytest.mark.parametrize("name", ["signing", "recovery"])
def test_a_lost_key_is_not_replaced(folder: GatewayFolder, name: str) -> None:
    SigningKey.of(folder)
    RecoveryKey(folder)
    path = folder.path / name
    content = path.read_bytes()
    path.unlink()
    with pytest.raises(StoreDamaged, match=f"{name} is gone"):
        (SigningKey.of if name == "signing" else RecoveryKey)(again(folder))
    assert not path.exists()
    path.write_bytes(content)
    SigningKey.of(folder)
    RecoveryKey(folder)


@pytest.mark.parametrize("name", ["signing", "recovery"])
def test_a_damaged_key_is_said(folder: GatewayFolder, name: str) -> None:
    SigningKey.of(folder)
    RecoveryKey(folder)
    path = folder.path / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreDamaged, match=name):
        (SigningKey.of if name == "signing" else RecoveryKey)(folder)


def test_the_one_is_not_taken_for_the_other(folder: GatewayFolder) -> None:
    SigningKey.of(folder)
    RecoveryKey(folder)
    (folder.path / "recovery").write_bytes((folder.path / "signing").read_bytes())
    with pytest.raises(StoreDamaged):
        RecoveryKey(folder)


def test_a_crash_between_the_key_and_the_note_of_it(folder: GatewayFolder) -> None:
    identity = (folder.path / "identity").read_bytes()
    kid = RecoveryKey(folder).kid
    (folder.path / "identity").write_bytes(identity)  # as before the key was made
    assert RecoveryKey(again(folder)).kid == kid
    (folder.path / "recovery").unlink()
    with pytest.raises(StoreDamaged):  # by now it was noted
        RecoveryKey(again(folder))


def test_the_key_goes_off_line(folder: GatewayFolder, audit: Audit, tmp_path: Path) -> None:
    key, file = RecoveryKey(folder), tmp_path / "medium"
    private, kid, public = key.private(), key.kid, key.public_key
    assert private
    key.take_off_line(file, audit)
    text = base64.urlsafe_b64encode(private).decode().rstrip("=")
    assert file.read_text() == f"CIVICTUI-RECOVERY-KEY 1\n{kid}\n{text}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for kept in (key, RecoveryKey(again(folder))):
        assert kept.private() is None
        assert (kept.kid, kept.public_key) == (kid, public)
    assert audit.lines()[0][-1]["action"] == "recovery-key-off-line"
    assert audit.lines()[0][-1]["outcome"] == "done"


def test_it_goes_off_line_once(folder: GatewayFolder, audit: Audit, tmp_path: Path) -> None:
    key = RecoveryKey(folder)
    key.take_off_line(tmp_path / "one", audit)
    with pytest.raises(UsageError, match="off line already"):
        key.take_off_line(tmp_path / "two", audit)
    assert not (tmp_path / "two").exists()


def test_no_file_is_overwritten(folder: GatewayFolder, audit: Audit, tmp_path: Path) -> None:
    key, file = RecoveryKey(folder), tmp_path / "there"
    file.write_text("mine")
    with pytest.raises(UsageError, match="already"):
        key.take_off_line(file, audit)
    assert file.read_text() == "mine"
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError):
        key.take_off_line(link, audit)
    with pytest.raises(UsageError, match="cannot be written"):
        key.take_off_line(tmp_path / "no" / "folder", audit)
    assert key.private()


def test_it_must_leave_the_folder(folder: GatewayFolder, audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(folder.path)
    for path in (folder.path / "key", folder.path / "audit" / "key", tmp_path / "way" / "key"):
        with pytest.raises(UsageError, match="is to leave"):
            RecoveryKey(folder).take_off_line(path, audit)
    assert RecoveryKey(folder).private()


@pytest.mark.parametrize("fault", ["recovery.tmp", "audit.lock"])
def test_a_failure_leaves_the_key_where_it_was(
    folder: GatewayFolder, audit: Audit, tmp_path: Path, fault: str
) -> None:
    key = RecoveryKey(folder)
    (folder.path / fault).unlink(missing_ok=True)
    (folder.path / fault).mkdir()
    with pytest.raises(StoreError):
        key.take_off_line(tmp_path / "medium", audit)
    assert key.private()
    assert not (tmp_path / "medium").exists()


def test_a_key_that_was_forgotten_stays_in_its_file(
    folder: GatewayFolder, audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new content is in place, and only then the disk reports an error."""
    key = RecoveryKey(folder)
    plain = key._file.write

    def late(document: dict[str, str]) -> None:
        plain(document)
        raise StoreError("the folder could not be synced")

    monkeypatch.setattr(key._file, "write", late)
    with pytest.raises(StoreError):
        key.take_off_line(tmp_path / "medium", audit)
    assert key.private() is None
    assert key.kid in (tmp_path / "medium").read_text()
    assert audit.lines()[0][-1]["outcome"] == "failed"
