"""The other side of a replication over HTTP: a gateway, a CouchDB, Cloudant, PouchDB Server.

Only what the published protocol promises is used. Sequences are opaque, `pending` and
`possible_ancestors` may be absent, unknown fields are ignored.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from civictui.codec import encode
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

POST_BYTES = 1024 * 1024
"""About how much one `_bulk_docs` carries: a few minutes of the thinnest link."""
GET_DOCUMENTS = 64
"""How many revisions one `_bulk_get` asks for."""
_GRACE = 15.0
"""Seconds that an answer to a longpoll may come later than its timeout."""


class Requests(Protocol):
    """What sends a request: a plain link, or one that is signed in."""

    async def request(self, method: str, path: str, **options: Any) -> Reply: ...


class CouchEndpoint:
    """`Endpoint` for the database at `path` (such as `/db/civic`) of a server."""

    def __init__(self, link: Requests, path: str, identity: str) -> None:
        self._link = link
        self._path = path.rstrip("/")
        self._identity = identity

    async def info(self) -> EndpointInfo:
        name, sequence = read_info(await self._ask("GET", ""))
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
        silence = 30.0
        if wait:
            params |= {"feed": "longpoll", "timeout": str(int(wait * 1000))}
            silence = wait + _GRACE
        found = await self._ask("GET", "/_changes", params=params, silence=silence)
        return read_changes(found)

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        return read_missing(await self._ask("POST", "/_revs_diff", json=revs))

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
            docs += read_documents(found)
            rest = rest[piece:]
        return docs

    async def bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        """In pieces of a bounded size, so that a long backlog goes up step by step."""
        failures: list[WriteFailure] = []
        for piece in _pieces(docs, POST_BYTES):
            body = {"docs": piece, "new_edits": False}
            found = await self._ask("POST", "/_bulk_docs", json=body)
            failures += read_failures(found, {doc["_id"] for doc in piece})
        return failures

    async def get_local(self, name: str) -> Doc | None:
        reply = await self._link.request("GET", self._local(name))
        if reply.status == 404:
            return None
        found = _checked(reply)
        return found if isinstance(found, dict) else None

    async def put_local(self, name: str, body: Doc) -> None:
        """Write the log whatever revision it has: we are the only writer of its name."""
        reply = await self._link.request("PUT", self._local(name), json=body)
        if reply.status == 409:
            current = await self.get_local(name)
            renewed = {**body, "_rev": (current or {}).get("_rev")}
            reply = await self._link.request("PUT", self._local(name), json=renewed)
        _checked(reply)

    def _local(self, name: str) -> str:
        return f"{self._path}/_local/{quote(name, safe='')}"

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        return _checked(await self._link.request(method, self._path + path, **options))


def _checked(reply: Reply) -> Any:
    """The JSON of a success. Raises Refused."""
    if reply.status not in {200, 201, 202}:
        raise reply.refusal()
    return reply.json()


def _pieces(docs: Sequence[Doc], size: int) -> Iterator[list[Doc]]:
    """The documents in order, in lists of about `size` bytes of JSON, never an empty one."""
    piece: list[Doc] = []
    room = size
    for doc in docs:
        cost = len(encode(doc))
        if piece and cost > room:
            yield piece
            piece, room = [], size
        piece.append(doc)
        room -= cost
    if piece:
        yield piece
