"""Servers to replicate with, each a process of its own: the gateway, or any CouchDB by its URL."""

import asyncio
import subprocess
import sys
from argparse import ArgumentParser
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import unquote, urlsplit

import httpx
from _real import identity, reports
from _stores import unsynced

from civictui.clock import SystemClock
from civictui.domain.model import Doc
from civictui.domain.revtree import next_revision
from civictui.gateway import provisioning
from civictui.gateway.accounts.passwords import CHEAP
from civictui.storage.envelope import DeviceSigner
from civictui.sync.session import GatewaySession

COUNT = 10_000
"""Documents that go over: all of New York, then Zürich's."""
USER, PASSWORD = "demo", "a pass of words"
_LOADED_AT_ONCE = 1_000
_SERVE = [sys.executable, "-m", "civictui", "serve", "--port", "0"]
_LONG = 7_200
"""Seconds that a session is good: no benchmark renews one."""


@dataclass(frozen=True, slots=True)
class Server:
    """One database of a server: its address, its path there, and what opens it."""

    origin: str
    path: str
    authorization: str

    @property
    def url(self) -> str:
        return self.origin + self.path


NewServer = Callable[[Sequence[Doc]], AbstractContextManager[Server]]
"""A server that has these documents and no others, for as long as the context lasts."""


def server_named(arguments: Sequence[str] | None = None) -> tuple[str, NewServer]:
    """The server that the command line asks for, and what to call it: `--server URL`."""
    parser = ArgumentParser(description="Replicate with the gateway, or with a CouchDB.")
    parser.add_argument("--server", metavar="URL", help="of a CouchDB, with the credentials in it")
    url = parser.parse_args(arguments).server
    if not url:
        return "the gateway", gateway
    return urlsplit(url).hostname or "", partial(couchdb, url)


def documents(reported_by: str = "") -> list[Doc]:
    """The first 10,000 reports as another client made them, in anybody's name or in this one."""
    bodies = (body for _, body in islice(reports(), COUNT))
    found = ({**body, "reportedBy": reported_by or body["reportedBy"]} for body in bodies)
    return [
        {"_id": identity(i), "_rev": next_revision(None, False, body), **body}
        for i, body in enumerate(found)
    ]


@contextmanager
def gateway(docs: Sequence[Doc] = ()) -> Iterator[Server]:
    """What `civictui serve` runs, on its embedded database, in a folder of its own."""
    with TemporaryDirectory() as name:
        folder = provisioning.open_folder(Path(name))
        provisioning.add_user(folder, USER, PASSWORD, cost=CHEAP)
        with unsynced():
            assert not provisioning.load(folder, docs, {})
        del docs  # or every search for cycles would pass by them
        with serving(Path(name)) as (origin, _):
            yield signed_in(origin)


def signed_in(origin: str) -> Server:
    """The gateway's database, opened by USER."""
    session = GatewaySession(DeviceSigner(), SystemClock(), "benchmark")
    grant = asyncio.run(session.sign_in(origin, USER, PASSWORD))
    return Server(origin, f"/db/{grant.database}", f"Bearer {grant.tokens.access}")


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """`civictui serve` on this folder: its address, and the id of its process."""
    command = [*_SERVE, "--data-dir", str(folder), "--access-seconds", str(_LONG)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        reading = Thread(target=deque, args=(process.stderr, 0))  # a full pipe would stop it
        try:
            origin = next(line.split()[-1] for line in process.stderr if "http://" in line)
            reading.start()
            yield origin, process.pid
        finally:
            process.terminate()
            if reading.ident:
                reading.join()


@contextmanager
def couchdb(url: str, docs: Sequence[Doc] = ()) -> Iterator[Server]:
    """A database made for this run and deleted after it; the user must be allowed to do so."""
    parts = urlsplit(url)
    named = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    port = f":{parts.port}" if parts.port else ""
    server = Server(
        origin=f"{parts.scheme}://{parts.hostname}{port}",
        path=f"{parts.path.rstrip('/')}/civictui-benchmark-{token_hex(6)}",
        authorization=f"Basic {b64encode(named.encode()).decode()}",
    )
    headers = {"Authorization": server.authorization}
    with httpx.Client(headers=headers, timeout=60, trust_env=False) as client:
        client.put(server.url).raise_for_status()
        try:
            for piece in _pieces(docs):
                body = {"docs": piece, "new_edits": False}
                client.post(f"{server.url}/_bulk_docs", json=body).raise_for_status()
            del docs
            yield server
        finally:
            client.delete(server.url).raise_for_status()


def _pieces(docs: Iterable[Doc]) -> Iterator[list[Doc]]:
    rest = iter(docs)
    while piece := list(islice(rest, _LOADED_AT_ONCE)):
        yield piece
