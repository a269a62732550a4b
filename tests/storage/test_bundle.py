"""A rescue bundle opens whole, with the right secret, or not at all."""

import base64
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civictui.codec import decode_object, encode
from civictui.domain.errors import (
    CivicError,
    StoreDamaged,
    StoreError,
    StoreFull,
    UsageError,
    WrongPassword,
)
from civictui.domain.model import Draft, JobKind, TransferJob
from civictui.storage import bundle_items, sealed_stream
from civictui.storage.bundle import (
    MAGIC,
    Bundle,
    open_with_password,
    open_with_recovery_key,
    write_bundle,
)
from civictui.storage.bundle_items import Whose
from civictui.storage.bundle_slots import recovery_slot
from civictui.storage.recovery_slots import Slot
from civictui.storage.rescue import UnsentWork
from civictui.storage.slots import COSTS, Locksmith

SMITH = Locksmith(COSTS[-1:])
PASSWORD = "correct horse battery"
WHOSE = Whose("gateway-1", "asha")
PRIVATE = X25519PrivateKey.from_private_bytes(bytes(range(32)))
RECOVERY = {
    "kid": "k1",
    "public_key": base64.urlsafe_b64encode(PRIVATE.public_key().public_bytes_raw()).decode()[:-1],
}
PICTURES = {"large.jpg": os.urandom(150_000), "small.jpg": b"s" * 900, "drafted.jpg": b"d" * 70}


def job(key: str, kind: JobKind) -> TransferJob:
    size = len(PICTURES[key])
    return TransferJob(
        key=key, kind=kind, reports=("r1",), photo="large.jpg", bytes=size, sha256="0" * 64
    )


WORK = UnsentWork(
    docs=(
        {
            "_id": "r1",
            "_rev": "1-a",
            "_revisions": {"start": 1, "ids": ["a"]},
            "problemDescription": "Lámp \U0001f600",
        },
    ),
    jobs=(job("small.jpg", JobKind.THUMBNAIL), job("large.jpg", JobKind.LARGE)),
    drafts=(Draft.from_doc({"id": "d1", "photos": [{"large": "drafted.jpg"}]}),),
    from_elsewhere=True,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bundle"


@pytest.fixture
def written(path: Path) -> Path:
    write(path)
    return path


def write(path: Path, work: UnsentWork = WORK, password: str = PASSWORD) -> None:
    write_bundle(path, WHOSE, work, PICTURES.get, password=password, smith=SMITH, recovery=RECOVERY)


def opened(path: Path, password: str = PASSWORD) -> Bundle:
    return open_with_password(path, password, SMITH)


def test_what_was_put_in_comes_out(written: Path) -> None:
    with opened(written) as bundle:
        assert (bundle.gateway, bundle.user) == ("gateway-1", "asha")
        assert bundle.work == WORK
        assert bundle.docs == list(WORK.docs)
        assert {key: bundle.picture(key) for key in PICTURES} == PICTURES
        assert bundle.picture("other.jpg") is None


def test_the_gateway_opens_it_by_the_organisations_key_and_gets_no_pictures_of_drafts(
    written: Path,
) -> None:
    with open_with_recovery_key(written, PRIVATE.private_bytes_raw()) as bundle:
        assert (bundle.gateway, bundle.user) == ("gateway-1", "asha")
        assert dict(bundle.objects()) == {key: PICTURES[key] for key in ("small.jpg", "large.jpg")}


def test_nothing_in_it_can_be_read_and_nobody_else_may_try(written: Path) -> None:
    content = written.read_bytes()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    for canary in (b"asha", b"gateway-1", b"large.jpg", b"sssss", b"problem", PASSWORD.encode()):
        assert canary not in content


def test_two_bundles_of_the_same_work_share_no_key(tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        write(tmp_path / name)
        contents.append((tmp_path / name).read_bytes()[-1000:])
    assert contents[0] != contents[1]


def test_another_password_or_another_key_opens_nothing(written: Path) -> None:
    with pytest.raises(WrongPassword):
        opened(written, "incorrect horse battery")
    with pytest.raises(StoreDamaged):
        open_with_recovery_key(written, bytes(32 * [7]))


def test_without_a_known_recovery_key_the_password_alone_opens_it(path: Path) -> None:
    write_bundle(path, WHOSE, WORK, PICTURES.get, password=PASSWORD, smith=SMITH)
    with pytest.raises(UsageError, match="no slot for the organisation"):
        open_with_recovery_key(path, PRIVATE.private_bytes_raw())
    opened(path).close()


def test_a_pepper_of_this_device_is_not_needed_elsewhere(path: Path) -> None:
    here = Locksmith(COSTS[-1:], pepper=b"p" * 32)
    write_bundle(path, WHOSE, WORK, PICTURES.get, password=PASSWORD, smith=here)
    opened(path).close()


def test_a_picture_that_cannot_be_had_is_left_out(path: Path) -> None:
    write_bundle(path, WHOSE, WORK, lambda _: None, password=PASSWORD, smith=SMITH)
    with opened(path) as bundle:
        assert list(bundle.objects()) == []
        assert bundle.work == WORK


def test_a_file_that_is_there_is_never_written_over(written: Path) -> None:
    before = written.read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        write(written)
    assert written.read_bytes() == before


@pytest.mark.parametrize("name", ["no/such/folder", "."])
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        write(tmp_path / name)


def test_more_than_can_be_read_again_is_not_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_items, "ROWS_BYTES", 100)
    with pytest.raises(StoreError, match="too much"):
        write(path)
    assert not path.exists()


def test_a_full_disk_leaves_no_half_bundle(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealed_stream, "write_all", full)
    with pytest.raises(StoreFull):
        write(path)
    assert not path.exists()


# --- damage ----------------------------------------------------------------------------------


def test_a_flip_of_any_byte_is_noticed_before_anything_is_taken_in(written: Path) -> None:
    content = bytearray(written.read_bytes())
    slots = content.index(b'"slots"')
    places = [*range(8), *range(slots, slots + 60, 3), *range(1000, len(content), 997)]
    for place in [*places, len(content) - 1]:
        content[place] ^= 0x10
        written.write_bytes(content)
        with pytest.raises(CivicError):
            opened(written)
        content[place] ^= 0x10
    written.write_bytes(content)
    opened(written).close()


def chunk_starts(content: bytes) -> list[int]:
    start = len(MAGIC) + 4 + int.from_bytes(content[4:8], "big")
    return list(range(start, len(content), sealed_stream.SEALED_CHUNK))


def test_a_cut_file_is_noticed_wherever_it_was_cut(written: Path) -> None:
    content = written.read_bytes()
    ends = [0, 3, 7, 8, 100, *chunk_starts(content), len(content) - 1]
    for end in ends:
        written.write_bytes(content[:end])
        with pytest.raises(CivicError):
            opened(written)


def test_chunks_that_changed_places_or_came_from_another_bundle_are_noticed(
    written: Path, tmp_path: Path
) -> None:
    content = written.read_bytes()
    one, two, *_ = chunk_starts(content)
    size = sealed_stream.SEALED_CHUNK
    swapped = content[:one] + content[two : two + size] + content[one:two] + content[two + size :]
    write(tmp_path / "other")
    other = (tmp_path / "other").read_bytes()
    spliced = content[:two] + other[two:]
    exchanged_header = other[:one] + content[one:]
    longer = content + content[one:two]
    for changed in (swapped, spliced, exchanged_header, longer):
        written.write_bytes(changed)
        with pytest.raises(StoreDamaged):
            opened(written)


def test_a_header_of_another_slot_order_or_a_dropped_slot_is_noticed(written: Path) -> None:
    content = written.read_bytes()
    (start, *_) = chunk_starts(content)
    header = decode_object(content[8:start])
    for slots in (header["slots"][::-1], header["slots"][:1]):
        changed = encode({**header, "slots": slots})
        written.write_bytes(MAGIC + len(changed).to_bytes(4, "big") + changed + content[start:])
        with pytest.raises(StoreDamaged):
            opened(written)


# --- what is no bundle, or a hostile one -------------------------------------------------------


def with_header(header: object) -> bytes:
    content = encode(header)
    return MAGIC + len(content).to_bytes(4, "big") + content + b"0" * 100


IDENTITY = base64.b64encode(bytes(16)).decode()
DEAR = {"type": "password", "m": 1 << 30, "t": 1, "p": 1, "salt": IDENTITY, "c": IDENTITY}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"CVX",
        b"\x89PNG" + bytes(100),
        MAGIC + b"\xff\xff\xff\xff" + bytes(100),
        MAGIC + b"\x00\x00\x00\x02[]",
        with_header({}),
        with_header({"v": 1, "bundle": IDENTITY, "slots": []}),
        with_header({"v": 1, "bundle": IDENTITY, "slots": [1]}),
        with_header({"v": 1, "bundle": IDENTITY, "slots": [{}] * 9}),
        with_header({"v": 1, "bundle": "AA==", "slots": [{"type": "password"}]}),
        with_header({"v": 1, "bundle": IDENTITY, "slots": [{"type": "password"}]}),
        with_header({"v": 1, "bundle": IDENTITY, "slots": [DEAR]}),
        with_header({"v": 2}),
        with_header({"v": 2, "bundle": IDENTITY, "slots": [DEAR]}),
    ],
)
def test_what_is_no_bundle_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises((UsageError, StoreDamaged)):
        opened(path)
    with pytest.raises((UsageError, StoreDamaged)):
        open_with_recovery_key(path, bytes(32))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "missing"):
        with pytest.raises(UsageError):
            opened(tmp_path / name)


def row(kind: bytes, value: object) -> bytes:
    content = encode(value)
    return kind + len(content).to_bytes(4, "big") + content


HEAD = row(b"H", {"gateway": "g", "user": "u"})
GOOD_JOB = WORK.jobs[0].to_doc()
DEEP: object = {}
for _ in range(80):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize(
    "items",
    [
        b"",
        b"H",
        row(b"D", WORK.docs[0]),
        HEAD + HEAD,
        row(b"H", {"gateway": "g"}),
        row(b"H", ["g", "u"]),
        HEAD + row(b"X", {}),
        HEAD + row(b"D", {"_id": "r1"}),
        HEAD + row(b"D", {"_id": "r1", "_rev": "one"}),
        HEAD + row(b"D", {"_id": 1, "_rev": "1-a"}),
        HEAD + row(b"D", {"_id": "r1", "_rev": "1-a", "x": DEEP}),
        HEAD + row(b"T", {}),
        HEAD + row(b"T", {**GOOD_JOB, "kind": "other"}),
        HEAD + row(b"T", {**GOOD_JOB, "more": 1}),
        HEAD + row(b"T", {**GOOD_JOB, "reports": [1]}),
        HEAD + row(b"T", {**GOOD_JOB, "bytes": -1}),
        HEAD + row(b"R", {"id": None}),
        HEAD + b"D\x00\x00\x00\x02{]",
        HEAD + b"D\xff\xff\xff\xff{}",
        HEAD + b"D\x00\x00\x00\x05{}",
        HEAD + b"P\x00\x00\x00\x01a",
        HEAD + b"P\x00\x00\x00\x04\x00\x09ab",
        HEAD + b"P\x00\x00\x00\x09\x00\x01ab",
        HEAD + b"P\x00\x00\x00\x03\x00\x01\xff",
        HEAD + b"P\xff\xff\xff\xff\x00\x01ab",
    ],
)
def test_items_that_no_bundle_of_ours_holds_are_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch, items: bytes
) -> None:
    def hostile(*_: object) -> Iterator[bytes]:
        yield items

    monkeypatch.setattr("civictui.storage.bundle.written", hostile)
    write(path)
    with pytest.raises(StoreDamaged):
        opened(path)


def test_the_caps_hold(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path)
    for name, most in (("ROWS_BYTES", 100), ("MOST_ITEMS", 3), ("PICTURE_BYTES", 1000)):
        with monkeypatch.context() as patch:
            patch.setattr(bundle_items, name, most)
            with pytest.raises(StoreDamaged):
                opened(path)
    opened(path).close()


def test_a_recovery_slot_that_names_somebody_else_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def for_mallory(identity: bytes, recovery: object, whose: Whose, key: bytearray) -> Slot:
        return recovery_slot(identity, RECOVERY, Whose(whose.gateway, "mallory"), key)

    monkeypatch.setattr("civictui.storage.bundle.recovery_slot", for_mallory)
    write(path)
    with pytest.raises(StoreDamaged, match="different users"):
        open_with_recovery_key(path, PRIVATE.private_bytes_raw())


def test_a_long_stream_is_read_from_any_place(tmp_path: Path) -> None:
    content = os.urandom(3 * sealed_stream.CHUNK_BYTES)
    descriptor = os.open(tmp_path / "stream", os.O_RDWR | os.O_CREAT)
    key, aad = bytes(32), b"aad"
    stream = sealed_stream.SealingStream(descriptor, key, aad)
    for start in range(0, len(content), 50_000):
        stream.write(content[start : start + 50_000])
    stream.finish()
    reading = sealed_stream.OpeningStream(descriptor, 0, key, aad)
    reading.check()
    assert reading.size == len(content)
    for start, size in ((0, len(content)), (65_535, 2), (131_072, 65_536), (196_608, 0)):
        assert reading.read(start, size) == content[start : start + size]
    for start, size in ((0, len(content) + 1), (len(content), 1), (5, -1)):
        with pytest.raises(StoreDamaged):
            reading.read(start, size)
    os.close(descriptor)
