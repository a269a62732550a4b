"""Make the frozen files of store version 1: tests/data/store-v1/good and malformed.

    python -m tools.make_store_v1 FOLDER

Run once, when the version was frozen; the tests read what it made and never make it again. The
folder must be empty or not there. Users, passwords and keys in it are made up.
"""

import asyncio
import base64
import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civictui.domain.model import Draft, GeoPoint, Photo, Report
from civictui.domain.ports import Account, RecoveryKey, WriteFailure
from civictui.geo import distance
from civictui.storage.adapters import UnlockedStore
from civictui.storage.bundle import write_bundle
from civictui.storage.bundle_items import Whose
from civictui.storage.exchange import export_unsent
from civictui.storage.rescue import UnsentWork
from civictui.storage.slots import COSTS, Locksmith
from civictui.storage.tables import SealedStorage
from civictui.storage.vault import DeviceVault
from tools.spoil_store_v1 import spoil

ORIGIN, GATEWAY = "https://reports.example.org", "gateway-1"
EARLIER, PASSWORD = "an earlier password", "Zürich lamp leak pothole"
ON_THE_STICK = "a password for the stick"
PEPPER = b"a pepper on another medium"
GATEWAY_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RECOVERY = X25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
SMITH = Locksmith(COSTS[-1:])
LARGE = b"large picture " * 4700
PICTURES = {
    f"{hashlib.sha256(content).hexdigest()}.jpg": content
    for content in (LARGE, b"its thumbnail", b"a photo of a draft", b"a sent photo", b"sent small")
}
KEYS = tuple(PICTURES)


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def photo(large: int, thumbnail: int) -> Photo:
    return Photo(KEYS[large], KEYS[thumbnail], bytes=len(PICTURES[KEYS[large]]), width=4, height=3)


def report(key: str, words: str, **fields: Any) -> Report:
    return Report(
        id=key,
        description=words,
        reported_by="asha",
        reported_at="2026-11-23T05:00:00.000Z",
        **fields,
    )


async def main(root: Path) -> None:
    good = root / "good"
    data = good / "data"
    good.mkdir(parents=True)
    (good / "pepper").write_bytes(PEPPER + b"\n")
    place, both = await make_store(data, good)
    await make_peppered(data, good / "pepper")
    shutil.rmtree(data / "ballast")
    write_small_bundle(good / "small.cvx")
    spoil(root / "malformed", good, place, both)


async def make_store(data: Path, good: Path) -> tuple[Path, bytes]:
    """Asha's store: every table, a compaction, a changed password; and what is in it.

    Gives its folder, and the keyring that both passwords opened.
    """
    vault = DeviceVault(data, distance, COSTS[-1:])
    account = Account(ORIGIN, GATEWAY, "asha")
    store = await vault.create(account, EARLIER)
    await store.trust(GATEWAY, text(GATEWAY_KEY.public_key().public_bytes_raw()), recovery_key())
    await store.secrets.put("gateway", GATEWAY)
    await store.run(fill, store)
    await store.add_password(PASSWORD)
    both = (store.place / "keys").read_bytes()
    await store.keep_password(PASSWORD)
    await store.close()
    store = await vault.unlock(ORIGIN, "asha", PASSWORD)
    await store.run(fill_later, store)
    bundle = good / "bundle.cvx"
    await store.run(export_unsent, store.tables, "asha", bundle, ON_THE_STICK, SMITH)
    (good / "expected.json").write_text(
        json.dumps(await store.run(told, store), indent=1, ensure_ascii=False) + "\n"
    )
    await store.close()
    return store.place, both


async def make_peppered(data: Path, pepper: Path) -> None:
    """Bela's store, which needs the file on the other medium."""
    vault = DeviceVault(data, distance, COSTS[-1:], pepper_file=str(pepper))
    store = await vault.create(Account(ORIGIN, GATEWAY, "bela"), PASSWORD)
    await store.writer.submit(report("b1", "Hers alone"))
    await store.close()


def recovery_key() -> RecoveryKey:
    public = text(RECOVERY.public_key().public_bytes_raw())
    message = f"civictui/recovery-key/v1\n{GATEWAY}\nk1\n{public}"
    return RecoveryKey("k1", public, text(GATEWAY_KEY.sign(message.encode())))


def write_small_bundle(path: Path) -> None:
    """A bundle of one chunk, to be spoilt in many ways."""
    work = UnsentWork((foreign("small", "1-ee", ["ee"]),))
    write_bundle(
        path,
        Whose(GATEWAY, "asha"),
        work,
        PICTURES.get,
        password=ON_THE_STICK,
        smith=SMITH,
        recovery={"kid": "k1", "public_key": recovery_key().public_key},
    )


def fill(store: UnlockedStore) -> None:
    """Sent things, a conflict, a tombstone; then a compaction."""
    tables = store.tables
    for key in KEYS:
        tables.put_picture(key, PICTURES[key])
    tables.submit(report("sent", "Sent, with a photo", photos=(photo(3, 4),)), "")
    for job in tables.outbox.jobs():
        tables.job_done(job)
    marks = tables.documents.marked().items()
    tables.acknowledge([(key, rev) for key, revs in marks for rev in revs])
    tables.documents.bulk_docs(
        [
            foreign("conflict", "2-aa", ["aa", "00"], problemDescription="theirs"),
            foreign("conflict", "2-bb", ["bb", "00"], problemDescription="ours"),
            foreign("gone", "2-cc", ["cc", "01"], _deleted=True),
            foreign("update", "1-dd", ["dd"], type="update", report="sent", text="Done"),
        ]
    )
    tables.documents.put_local("checkpoint", {"last_seq": "7-opaque"})
    cast(SealedStorage, tables.secrets.storage).compact()


def foreign(key: str, rev: str, digests: list[str], **body: Any) -> dict[str, Any]:
    history = {"start": int(rev.partition("-")[0]), "ids": digests}
    return {"_id": key, "_rev": rev, "_revisions": history, "type": "report", **body}


def fill_later(store: UnlockedStore) -> None:
    """What waits: a report with a photo, an edit, a draft, one that was refused."""
    tables = store.tables
    place = GeoPoint(47.376_888, 8.541_694)
    tables.submit(report("waiting", "Lämpe kaputt\n😀", point=place, photos=(photo(0, 1),)), "")
    known = tables.documents.leaves("sent")[0][0]
    body = {**(tables.documents.get("sent") or {}), "status": "closed"}
    edited = tables.documents.write("sent", body, known)
    tables.keep_spares(["sent"])
    tables.reject([WriteFailure("sent", edited, "forbidden", "not yours")])
    draft = Draft(id="draft", description="half a sen", photos=(Photo(KEYS[2], ""),))
    tables.save_draft(Draft.from_doc({**draft.to_doc(), "saved_at": "2026-11-23T05:00:00.000Z"}))


def told(store: UnlockedStore) -> dict[str, Any]:
    """What a reader must find, and the secrets that it needs."""
    tables = store.tables
    return {
        "origin": ORIGIN,
        "gateway": GATEWAY,
        "user": "asha",
        "password": PASSWORD,
        "earlier password": EARLIER,
        "bundle password": ON_THE_STICK,
        "recovery key": text(RECOVERY.private_bytes_raw()),
        "place": store.place.name,
        "store": tables.name,
        "tables": cast(SealedStorage, tables.secrets.storage).read(),
        "pictures": {key: hashlib.sha256(content).hexdigest() for key, content in PICTURES.items()},
        "second copies": sorted(str(copy["id"]) for copy in tables.spares.read()),
    }


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
