"""A second reader of the store, written from docs/store-format.md and from nothing else.

It imports no module of the program: where the two read the same, the page tells the truth.
"""

import base64
import hashlib
import hmac
import json
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 64 * 1024 + 16


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def blind(key: bytes, *parts: bytes) -> bytes:
    message = b"".join(struct.pack(">I", len(part)) + part for part in parts)
    return hmac.digest(key, message, "sha256")


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def b64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def place_of(device: bytes, gateway: str, user: str) -> str:
    """The folder's name of a user's store."""
    key = b64(json.loads(device)["key"])
    name = blind(key, b"store", gateway.encode(), unicodedata.normalize("NFC", user).encode())
    return base64.b32encode(name).decode().lower()[:26]


# --- slots -----------------------------------------------------------------------------------


def by_password(owner: bytes, slots: list[Any], password: str, pepper: bytes = b"") -> bytes:
    """What the password slot of a keyring or a bundle holds."""
    (slot,) = (slot for slot in slots if slot["type"] == "password")
    typed, salt = unicodedata.normalize("NFC", password).encode(), b64(slot["salt"])
    kdf = Argon2id(
        salt=salt,
        length=32,
        iterations=slot["t"],
        lanes=slot["p"],
        memory_cost=slot["m"],
        secret=pepper or None,
    )
    if pepper:
        assert b64(slot["pepper"]) == hashlib.sha256(b"civictui/pepper/v1" + pepper).digest()[:8]
    kek = hkdf(kdf.derive(typed), salt, b"civictui/kek/v1")
    fields = {name: slot[name] for name in sorted(slot) if name != "c"}
    sealed = b64(slot["c"])
    aad = b"civictui/slot/v1" + owner + compact(fields)
    return AESGCM(kek).decrypt(sealed[:12], sealed[12:], aad)


def by_recovery_key(owner: bytes, slots: list[Any], private: bytes, purpose: bytes) -> bytes:
    """What the recovery slot holds: the key, and JSON of whose it is."""
    (slot,) = (slot for slot in slots if slot["type"] == "recovery")
    own, e, sealed = X25519PrivateKey.from_private_bytes(private), b64(slot["e"]), b64(slot["c"])
    shared = own.exchange(X25519PublicKey.from_public_bytes(e))
    key = hkdf(shared, e + own.public_key().public_bytes_raw(), purpose)
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], purpose + owner + slot["kid"].encode())


def check_keyring(content: bytes, key: bytes) -> Any:
    """A keyring, after its `check` and its `mac` were computed anew."""
    ring = json.loads(content)
    ring["slots"] = [dict(sorted(slot.items())) for slot in ring["slots"]]
    fields = {name: ring[name] for name in ("v", "store", "epoch", "slots")}
    with_mac = compact({**fields, "mac": ring["mac"]})
    assert hashlib.sha256(with_mac).digest()[:16] == b64(ring["check"])
    mac_key = hkdf(key, b64(ring["store"]), b"civictui/keyring/v1")
    assert hmac.digest(mac_key, compact(fields), "sha256") == b64(ring["mac"])
    return ring


# --- the log ---------------------------------------------------------------------------------


def records(content: bytes, key: bytes, store: bytes, generation: int) -> Iterator[list[Any]]:
    """The rows of each record, after chain and sequence were looked at."""
    cipher = AESGCM(hkdf(key, store, b"civictui/log/v1" + struct.pack(">I", generation)))
    position, before, last = 0, bytes(16), 0
    while position < len(content):
        magic, length, sequence, nonce = struct.unpack_from(">4sIQ12s", content, position)
        assert magic == b"CVR1"
        assert sequence == last + 1 or not last
        sealed = content[position + 28 : position + 28 + length]
        aad = b"civictui/rec/v1" + store + struct.pack(">IQI", generation, sequence, length)
        plain = AESGCM.decrypt(cipher, nonce, sealed, aad)
        assert plain[:16] == before
        yield json.loads(plain[16:])
        position, before, last = position + 28 + length, sealed[-16:], sequence


def tables(folder: Path, key: bytes, store: bytes) -> dict[str, dict[str, Any]]:
    """What the log leaves, by table and id; the log's own rows under ""."""
    (path,) = folder.glob("log.*")
    found: dict[str, dict[str, Any]] = {}
    for rows in records(path.read_bytes(), key, store, int(path.name[4:])):
        for table, name, document in rows:
            if document is None:
                found.get(table, {}).pop(name, None)
            else:
                found.setdefault(table, {})[name] = document
    return found


# --- pictures, second copies, bundles ---------------------------------------------------------


def stream(sealed: bytes, key: bytes, aad: bytes) -> bytes:
    """The content of chunks under counted nonces."""
    cipher, last = AESGCM(key), (len(sealed) - 1) // CHUNK
    return b"".join(
        cipher.decrypt(
            i.to_bytes(11, "big") + bytes([i == last]), sealed[i * CHUNK : (i + 1) * CHUNK], aad
        )
        for i in range(last + 1)
    )


def picture(folder: Path, key: bytes, store: bytes, name: str) -> bytes:
    """A picture by its object key."""
    identity = blind(hkdf(key, store, b"civictui/blob-names/v1"), name.encode())[:20]
    content = (folder / "blob" / identity.hex()[:2] / identity.hex()).read_bytes()
    assert content[:4] == b"CVB1"
    picture_key = hkdf(key, content[4:20], b"civictui/blob/v1" + store + identity)
    return stream(content[20:], picture_key, identity)


def second_copies(folder: Path, key: bytes, store: bytes) -> dict[str, Any]:
    """The copies in `outbox/`, by document id."""
    cipher = AESGCM(hkdf(key, store, b"civictui/outbox/v1"))
    names, found = hkdf(key, store, b"civictui/outbox-names/v1"), {}
    for path in (folder / "outbox").iterdir():
        content, identity = path.read_bytes(), bytes.fromhex(path.name)
        assert content[:4] == b"CVO1"
        aad = b"civictui/outbox/v1" + store + identity
        copy = json.loads(cipher.decrypt(content[4:16], content[16:], aad))
        assert blind(names, copy["id"].encode())[:20] == identity
        found[copy["id"]] = copy
    return found


def header(bundle: bytes) -> tuple[bytes, list[Any]]:
    """The id of a bundle and its slots."""
    assert bundle[:4] == b"CVX1"
    found = json.loads(bundle[8 : 8 + int.from_bytes(bundle[4:8], "big")])
    assert found["v"] == 1
    return b64(found["bundle"]), found["slots"]


def items(bundle: bytes, key: bytes) -> list[tuple[str, Any]]:
    """Kind and value of each item; of a picture (object key, content)."""
    start = 8 + int.from_bytes(bundle[4:8], "big")
    owner, _ = header(bundle)
    aad = b"civictui/bundle/v1" + hashlib.sha256(bundle[:start]).digest()
    content = stream(bundle[start:], hkdf(key, owner, b"civictui/bundle/v1"), aad)
    found, position = [], 0
    while position < len(content):
        kind, size = (
            chr(content[position]),
            int.from_bytes(content[position + 1 : position + 5], "big"),
        )
        body = content[position + 5 : position + 5 + size]
        found.append((kind, _pair(body) if kind == "P" else json.loads(body)))
        position += 5 + size
    return found


def _pair(body: bytes) -> tuple[str, bytes]:
    length = int.from_bytes(body[:2], "big")
    return body[2 : 2 + length].decode(), body[2 + length :]
