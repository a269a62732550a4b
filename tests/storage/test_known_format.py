"""Known answers of our own format: fixed keys and nonces give these bytes, for ever.

Each is opened again by a reader that knows only docs/store-format.md. The bytes are frozen in
`known-answers.json`; where a test here fails, the format was changed, not the file.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civictui.domain.model import JobKind, TransferJob
from civictui.domain.ports import RecoveryKey
from civictui.storage.blobs import BlobFiles
from civictui.storage.bundle import write_bundle
from civictui.storage.bundle_items import Whose
from civictui.storage.envelope import blind
from civictui.storage.keyring import Keyring
from civictui.storage.record import NO_TAG, RecordCipher
from civictui.storage.rescue import UnsentWork
from civictui.storage.slots import COSTS, Locksmith
from civictui.storage.spares import SpareCopies
from tests.storage import by_the_book
from tests.storage.test_known_answers import ALICE, BOB, BOB_PUBLIC, text

KNOWN = Path(__file__).parent.parent / "data" / "store-v1" / "known-answers.json"
KEY, STORE = bytes(range(32)), bytes(range(100, 116))
PASSWORD = "correct horse battery"
DOC = {"_id": "r1", "_rev": "1-a", "_revisions": {"start": 1, "ids": ["a"]}, "text": "Z\u00fcrich"}
JOB = TransferJob(
    key="a.jpg", kind=JobKind.LARGE, reports=("r1",), photo="a.jpg", bytes=3, sha256="0" * 64
)


class _AliceSends:
    """`X25519PrivateKey` whose new keys are all the one of RFC 7748."""

    from_private_bytes = staticmethod(X25519PrivateKey.from_private_bytes)

    @staticmethod
    def generate() -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(ALICE)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The frozen bytes; what is made in the test is made with known randomness."""
    monkeypatch.setattr(os, "urandom", lambda size: bytes(range(size)))
    monkeypatch.setattr("civictui.storage.envelope.X25519PrivateKey", _AliceSends)
    monkeypatch.setattr("civictui.storage.bundle.random_key", lambda: bytearray(KEY))
    frozen: dict[str, str] = json.loads(KNOWN.read_text())
    return {name: bytes.fromhex(value) for name, value in frozen.items()}


def smith(pepper: bytes = b"") -> Locksmith:
    return Locksmith(COSTS[-1:], pepper, monotonic=lambda: 0.0)


def test_a_record(known: dict[str, bytes]) -> None:
    cipher = RecordCipher(KEY, STORE, 7)
    record, _ = cipher.seal(1, NO_TAG, b'[["docs","r1",{"a":1}],["docs","r2",null]]')
    assert record == known["record"]
    (rows,) = by_the_book.records(record, KEY, STORE, 7)
    assert rows == [["docs", "r1", {"a": 1}], ["docs", "r2", None]]


@pytest.mark.parametrize(("name", "size"), [("picture", 5), ("empty picture", 0)])
def test_a_picture(known: dict[str, bytes], tmp_path: Path, name: str, size: int) -> None:
    blobs = BlobFiles(tmp_path / "blob", KEY, STORE)
    blobs.put("a.jpg", b"p" * size)
    assert blobs.path("a.jpg").read_bytes() == known[name]
    assert by_the_book.picture(tmp_path, KEY, STORE, "a.jpg") == b"p" * size


def test_a_picture_of_two_chunks(known: dict[str, bytes], tmp_path: Path) -> None:
    blobs = BlobFiles(tmp_path / "blob", KEY, STORE)
    blobs.put("a.jpg", b"p" * 65_537)
    sealed = blobs.path("a.jpg").read_bytes()
    assert sealed[-17:] == known["last chunk"]
    assert by_the_book.picture(tmp_path, KEY, STORE, "a.jpg") == b"p" * 65_537


def test_a_keyring(known: dict[str, bytes]) -> None:
    recovery = RecoveryKey("k1", text(BOB_PUBLIC), "")
    key = bytearray(KEY)
    ring = Keyring(STORE, (smith().password_slot(STORE, PASSWORD, key),)).with_recovery(
        recovery, "gateway-1", "asha", key
    )
    assert ring.to_bytes() == known["keyring"]
    found = by_the_book.check_keyring(known["keyring"], KEY)
    assert by_the_book.by_password(STORE, found["slots"], PASSWORD) == KEY
    purpose = b"civictui/recovery/v1"
    opened = by_the_book.by_recovery_key(STORE, found["slots"], BOB, purpose)
    assert opened == KEY + b'{"gateway":"gateway-1","user":"asha"}'


def test_a_slot_with_pepper(known: dict[str, bytes]) -> None:
    slot = smith(b"pepper").password_slot(STORE, PASSWORD, bytearray(KEY))
    assert by_the_book.compact(slot) == known["slot with pepper"]
    assert by_the_book.by_password(STORE, [slot], PASSWORD, b"pepper") == KEY
    with pytest.raises(InvalidTag):
        by_the_book.by_password(STORE, [slot], PASSWORD)


def test_a_second_copy(known: dict[str, bytes], tmp_path: Path) -> None:
    SpareCopies(tmp_path, KEY, STORE).put("r1", [DOC], [JOB.to_doc()])
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.read_bytes() == known["second copy"]
    copy: Any = by_the_book.second_copies(tmp_path, KEY, STORE)["r1"]
    assert copy["docs"] == [DOC]
    assert copy["jobs"][0]["sha256"] == JOB.sha256


def test_a_bundle(known: dict[str, bytes], tmp_path: Path) -> None:
    write_bundle(
        tmp_path / "bundle",
        Whose("gateway-1", "asha"),
        UnsentWork((DOC,), (JOB,)),
        lambda _: b"pic",
        password=PASSWORD,
        smith=smith(),
        recovery={"kid": "k1", "public_key": text(BOB_PUBLIC)},
    )
    bundle = (tmp_path / "bundle").read_bytes()
    assert bundle == known["bundle"]
    owner, slots = by_the_book.header(bundle)
    assert by_the_book.by_password(owner, slots, PASSWORD) == KEY
    purpose = b"civictui/bundle-recovery/v1"
    assert by_the_book.by_recovery_key(owner, slots, BOB, purpose)[:32] == KEY
    found = by_the_book.items(bundle, KEY)
    assert [kind for kind, _ in found] == ["H", "D", "T", "P"]
    assert found[0][1] == {"gateway": "gateway-1", "user": "asha"}
    assert found[1][1] == DOC
    assert found[3][1] == ("a.jpg", b"pic")


def test_blinded_names(known: dict[str, bytes]) -> None:
    assert blind(KEY, b"store", b"gateway-1", b"asha") == known["blinded name"]
    assert by_the_book.blind(KEY, b"store", b"gateway-1", b"asha") == known["blinded name"]
