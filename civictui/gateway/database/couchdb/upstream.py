"""Requests to the backend: signed, so many at once, each with an end, and tried again.

Every request that is made of it may be sent twice: reads, documents under the names of their
revisions, and local documents that say which one they follow.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from civictui.domain.errors import Unreachable, UsageError
from civictui.gateway.database.couchdb.credentials import Credentials
from civictui.gateway.database.couchdb.faults import unavailable
from civictui.gateway.journal import LOGGER
from civictui.net import Link, Reply
from civictui.origin import origin_of

_PASSING = frozenset({429, 502, 503, 504})
"""What a server answers that may be there again at once."""
CREDENTIALS_REFUSED = "The gateway's database refuses the gateway's credentials."
_NO_DATABASE = {"Database does not exist.", "no_db_file"}
_HOW = "Write it like https://couch.example.org/reports."


@dataclass(frozen=True, slots=True)
class Terms:
    """How much the backend is asked at once, and how long it is waited for, in seconds."""

    at_once: int = 32
    queue: float = 10.0
    """For one of these places."""
    silence: float = 20.0
    whole: float = 60.0
    """For an answer, all tries together."""
    pauses: tuple[float, ...] = (0.1, 0.5)
    """Before each further try; as much again by chance."""


def address_of(url: str) -> tuple[str, str]:
    """Origin and path of a database. Raises UsageError; outside loopback only https is spoken."""
    try:
        parts = urlsplit(url.strip())
        path = parts.path.rstrip("/")
    except ValueError as error:
        raise UsageError("--database is no address", _HOW) from error
    if not path.strip("/") or parts.query or parts.fragment:
        raise UsageError("--database names a server and one database on it", _HOW)
    if "//" in path or any(part in {".", ".."} for part in path.split("/")):
        raise UsageError("--database has a path that is none", _HOW)
    return origin_of(parts._replace(path="", query="", fragment="").geturl()), path


class Signed:
    """A link whose requests say who the gateway is. Raises Problem 503 where that is refused."""

    def __init__(self, link: Link, credentials: Credentials) -> None:
        self._link = link
        self._credentials = credentials

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        """As `Link.request`."""
        reply, headers = await self._sent(method, path, options)
        if reply.status == 401 and self._credentials.refused(headers):
            reply, _ = await self._sent(method, path, options)
        if reply.status in {401, 403}:
            LOGGER.warning("the database refuses the gateway's credentials")
            raise unavailable(CREDENTIALS_REFUSED)
        if reply.status == 404 and reply.refusal().reason in _NO_DATABASE:
            LOGGER.warning("there is no such database on the backend")
            raise unavailable("The gateway's database is not there; civictui serve init makes it.")
        return reply

    async def _sent(self, method: str, path: str, options: Any) -> tuple[Reply, dict[str, str]]:
        own = await self._credentials.headers()
        # Without it a CouchDB may answer in parts of MIME.
        headers = {"Accept": "application/json", **own, **options.get("headers", {})}
        return await self._link.request(method, path, **{**options, "headers": headers}), headers

    async def close(self) -> None:
        await self._link.close()
        await self._credentials.close()


class Upstream:
    """`Signed` with an end to its patience, for requests that a client waits for."""

    def __init__(self, signed: Signed, terms: Terms) -> None:
        self._signed = signed
        self._terms = terms
        self._places = asyncio.Semaphore(terms.at_once)

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        """As `Signed.request`, tried a few times. Raises Problem 503 when the time is up."""
        options["silence"] = min(options.get("silence", self._terms.silence), self._terms.silence)
        async with self._place():
            try:
                async with asyncio.timeout(self._terms.whole):
                    return await self._tried(method, path, options)
            except TimeoutError as error:
                raise unavailable() from error

    async def _tried(self, method: str, path: str, options: Any) -> Reply:
        for shortest in self._terms.pauses:
            pause = shortest
            try:
                reply = await self._signed.request(method, path, **options)
                if reply.status not in _PASSING:
                    return reply
                pause = max(shortest, reply.retry_after)
                if pause > self._terms.queue:
                    return reply
            except Unreachable:
                pass
            await asyncio.sleep(pause * (1 + random.random()))
        return await self._signed.request(method, path, **options)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._terms.queue):
                await self._places.acquire()
        except TimeoutError as error:
            raise unavailable("The gateway's database is busy.") from error
        try:
            yield
        finally:
            self._places.release()
