"""civictui's own side: a store, and its rounds with a server that is no gateway."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from civictui.clock import SystemClock
from civictui.couchdb.endpoint import CouchEndpoint
from civictui.domain.errors import NotFound
from civictui.domain.model import Report, SyncPhase, TransferJob
from civictui.domain.ports import Account, OpenStore, RemoteObject
from civictui.geo import distance
from civictui.net import Link, Reply
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from civictui.sync.rounds import Round
from tests.site import PASSWORD

GATEWAY = "a PouchDB Server"


class Witness:
    """A link that remembers what was asked and how it was answered."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.seen: list[tuple[str, str, int]] = []
        """Method, the last part of the path, and status."""

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        reply = await self._link.request(method, path, **options)
        self.seen.append((method, path.rpartition("/")[2], reply.status))
        return reply


class Ours:
    """A user's store, and what it replicates with."""

    def __init__(self, store: OpenStore, link: Link, selector: Mapping[str, Any] | None) -> None:
        self.store = store
        self.link = Witness(link)
        self._selector = selector
        self.begin_anew()

    def begin_anew(self) -> None:
        """Another session, as after a restart."""
        self.remote = CouchEndpoint(self.link, "/reports", GATEWAY, self._selector)
        self.rounds = self._new_rounds()

    async def sync(self) -> None:
        await self.rounds.run()

    async def report(self, key: str, **fields: Any) -> None:
        """Make a report."""
        report = Report(id=key, reported_by=self.store.user, description=f"problem {key}")
        await self.store.writer.submit(replace(report, **fields))

    async def edit(self, key: str, **fields: Any) -> None:
        """Make an edit of what is here."""
        doc = await self.store.reader.document(key)
        await self.store.writer.edit(replace(Report.from_doc(doc), **fields), doc["_rev"])

    async def has_sent_all(self) -> bool:
        return (await self.store.state.unsent()).nothing

    def _new_rounds(self) -> Round:
        ids = (GATEWAY, f"store of {self.store.user}", str(uuid4()))
        return Round(
            self.store,
            self.remote,
            NoPictures(),
            ids=ids,
            step=_ignored,
            arrived=_ignored,
            clock=SystemClock(),
        )


class NoPictures:
    """An object storage that nobody gave anything."""

    async def head(self, key: str) -> RemoteObject | None:
        return None

    async def fetch(self, key: str) -> bytes:
        raise NotFound(f"There is no picture {key}")

    async def send(
        self, job: TransferJob, content: bytes, began: Callable[[str], Awaitable[None]]
    ) -> RemoteObject:
        raise NotFound("Pictures are not taken here")


@asynccontextmanager
async def terminal(
    folder: Path, server: str, user: str, selector: Mapping[str, Any] | None = None
) -> AsyncIterator[Ours]:
    """A new store of `user` on the terminal `folder`, and the way to the server."""
    vault = DeviceVault(folder, distance, COSTS[-1:])
    store = await vault.create(Account(server, GATEWAY, user), PASSWORD)
    link = Link(server)
    try:
        yield Ours(store, link, selector)
    finally:
        await link.close()
        await store.close()


async def _ignored(_: SyncPhase | str) -> None:
    """Nobody looks at a status line here."""
