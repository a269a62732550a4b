"""A gateway in front of servers of others: `civictui serve` with CouchDB's protocol and an S3."""

import base64
import hashlib
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from civictui.demo import seed
from civictui.demo.gateway import USERS
from civictui.gateway import provisioning
from tests.e2e.processes import PASSWORD, PROGRAM, Gateway

on_both = pytest.mark.parametrize(
    "backing",
    ["embedded", pytest.param("couchdb and s3", marks=pytest.mark.peers)],
    indirect=True,
    scope="module",
)
"""Mark of a module whose tests run on either kind of gateway."""

CREDENTIALS = ("gateway", "a password of the gateway's own")


@dataclass(frozen=True)
class Behind:
    """Both servers, running. Every gateway has a database and a bucket of its own there."""

    couch: str
    s3: str

    is_filled_by_serving = True

    def prepare(self, folder: Path) -> list[str]:
        name = _name(folder)
        httpx.put(f"{self.s3}/{name}", trust_env=False).raise_for_status()
        (folder / "gateway").mkdir(parents=True)
        (folder / "gateway").chmod(0o700)
        command = ["serve", f"--data-dir={folder / 'gateway'}", *self._database(folder, name)]
        _run(["serve", "init", *command[1:]])
        self._documents(name)
        opened = provisioning.open_folder(folder / "gateway")
        for user in USERS:
            provisioning.add_user(opened, user, PASSWORD)
        return [*command, *self._objects(folder, name)]

    def fill(self, gateway: Gateway) -> None:
        """The pictures; the gateway alone knows how they lie in the bucket."""
        with gateway.session() as session:
            for key, content in seed.objects().items():
                _upload(session, key, content)

    def documents(self, gateway: Gateway) -> list[dict[str, Any]]:
        """What lies in the database, asked without the gateway."""
        address = f"{self.couch}/{_name(gateway.folder)}/_all_docs?include_docs=true"
        answer = httpx.get(address, auth=CREDENTIALS, trust_env=False, timeout=30)
        return [row["doc"] for row in answer.raise_for_status().json()["rows"]]

    def objects(self, gateway: Gateway) -> list[str]:
        """The keys in the bucket."""
        address = f"{self.s3}/{_name(gateway.folder)}?list-type=2"
        return re.findall("<Key>([^<]+)", httpx.get(address, trust_env=False).text)

    def _database(self, folder: Path, name: str) -> list[str]:
        user, password = CREDENTIALS
        secret = _secret(folder / "database-password", password)
        place = f"--database={self.couch}/{name}"
        return [place, f"--database-user={user}", f"--database-password-file={secret}"]

    def _objects(self, folder: Path, name: str) -> list[str]:
        secret = _secret(folder / "objects-key", "an-access-key", "a-secret-key")
        place = f"--objects=s3://{name}?endpoint={self.s3}&region=us-east-1"
        return [place, f"--objects-key-file={secret}"]

    def _documents(self, name: str) -> None:
        """As they are: nobody may write in the name of others through the gateway."""
        body = {"docs": seed.documents(), "new_edits": False}
        path = f"{self.couch}/{name}/_bulk_docs"
        answer = httpx.post(path, json=body, auth=CREDENTIALS, trust_env=False, timeout=30)
        assert answer.raise_for_status().json() == []


def _name(folder: Path) -> str:
    """Of the database and of the bucket."""
    return f"reports-{hashlib.sha256(bytes(folder)).hexdigest()[:12]}"


def _secret(path: Path, *lines: str) -> Path:
    path.touch(mode=0o600)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def _run(arguments: list[str]) -> None:
    done = subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def _upload(session: httpx.Client, key: str, content: bytes) -> None:
    """By tus, as any client would."""
    told = {"key": key, "sha256": hashlib.sha256(content).hexdigest()}
    metadata = ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items()
    )
    version = {"Tus-Resumable": "1.0.0"}
    begun = session.post(
        "/v1/uploads",
        headers={**version, "Upload-Length": str(len(content)), "Upload-Metadata": metadata},
    )
    if begun.raise_for_status().headers.get("Upload-Offset") == str(len(content)):
        return  # two names of one content
    offset = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    place = begun.headers["Location"]
    session.patch(place, content=content, headers={**version, **offset}).raise_for_status()
