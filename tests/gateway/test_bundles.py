"""A rescue bundle taken in: judged like a push, the pictures first, and only once."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from civictui.domain.errors import StoreBusy, StoreDamaged, UsageError
from civictui.domain.model import JobKind, TransferJob
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.accounts.recovery import RecoveryKey
from civictui.gateway.audit import Audit
from civictui.gateway.bundles import Imported, import_bundle
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import audit_of, load
from civictui.gateway.server import GatewayThread
from civictui.storage.bundle import write_bundle
from civictui.storage.bundle_items import Whose
from civictui.storage.rescue import UnsentWork
from civictui.storage.slots import COSTS, Locksmith
from tests.gateway.peer import bearer, picture, push, report, revision

PICTURES = {
    f"{hashlib.sha256(content).hexdigest()}.jpg": content
    for content in (picture(1), picture(2, 32))
}


class Rescue:
    """Writes bundles for the gateway of `folder`."""

    def __init__(self, folder: GatewayFolder, place: Path) -> None:
        self.folder = folder
        self.file = place / "bundle"

    def write(
        self,
        *docs: dict[str, Any],
        user: str = "demo",
        gateway: str = "",
        pictures: dict[str, bytes] | None = None,
    ) -> Path:
        key = RecoveryKey(self.folder)
        found = PICTURES if pictures is None else pictures
        jobs = tuple(
            TransferJob(
                key=name,
                kind=JobKind.LARGE,
                reports=("r1",),
                photo=name,
                bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
            for name, content in found.items()
        )
        self.file.unlink(missing_ok=True)
        write_bundle(
            self.file,
            Whose(gateway or self.folder.id, user),
            UnsentWork(docs, jobs),
            found.get,
            password="another password",
            smith=Locksmith(COSTS[-1:]),
            recovery={"kid": key.kid, "public_key": key.public_key},
        )
        return self.file


@pytest.fixture
def rescue(folder: GatewayFolder, tmp_path: Path) -> Rescue:
    return Rescue(folder, tmp_path)


def counts(imported: Imported) -> tuple[int, int, int, int]:
    """Documents, pictures, found, refused."""
    return imported.documents, imported.pictures, imported.found, len(imported.refused)


def refusals(imported: Imported) -> list[tuple[str, str]]:
    return [(refusal.id, refusal.error) for refusal in imported.refused]


async def test_documents_and_pictures_come_in_once(
    rescue: Rescue, folder: GatewayFolder, audit: Audit
) -> None:
    docs = [report("r1"), report("r2")]
    file = rescue.write(*docs)
    for expected in ((2, 2, 0, 0), (0, 0, 4, 0)):
        assert counts(await asyncio.to_thread(import_bundle, folder, file)) == expected
    noted = [(line["action"], line["user"]) for line in audit.lines()[0][-2:]]
    assert noted == [("import", "demo")] * 2
    with GatewayThread(folder.path, cost=CHEAP) as running:
        origin = f"http://127.0.0.1:{running.port}"
        async with httpx.AsyncClient(base_url=origin, trust_env=False) as wire:
            wire.headers.update(await bearer(wire))
            for doc in docs:
                assert (await wire.get(f"/db/civic/{doc['_id']}?revs=true")).json() == doc
            for key, content in PICTURES.items():
                assert (await wire.get(f"/v1/objects/{key}")).content == content
            before = (await wire.get("/db/civic")).json()["update_seq"]
            assert await push(wire, *docs) == []  # the terminal comes back after all
            assert (await wire.get("/db/civic")).json()["update_seq"] == before


def test_it_is_judged_as_a_push_of_its_user(rescue: Rescue, folder: GatewayFolder) -> None:
    theirs, kept, mine = report("r1", "asha"), report("kept", "asha"), report("r2")
    load(folder, [theirs, kept], {})
    body = {"type": "report", "reportedBy": "asha", "status": "closed"}
    file = rescue.write(
        mine,
        report("forged", "asha"),
        revision("r1", body, theirs["_rev"]),
        revision("kept", {}, kept["_rev"], deleted=True),
        {**report("_design/x"), "_id": "_design/x"},
        revision("s", {"type": "service", "reportedBy": "demo"}),
        pictures={},
    )
    imported = import_bundle(folder, file)
    assert counts(imported) == (2, 0, 0, 4)
    assert refusals(imported) == [
        ("forged", "forbidden"),
        ("kept", "forbidden"),
        ("_design/x", "illegal_docid"),
        ("s", "forbidden"),
    ]


def test_an_older_and_a_newer_revision_of_one_report(rescue: Rescue, folder: GatewayFolder) -> None:
    first = report("r1")
    body = {"type": "report", "reportedBy": "demo", "status": "closed"}
    file = rescue.write(first, revision("r1", body, first["_rev"]), pictures={})
    assert counts(import_bundle(folder, file)) == (2, 0, 0, 0)
    assert counts(import_bundle(folder, file)) == (0, 0, 2, 0)


def test_more_documents_than_are_stored_at_once(rescue: Rescue, folder: GatewayFolder) -> None:
    file = rescue.write(*(report(f"r{i}") for i in range(450)), pictures={})
    assert counts(import_bundle(folder, file)) == (450, 0, 0, 0)


def test_a_picture_that_may_not_come_in_stops_nothing(
    rescue: Rescue, folder: GatewayFolder
) -> None:
    good, other = PICTURES.items()
    load(folder, [], {"taken.jpg": other[1]})
    bad = {
        "taken.jpg": good[1],
        "../x.jpg": good[1],
        "a.jpg": b"no picture",
        "empty.jpg": b"",
        f"{'0' * 64}.jpg": good[1],
    }
    imported = import_bundle(folder, rescue.write(report("r1"), pictures=bad | {good[0]: good[1]}))
    assert counts(imported) == (1, 1, 0, 5)
    assert refusals(imported) == [
        ("taken.jpg", "object_exists"),
        ("../x.jpg", "bad_key"),
        ("a.jpg", "not_a_picture"),
        ("empty.jpg", "too_large"),
        (f"{'0' * 64}.jpg", "bad_key"),
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"gateway": "0" * 32}, "another gateway"), ({"user": "nobody"}, "no account")],
)
def test_a_bundle_of_elsewhere(
    rescue: Rescue, folder: GatewayFolder, fields: dict[str, str], reason: str
) -> None:
    file = rescue.write(report("r1", fields.get("user", "demo")), **fields)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=reason):
        import_bundle(folder, file)


def test_a_folder_that_is_served_is_left_alone(rescue: Rescue, folder: GatewayFolder) -> None:
    file = rescue.write(report("r1"))
    with (
        GatewayThread(folder.path, cost=CHEAP),
        pytest.raises(StoreBusy, match="Another gateway") as refused,
    ):
        import_bundle(folder, file)
    assert "Stop it first" in refused.value.advice


def test_the_key_may_come_from_its_file(
    rescue: Rescue, folder: GatewayFolder, audit: Audit, tmp_path: Path
) -> None:
    file, medium = rescue.write(report("r1")), tmp_path / "medium"
    RecoveryKey(folder).take_off_line(medium, audit)
    with pytest.raises(UsageError, match="off line") as refused:
        import_bundle(folder, file)
    assert "--key-file" in refused.value.advice
    assert counts(import_bundle(folder, file, medium)) == (1, 2, 0, 0)


def test_a_key_file_that_will_not_do(
    rescue: Rescue, folder: GatewayFolder, audit: Audit, tmp_path: Path
) -> None:
    file, medium = rescue.write(report("r1")), tmp_path / "medium"
    RecoveryKey(folder).take_off_line(medium, audit)
    text = medium.read_text()
    elsewhere = GatewayFolder.open(tmp_path / "other", 0)
    with audit_of(elsewhere) as theirs:
        RecoveryKey(elsewhere).take_off_line(tmp_path / "theirs", theirs)
    wrong = tmp_path / "wrong"
    key = text.splitlines()[2]
    # Not at its ends: bits of the first and the last byte mean nothing to X25519.
    flipped = key[:5] + ("B" if key[5] == "A" else "A") + key[6:]
    for content in ("", "x", text[:40], text.replace("KEY 1", "KEY 2"), text.replace(key, flipped)):
        wrong.write_text(content)
        with pytest.raises(UsageError, match="recovery key"):
            import_bundle(folder, file, wrong)
    wrong.write_bytes(b"\xff" * 100)
    with pytest.raises(UsageError, match="no recovery key"):
        import_bundle(folder, file, wrong)
    with pytest.raises(UsageError, match="cannot be read"):
        import_bundle(folder, file, tmp_path / "absent")
    with pytest.raises(UsageError, match="another gateway's key"):
        import_bundle(folder, file, tmp_path / "theirs")


def test_a_damaged_bundle_brings_nothing(rescue: Rescue, folder: GatewayFolder) -> None:
    file = rescue.write(report("r1"))
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)
    with pytest.raises(StoreDamaged):
        import_bundle(folder, file)
    assert counts(import_bundle(folder, rescue.write(report("r1")))) == (1, 2, 0, 0)
