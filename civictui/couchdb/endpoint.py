"""The other side of a replication over HTTP: a gateway, a CouchDB, Cloudant, PouchDB Server.

Only what the published protocol promises is used. Sequences are opaque, `pending` and
`possible_ancestors` may be absent, unknown fields are ignored.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from civictui.codec import Json, encode
from civictui.couchdb.answers import (
    NotGiven,
    read_changes,
    read_documents,
    read_failures,
    read_info,
    read_missing,
    strange,
)
from civictui.couchdb.holding import Holding
from civictui.couchdb.log_count import LogCount, LogLost
from civictui.couchdb.paths import segment
from civictui.couchdb.patience import Patience
from civictui.domain.errors import AnswerTooLarge, Refused
from civictui.domain.model import Doc
from civictui.domain.ports import Changes, EndpointInfo, Seq, WriteFailure
from civictui.net import Reply

POST_BYTES = 1024 * 1024
"""About how much one `_bulk_docs` carries: a few minutes of the thinnest link."""
MOST_REFUSALS = 16
"""After so many refused pieces in a row it is the server, and not a document."""
GET_DOCUMENTS = 64
"""How many revisions one `_bulk_get` asks for."""
ANSWER_BYTES = 2 * 1024 * 1024
"""The most that an answer without documents may hold."""
_SILENCE = 30.0
_SUCCESS = frozenset({200, 201, 202})
_STORED = frozenset({201, 202})
"""What documents are acknowledged with; a plain 200 may be anybody's."""


Pair: TypeAlias = tuple[str, str]
"""A document's id and one of its revisions."""


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
        self._log_count = LogCount()
        self._patience = Patience()

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
        reply = await self._ask("POST", "/_revs_diff", json=revs, cap=ANSWER_BYTES)
        return read_missing(reply.json())

    async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        """In pieces; where even one document is too large for an answer it is left out.

        One that only ever meets an error is left out, too, when that was asked for a few times;
        before that GatewayError is raised, as for a document that was not asked for.
        """
        docs: list[Doc] = []
        failed: list[Pair] = []
        rest, piece, faults = list(wanted), GET_DOCUMENTS, 0
        while rest:
            asked = rest[:piece]
            try:
                found, errors = await self._gotten(asked)
                faults = 0
            except (AnswerTooLarge, Refused) as error:
                fault = _is_fault(error)
                faults += fault
                if faults > MOST_REFUSALS or not (fault or _is_too_large(error)):
                    raise
                if piece > 1:
                    piece //= 4
                    continue
                found, errors = [], asked if fault else []
            docs += found
            failed += errors
            rest = rest[piece:]
        self._patience.check(failed)
        return docs

    async def _gotten(self, asked: list[Pair]) -> tuple[list[Doc], list[Pair]]:
        """The documents of one `_bulk_get`, and what of it met an error that may pass."""
        body = {"docs": [{"id": key, "rev": rev} for key, rev in asked]}
        reply = await self._ask("POST", "/_bulk_get", params={"revs": "true"}, json=body)
        try:
            return _asked_for(reply.read(read_documents), asked), []
        except NotGiven as error:
            docs = _asked_for(error.docs, asked)
            given = {(doc["_id"], doc["_rev"]) for doc in docs}
            lacking = [pair for pair in asked if pair not in given]
            return docs, [pair for pair in lacking if pair[0] in error.failed] or lacking

    async def bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        """In pieces of a bounded size, so that a long backlog goes up step by step.

        A piece that is refused as a whole goes in halves: one document that the server cannot
        take, or a limit on the way, keeps no other back.
        """
        failures: list[WriteFailure] = []
        waiting = list(_pieces(docs, POST_BYTES))[::-1]
        refusals = 0
        while waiting:
            piece = waiting.pop()
            try:
                failures += await self._stored(piece)
                refusals = 0
            except Refused as error:
                refusals += 1
                if not _concerns_documents(error) or refusals > MOST_REFUSALS:
                    raise
                if len(piece) > 1:
                    half = len(piece) // 2
                    waiting += [piece[half:], piece[:half]]
                    continue
                failures.append(_failure_of(piece[0], error))
                refusals = 0 if error.status == 413 else refusals
        return failures

    async def _stored(self, piece: "Piece") -> list[WriteFailure]:
        body = {"docs": [content for _, _, content in piece], "new_edits": False}
        reply = await self._ask("POST", "/_bulk_docs", _STORED, json=body, cap=ANSWER_BYTES)
        return read_failures(reply.json(), {key for key, _, _ in piece})

    async def get_local(self, name: str) -> Doc | None:
        reply = await self._link.request("GET", self._local(name), cap=ANSWER_BYTES)
        self._logs.pop(name, None)
        if reply.status == 404:
            return None
        found = _checked(reply).json()
        if not isinstance(found, dict):
            return None
        self._note_revision(name, found.get("_rev"))
        return found

    async def put_local(self, name: str, body: Doc) -> None:
        """Write the log. Raises LogLost where it does not follow the one that is known here.

        Some servers refuse such a log, others take it and count on from what they have.
        """
        known = self._logs.pop(name, None)  # until an answer says so, nobody knows which it has
        reply = await self._put(name, body, known)
        if reply.status == 409 and known is not None:
            raise LogLost(written=False)
        if reply.status == 409:
            await self.get_local(name)
            reply = await self._put(name, body, self._logs.get(name))
        found = _checked(reply).json()
        rev = found.get("rev") if isinstance(found, dict) else None
        self._note_revision(name, rev)
        if self._log_count.betrays(known, rev):
            raise LogLost(written=True)

    async def _put(self, name: str, body: Doc, known: str | None) -> Reply:
        """Some servers take any revision or none, others the current one alone."""
        content = {**body, "_rev": known} if known else body
        return await self._link.request("PUT", self._local(name), json=content)

    def _note_revision(self, name: str, rev: object) -> None:
        if isinstance(rev, str):
            self._logs[name] = rev

    def _local(self, name: str) -> str:
        return f"{self._path}/_local/{segment(name)}"

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
        page = reply.read(read_changes)
        if len(page.rows) > int(params["limit"]):
            raise strange()
        return page

    async def _ask(
        self, method: str, path: str, success: frozenset[int] = _SUCCESS, **options: Any
    ) -> Reply:
        return _checked(await self._link.request(method, self._path + path, **options), success)


def _checked(reply: Reply, success: frozenset[int] = _SUCCESS) -> Reply:
    """A success. Raises Refused."""
    if reply.status not in success:
        raise reply.refusal()
    return reply


def _asked_for(found: list[Doc], asked: Sequence[tuple[str, str]]) -> list[Doc]:
    """The documents found, once each. Raises GatewayError where one was not asked for."""
    named = {(doc["_id"], doc["_rev"]): doc for doc in found}
    if not named.keys() <= set(asked):
        raise strange()
    return list(named.values())


Piece: TypeAlias = list[tuple[str, str, Json]]
"""Documents that are sent at once: id, revision, content."""


def _pieces(docs: Sequence[Doc], size: int) -> Iterator[Piece]:
    """The documents in order, in lists of about `size` bytes, never an empty one."""
    piece: Piece = []
    room = size
    for doc in docs:
        content = encode(doc)
        if piece and len(content) > room:
            yield piece
            piece, room = [], size
        piece.append((doc["_id"], doc["_rev"], Json(content)))
        room -= len(content)
    if piece:
        yield piece


def _is_fault(error: AnswerTooLarge | Refused) -> bool:
    """Whether one document may be at fault, and not the server or a machine on the way."""
    if not isinstance(error, Refused) or error.retry_after:
        return False
    return error.status == 500 and bool(error.code)


def _is_too_large(error: AnswerTooLarge | Refused) -> bool:
    return not isinstance(error, Refused) or error.status == 413


def _concerns_documents(error: Refused) -> bool:
    """Whether fewer documents might be taken; a machine on the way gives no code with its 400."""
    if error.retry_after:
        return False
    return error.status == 413 or (error.status in {400, 500} and bool(error.code))


def _failure_of(sent: tuple[str, str, Json], error: Refused) -> WriteFailure:
    """What the refusal of one document by itself says of it. An error of the server may pass."""
    codes = {413: "too_large", 500: "internal_server_error"}
    key, rev, _ = sent
    return WriteFailure(key, rev, codes.get(error.status, error.code), error.reason or str(error))
