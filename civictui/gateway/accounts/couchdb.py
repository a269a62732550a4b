"""The users of a CouchDB as a source of accounts: its `_users` database, asked over HTTP.

A password is proved by `POST /_session`. What a user may do is in the user's document, which is
read with the gateway's own credentials: "roles" (one of ours at least), and, if they are there,
"display_name", "area" (GeoJSON) and "disabled". Names are what they are there: two that differ by
case are two users.
"""

import asyncio
import base64
import hashlib
import math
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Self
from urllib.parse import quote, urlsplit

from civictui.codec import encode
from civictui.couchdb.paths import is_name_in_paths
from civictui.domain.errors import GatewayError, Unreachable, UsageError
from civictui.domain.ports import Clock
from civictui.gateway.accounts.accounts import checked_name, shown_name
from civictui.gateway.accounts.passwords import LONGEST
from civictui.gateway.accounts.port import Account, PasswordChange
from civictui.gateway.area import Area
from civictui.gateway.backing import Backing
from civictui.gateway.problems import Problem, backend_unavailable
from civictui.gateway.viewer import ROLES
from civictui.net import Link, Reply
from civictui.origin import origin_of

FLOOR_SECONDS = 0.5
"""A refusal is given at a multiple of this: how long the server took would tell who is known."""
KEPT_SECONDS = 10.0
"""For how long a user's document is believed; then the next request has it read again."""
_SILENCE_SECONDS = 5.0
_ANSWER_BYTES = 1024 * 1024
_NO_USER = ("missing", "deleted")
_KEPT_USERS = 10_000
_RETRY_SECONDS = 10
_NOBODY = "civictui-readiness"
"""Whose document is asked for to see whether users can be read; nobody has this name."""

Sleep = Callable[[float], Awaitable[None]]


class CouchUsers:
    """`AccountSource` of a CouchDB at `url`, which may have a path before `/_session`."""

    proofs_at_once = 8

    def __init__(
        self, url: str, credentials: tuple[str, str], clock: Clock, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._path = urlsplit(url).path.rstrip("/")
        self._link = Link(_origin(url))
        self._credentials = _basic(*credentials)
        self._clock = clock
        self._sleep = sleep
        self._known: dict[str, tuple[float, Account | None]] = {}
        """Until when each user's account is believed."""

    @classmethod
    def of(cls, backing: Backing, clock: Clock) -> Self:
        """Raises UsageError."""
        if not backing.database_user:
            raise UsageError(
                "The users of a CouchDB are read with a user of the gateway's own there",
                "Name it with --database-user and --database-password-file.",
            )
        credentials = (backing.database_user, backing.database_password)
        return cls(backing.accounts, credentials, clock)

    async def proved(self, name: str, password: str) -> Account | None:
        began = self._clock.monotonic()
        account = await self._proved(name, password)
        if account is None:
            passed = self._clock.monotonic() - began
            await self._sleep(FLOOR_SECONDS - passed % FLOOR_SECONDS)
        return account

    async def find(self, name: str) -> Account | None:
        until, account = self._known.get(name, (-math.inf, None))
        if until > self._clock.monotonic() or not _is_name(name):
            return account
        return await self._read(name)

    async def prepare_password(self, name: str, new: str) -> PasswordChange:
        reason = "This password is kept elsewhere. Ask your administrator where to change it."
        raise Problem(403, "managed_elsewhere", reason)

    async def check(self) -> None:
        """The same question as for a user, with the same credentials."""
        await self._read(_NOBODY)

    async def close(self) -> None:
        await self._link.close()

    async def _proved(self, name: str, password: str) -> Account | None:
        if len(password) > LONGEST or not _is_name(name):
            return None
        said = {"name": name, "password": unicodedata.normalize("NFC", password)}
        reply = await self._request("POST", "/_session", {}, encode(said))
        if reply.status == 401 and _object(reply, 401).get("error") == "unauthorized":
            await self._read(name)  # the same work, and who asks whether there is one need not wait
            return None
        if _object(reply, 200).get("name") != name:
            raise _unavailable()
        return await self._read(name)

    async def _read(self, name: str) -> Account | None:
        """The user's account as the server has it now."""
        path = f"/_users/org.couchdb.user:{quote(name, safe='')}"
        reply = await self._request("GET", path, {"Authorization": self._credentials})
        account = None if _is_missing(reply) else _account(name, _object(reply, 200))
        if len(self._known) >= _KEPT_USERS:
            self._known.clear()
        self._known[name] = (self._clock.monotonic() + KEPT_SECONDS, account)
        return account

    async def _request(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> Reply:
        """Raises Problem 503 where nothing, or nothing of this kind, answers."""
        kind = {} if content is None else {"Content-Type": "application/json"}
        asking = partial(
            self._link.request,
            method,
            self._path + path,
            content=content,
            headers={**headers, **kind},
            silence=_SILENCE_SECONDS,
            cap=_ANSWER_BYTES,
        )
        try:
            with suppress(Unreachable):  # a connection that the server has given up meanwhile
                return await asking()
            return await asking()
        except GatewayError as error:
            raise _unavailable() from error


def _account(name: str, doc: Mapping[str, Any]) -> Account | None:
    """The account that a user's document makes; None for one that lets nobody in.

    An area that cannot be read lets nobody in: without an area a user would see everything.
    """
    listed = doc.get("roles")
    roles = {role for role in ROLES if isinstance(listed, list) and role in listed}
    if doc.get("name") != name or not roles or doc.get("disabled"):
        return None
    shown, area = doc.get("display_name"), doc.get("area")
    try:
        return Account(
            name=name,
            display_name=shown_name(shown if isinstance(shown, str) else "", name),
            roles=frozenset(roles),
            area=None if area is None else Area.from_geojson(area),
            mark=_mark(doc),
        )
    except UsageError:
        return None


def _mark(doc: Mapping[str, Any]) -> str:
    """Changes with the password: of its hash and salt, which are the server's own."""
    parts = [doc.get(name) for name in ("derived_key", "password_sha", "salt")]
    return hashlib.sha256(encode(parts)).hexdigest()[:16]


def _object(reply: Reply, expected: int) -> Mapping[str, Any]:
    """The JSON object of an answer that has this status. Raises Problem 503."""
    try:
        said = reply.json() if reply.status == expected else None
    except GatewayError as error:
        raise _unavailable() from error
    if not isinstance(said, dict):
        raise _unavailable()
    return said


def _is_missing(reply: Reply) -> bool:
    """Whether the server says in its own words that there is no such user.

    A 404 of a proxy, or of a server without `_users`, must neither end a session nor count.
    """
    return reply.status == 404 and _object(reply, 404).get("reason") in _NO_USER


def _origin(url: str) -> str:
    """Raises UsageError for what is no address of a server."""
    parts = urlsplit(url)
    if parts.query or parts.fragment:
        raise UsageError("The address of --accounts has no query", "Give scheme, host and port.")
    return origin_of(parts._replace(path="").geturl())


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _is_name(name: str) -> bool:
    """Whether it may be asked for; not what a machine on the way may take for another path."""
    try:
        return checked_name(name) == name and is_name_in_paths(name)
    except UsageError:
        return False


def _unavailable() -> Problem:
    reason = "The server that keeps the accounts does not answer. Nothing was counted."
    return backend_unavailable("accounts", reason, _RETRY_SECONDS)
