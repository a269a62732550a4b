"""What the program asks a gateway when it synchronises, written down from a round of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from _rounds import Asked, Wire, opened
from _servers import Server

from civictui.clock import SystemClock
from civictui.couchdb.endpoint import CouchEndpoint
from civictui.domain.model import SyncPhase
from civictui.storage.adapters import UnlockedStore
from civictui.sync.hearing import LISTEN_SECONDS
from civictui.sync.pictures.objects import GatewayObjects
from civictui.sync.rounds import Round


@dataclass(frozen=True, slots=True)
class Script:
    """The requests of each kind of synchronisation, in their order."""

    first: list[Asked]
    """Into an empty store."""
    again: list[Asked]
    """Without any change, in a session that goes on."""
    anew: list[Asked]
    """Without any change, in a new session."""
    since: str
    """The sequence up to which all is known then."""
    waiting: Asked

    def held(self, since: str) -> Asked:
        """The request that waits for news from there on."""
        params = {**self.waiting.params, "since": since}
        return replace(self.waiting, options={**self.waiting.options, "params": params})


def script_of(folder: Path, server: Server) -> Script:
    """Replicate with `server` into a store in `folder`, and look on."""
    return asyncio.run(_script_of(folder, server))


async def _script_of(folder: Path, server: Server) -> Script:
    store, wire = await opened(folder), Wire(server)
    try:
        going_on = _round(store, wire, server)
        first = await _asked(wire, going_on.run)
        again = await _asked(wire, going_on.run)
        anew = await _asked(wire, _round(store, wire, server).run)
        (waiting,) = await _asked(wire, partial(_wait, wire, server, going_on.page_size))
        return Script(first, again, anew, str(going_on.since), waiting)
    finally:
        await wire.close()
        await store.close()


async def _asked(wire: Wire, act: Callable[[], Awaitable[object]]) -> list[Asked]:
    before = len(wire.asked)
    await act()
    return wire.asked[before:]


async def _wait(wire: Wire, server: Server, limit: int) -> None:
    """From a sequence behind which there is much, so that it is answered at once."""
    endpoint = CouchEndpoint(wire, server.path, "")
    await endpoint.changes(0, limit=limit, wait=LISTEN_SECONDS, include_docs=True)


def _round(store: UnlockedStore, wire: Wire, server: Server) -> Round:
    remote_id = f"benchmark{server.path}"
    return Round(
        store,
        CouchEndpoint(wire, server.path, remote_id),
        GatewayObjects(wire),
        ids=(remote_id, store.tables.name, "benchmark"),
        step=_ignored,
        arrived=_ignored,
        clock=SystemClock(),
    )


async def _ignored(_: SyncPhase | str) -> None:
    """Nobody looks at a status line here."""
