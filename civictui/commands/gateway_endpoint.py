"""A gateway that is served, as one side of a replication: signed in for a while, nothing kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from civictui.clock import SystemClock
from civictui.couchdb.endpoint import CouchEndpoint
from civictui.domain.errors import GatewayError
from civictui.domain.ports import Endpoint
from civictui.net import Link
from civictui.origin import origin_of
from civictui.storage.envelope import DeviceSigner
from civictui.sync.session import GatewaySession, SignedInLink, keep_tokens


class _InMemory:
    """`Secrets` of a session that ends with the process."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    async def get(self, name: str) -> Any:
        return self._values.get(name)

    async def put(self, name: str, value: Any) -> None:
        self._values[name] = value


@asynccontextmanager
async def signed_in(address: str, user: str, password: str) -> AsyncIterator[Endpoint]:
    """The database of the gateway at `address`. Raises UsageError, GatewayError."""
    origin, clock, signer = origin_of(address), SystemClock(), DeviceSigner()
    session = GatewaySession(signer, clock, f"replicate-{user}")
    grant = await session.sign_in(origin, user, password)
    kept = _InMemory()
    await keep_tokens(kept, grant.tokens)
    link = SignedInLink(Link(origin), kept, signer, clock, grant.tokens)
    identity = f"{grant.gateway}/{grant.database}"
    try:
        yield CouchEndpoint(link, f"/db/{grant.database}", identity)
    finally:
        with suppress(GatewayError):
            await link.request("DELETE", "/v1/session")
        await link.close()
