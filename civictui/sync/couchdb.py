"""The other side of a replication over HTTP: a gateway, a CouchDB, Cloudant, PouchDB Server.

Only what the published protocol promises is used. Sequences are opaque, `pending` and
`possible_ancestors` may be absent, unknown fields are ignored.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from civictui.codec import Json, encode
from civictui.domain.errors import AnswerTooLarge, Refused
from civictui.domain.model import Doc
from civictui.domain.ports import Changes, EndpointInfo, Seq, WriteFailure
from civictui.net import Reply
from civictui.sync.answers import (
    read_changes,
    read_documents,
    read_failures,
    read_info,
    read_missing,
)
from civictui.sync.holding import Holding

POST_BYTES = 1024 * 1024
"""About how much one `_bulk_docs` carries: a few minutes of the thinnest link."""
GET_DOCUMENTS = 64
"""How many revisions one `_bulk_get` asks for."""
_SILENCE = 30.0
_SUCCESS = frozenset({200, 201, 202})
_STORED = frozenset({201, 202})
"""What documents are acknowledged with; a plain 200 may be anybody's."""


class Requests(Protocol):
    """What sends a request: a plain link, or one that is signed in."""

    async def request(self, method: str, path: str, **options: Any) -> Reply: ...


class CouchEndpoint:
    """`Endpoint` for the database at `path` (such as `/db/civic`) of a server.

    With a `selector` its feed has only the documents that fit it (as in Mango queries).
    """

    def __init__(
        self, link: Requests, path: str, identity: str, selector: Mapping[str, Any] | None = None
    ) -> None:
        self._link = link
        self._path = path.rstrip("/")
        self._selector = selector
        self._identity = identity
        self._holding = Holding()
        self._logs: dict[str, str] = {}
        """The revision of each log, by its name."""

    async def info(self) -> EndpointInfo:
        name, sequence = read_info((await self._ask("GET", "")).json())
        return EndpointInfo(name, sequence, self._identity)

    async def changes(
        self,
        since: Seq,
        *,
        limit: int,
        descending: bool = False,
        wait: float = 0,
        include_docs: bool = False,
    ) -> Changes:
        params = {"style": "all_docs", "since": str(since), "limit": str(limit)}
        if descending:
            params["descending"] = "true"
            del params["since"]  # a descending feed begins at its end
        if include_docs:
            params["include_docs"] = "true"
        if wait:
            return await self._held(since, params, wait)
        return await self._feed(params, _SILENCE)

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        return read_missing((await self._ask("POST", "/_revs_diff", json=revs)).json())

    async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        """In pieces; where even one document is too large for an answer it is left out."""
        docs: list[Doc] = []
        rest, piece = list(wanted), GET_DOCUMENTS
        while rest:
            asked = {"docs": [{"id": key, "rev": rev} for key, rev in rest[:piece]]}
            try:
                found = await self._ask("POST", "/_bulk_get", params={"revs": "true"}, json=asked)
            except (AnswerTooLarge, Refused) as error:
                if isinstance(error, Refused) and error.status != 413:
                    raise
                rest, piece = (rest, piece // 4) if piece > 1 else (rest[1:], 1)
                continue
            docs += found.read(read_documents)
            rest = rest[piece:]
        return docs

    async def bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        """In pieces of a bounded size, so that a long backlog goes up step by step."""
        failures: list[WriteFailure] = []
        for ids, piece in _pieces(docs, POST_BYTES):
            body = {"docs": piece, "new_edits": False}
            reply = await self._ask("POST", "/_bulk_docs", _STORED, json=body)
            failures += read_failures(reply.json(), ids)
        return failures

    async def get_local(self, name: str) -> Doc | None:
        reply = await self._link.request("GET", self._local(name))
        if reply.status == 404:
            return None
        found = _checked(reply).json()
        if not isinstance(found, dict):
            return None
        self._note_revision(name, found.get("_rev"))
        return found

    async def put_local(self, name: str, body: Doc) -> None:
        """Write the log whatever revision it has: we are the only writer of its name."""
        reply = await self._put(name, body)
        if reply.status == 409:
            self._logs.pop(name, None)
            await self.get_local(name)
            reply = await self._put(name, body)
        found = _checked(reply).json()
        self._note_revision(name, found.get("rev") if isinstance(found, dict) else None)

    async def _put(self, name: str, body: Doc) -> Reply:
        """Some servers take any revision or none, others the current one alone."""
        known = self._logs.get(name)
        content = {**body, "_rev": known} if known else body
        return await self._link.request("PUT", self._local(name), json=content)

    def _note_revision(self, name: str, rev: object) -> None:
        if isinstance(rev, str):
            self._logs[name] = rev

    def _local(self, name: str) -> str:
        return f"{self._path}/_local/{quote(name, safe='')}"

    async def _held(self, since: Seq, params: dict[str, str], wait: float) -> Changes:
        """An answer within `wait` seconds; empty where the server only kept the line alive."""
        terms = self._holding.terms(wait)
        asked = {**params, "feed": "longpoll", **terms.params}
        with self._holding.noting(terms):
            try:
                async with asyncio.timeout(terms.longest):
                    return await self._feed(asked, terms.silence)
            except TimeoutError:
                return Changes([], since)

    async def _feed(self, params: dict[str, str], silence: float) -> Changes:
        if self._selector is None:
            reply = await self._ask("GET", "/_changes", params=params, silence=silence)
        else:
            params = {**params, "filter": "_selector"}
            body = {"selector": self._selector}
            reply = await self._ask("POST", "/_changes", params=params, json=body, silence=silence)
        return reply.read(read_changes)

    async def _ask(
        self, method: str, path: str, success: frozenset[int] = _SUCCESS, **options: Any
    ) -> Reply:
        return _checked(await self._link.request(method, self._path + path, **options), success)


def _checked(reply: Reply, success: frozenset[int] = _SUCCESS) -> Reply:
    """A success. Raises Refused."""
    if reply.status not in success:
        raise reply.refusal()
    return reply


def _pieces(docs: Sequence[Doc], size: int) -> Iterator[tuple[set[str], list[Json]]]:
    """The documents in order and their ids, in lists of about `size` bytes, never an empty one."""
    ids: set[str] = set()
    piece: list[Json] = []
    room = size
    for doc in docs:
        content = encode(doc)
        if piece and len(content) > room:
            yield ids, piece
            ids, piece, room = set(), [], size
        ids.add(doc["_id"])
        piece.append(Json(content))
        room -= len(content)
    if piece:
        yield ids, piece
