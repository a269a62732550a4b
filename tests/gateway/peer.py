"""A client of the gateway with a device key of its own, and documents to send."""

import base64
import hashlib
import os
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PIL import Image

from civictui.domain.ports import RecoveryKey
from civictui.domain.revtree import next_revision
from civictui.storage.envelope import open_from, random_key
from civictui.storage.recovery_slots import STORE, seal_slot

PASSWORD = "a pass of words"
TIME = datetime(2026, 5, 4, 12, 0, tzinfo=UTC).isoformat()


class Device:
    """A terminal with its Ed25519 key."""

    def __init__(self, name: str = "terminal-1") -> None:
        self.name = name
        self._key = Ed25519PrivateKey.generate()

    @property
    def fields(self) -> dict[str, str]:
        public = encoded(self._key.public_key().public_bytes_raw())
        return {"id": self.name, "name": "terminal", "version": "0.1.0", "public_key": public}

    def renewal(self, token: str, time: str = TIME) -> dict[str, str]:
        message = f"civictui/refresh/v1\n{token}\n{time}".encode()
        return {
            "refresh_token": token,
            "time": time,
            "signature": encoded(self._key.sign(message)),
        }


class SealedStore:
    """What a terminal has to recover with: the slot of its store, and a key for the answer."""

    def __init__(self, said: dict[str, Any], gateway: str = "", user: str = "demo") -> None:
        """`said` is the answer to a sign-in."""
        self.id, self.key = os.urandom(16), random_key()
        organisation = RecoveryKey(**said["recovery_key"])
        whose = gateway or said["gateway"]["id"]
        self.slot = dict(seal_slot(STORE, self.id, organisation, (whose, user), self.key))
        self._private = X25519PrivateKey.generate()

    def appeal(self, password: str = PASSWORD, **fields: Any) -> dict[str, Any]:
        """The body of /v1/recover."""
        return {
            "username": "demo",
            "password": password,
            "device": {"id": "terminal-1"},
            "store": base64.b64encode(self.id).decode(),
            "slot": self.slot,
            "public_key": encoded(self._private.public_key().public_bytes_raw()),
            **fields,
        }

    def opened(self, answer: dict[str, str]) -> bytearray:
        """The data key of the gateway's answer."""
        e, c = (base64.b64decode(answer[name]) for name in ("e", "c"))
        purpose = b"civictui/recovered/v1"
        return open_from(self._private.private_bytes_raw(), e, c, purpose, purpose + self.id)


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


async def sign_in(
    http: httpx.AsyncClient,
    user: str = "demo",
    password: str = PASSWORD,
    device: Device | None = None,
) -> httpx.Response:
    body: dict[str, Any] = {"username": user, "password": password}
    if device:
        body["device"] = device.fields
    return await http.post("/v1/session", json=body)


async def bearer(http: httpx.AsyncClient, user: str = "demo") -> dict[str, str]:
    """The header that signs requests in."""
    answer = await sign_in(http, user)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def revision(
    key: str, body: dict[str, Any], *parents: str, deleted: bool = False
) -> dict[str, Any]:
    """A document as a client pushes it: `parents` are its ancestors, newest first."""
    rev = next_revision(parents[0] if parents else None, deleted, body)
    path = [rev, *parents]
    doc = {"_id": key, "_rev": rev, **body}
    doc["_revisions"] = {
        "start": len(path),
        "ids": [name.partition("-")[2] for name in path],
    }
    if deleted:
        doc["_deleted"] = True
    return doc


def report(key: str, user: str = "demo", **fields: Any) -> dict[str, Any]:
    body = {"type": "report", "reportedBy": user, "problemDescription": f"problem {key}"}
    return revision(key, body | fields)


async def push(http: httpx.AsyncClient, *docs: dict[str, Any], **options: Any) -> Any:
    """The refusals that come back; the header of the sender is in `options`."""
    answer = await http.post(
        "/db/civic/_bulk_docs", json={"new_edits": False, "docs": docs}, **options
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def picture(seed: int = 1, size: int = 64) -> bytes:
    """A JPEG of noise, so that it is as large as `size` promises."""
    noise = b"".join(
        hashlib.sha256(f"{seed} {i}".encode()).digest() for i in range(size * size * 3 // 32 + 1)
    )
    image = Image.frombytes("RGB", (size, size), noise[: size * size * 3])
    content = BytesIO()
    image.save(content, "JPEG", quality=95)
    return content.getvalue()


def announced(content: bytes, key: str = "", sha256: str = "") -> dict[str, str]:
    """The headers that begin an upload."""
    digest = sha256 or hashlib.sha256(content).hexdigest()
    told = {"key": key or f"{digest}.jpg", "sha256": digest}
    pairs = (f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in told.items())
    return {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(content)),
        "Upload-Metadata": ",".join(pairs),
    }


def piece(offset: int) -> dict[str, str]:
    """The headers that continue an upload."""
    return {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
    }
