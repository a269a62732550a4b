"""`_changes`: the rows after a sequence, at once or (longpoll) as soon as there are any."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from civictui.codec import encode
from civictui.domain.model import Doc
from civictui.domain.ports import Change
from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.database.port import Reading
from civictui.gateway.journal import served_of
from civictui.gateway.policy import PAGE_BYTES
from civictui.gateway.problems import Problem
from civictui.gateway.routes.answers import JSON, Packer, answer_bytes, takes_gzip
from civictui.gateway.routes.bodies import read_object
from civictui.gateway.routes.queries import FeedQuery
from civictui.gateway.routes.sight import (
    is_shut_out,
    judge_device_again,
    reading_of,
    sees_the_same,
)

_ROWS_AT_ONCE = 500
"""Rows read in one turn of the store's thread, so that a long feed keeps nobody else waiting."""

_FEW_ROWS = 50
"""A page of no more rows waits for no place."""

_FIRST_ROWS, _HEAVY_BYTES = 5, 128 * 1024
"""If so few rows are so large already, it does."""

_ROWS_BACKWARDS = 1000
"""The most rows of a descending feed: it is for the newest few."""

_LOOK_SECONDS = 5.0
"""How long a held answer goes on to whoever is barred meanwhile, while nothing is written."""

_BODY_BYTES = 64 * 1024
_ROOM = PAGE_BYTES - 1024


@dataclass(slots=True)
class Page:
    """Rows as JSON, and where the next page begins."""

    rows: list[bytes]
    last: str
    pending: int
    bytes: int = 0


async def changes(request: Request) -> Response:
    """GET or POST /db/civic/_changes."""
    if request.method == "POST" and request.headers.get("content-length", "0") != "0":
        await read_object(request, _BODY_BYTES)  # only filters have anything in it
    query = FeedQuery.read(request.query_params)
    database = reading_of(request)
    since = await database.position(query.since)
    bell = database.bell
    async with page_of(request, query, since) as page:
        if page.rows or not query.longpoll or database.closing:
            return await answer_bytes(request, _body(database, page))
    over = backends_of(request).held.take(grant_of(request).user)
    served_of(request).held = True
    packer = Packer(takes_gzip(request))
    return _Holding(_held(request, query, since, bell, packer), packer.headers, over)


class _Holding(StreamingResponse):
    """An answer that is held; its place is given back however it ends, also before it begins."""

    def __init__(
        self, content: AsyncIterator[bytes], headers: Mapping[str, str], over: Callable[[], None]
    ) -> None:
        super().__init__(content, headers=headers, media_type=JSON)
        self._over = over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._over()


@asynccontextmanager
async def page_of(request: Request, query: FeedQuery, since: str) -> AsyncIterator[Page]:
    """The rows asked for, as many as fit into a page; `pending` counts those left.

    A long page keeps one of a few places until it is packed: what 200 first replications would
    take in memory at once, and keep every short page waiting for, is made a few at a time.
    """
    database, page = reading_of(request), Page([], since, 0)
    if await _is_short(database, query, page):
        yield page
        return
    async with backends_of(request).long_answers:
        judge_device_again(request)
        await _extend(database, query, page, query.limit)
        yield page


async def _is_short(database: Reading, query: FeedQuery, page: Page) -> bool:
    """Read as much as a page may have that waits for no place; whether it is whole with that."""
    few = min(query.limit, _FEW_ROWS)
    if query.descending and query.limit > few:
        return False
    for most in (few,) if query.descending else (min(few, _FIRST_ROWS), few):
        await _extend(database, query, page, most)
        if not page.pending or len(page.rows) < most or most == query.limit:
            return True
        if page.bytes > _HEAVY_BYTES:
            break
    return False


async def _extend(database: Reading, query: FeedQuery, page: Page, limit: int) -> None:
    """Read on until the page has so many rows, is full, or nothing is left."""
    while len(page.rows) < limit:
        wanted = min(_ROWS_AT_ONCE, limit - len(page.rows))
        if query.descending:  # the store cannot go on backwards from the middle
            wanted = min(_ROWS_BACKWARDS, query.limit)
        found = await database.changes(
            page.last, wanted, descending=query.descending, include_docs=query.include_docs
        )
        full = await _fill(database, query, page, found.rows)
        if not full:  # what was passed over counts, too
            page.last = str(found.last_seq)
        page.pending = (found.pending or 0) + full
        if full or not found.pending or query.descending:
            break


async def _fill(database: Reading, query: FeedQuery, page: Page, rows: Sequence[Change]) -> int:
    """Add rows until the page is full; returns how many found no room.

    Rows of one sequence stay together, or the next page would begin in the middle of them.
    """
    for i, change in enumerate(rows):
        row = encode(await _row(database, query, change, len(page.rows)))
        begins = bool(page.rows) and str(change.seq) != page.last
        if begins and page.bytes + len(row) > _ROOM:
            return len(rows) - i
        page.rows.append(row)
        page.bytes += len(row) + 1
        page.last = str(change.seq)
    return 0


async def _row(database: Reading, query: FeedQuery, change: Change, index: int) -> Doc:
    revs = change.revs if query.all_leaves else change.revs[:1]
    row: Doc = {
        "seq": None if index % query.interval else change.seq,
        "id": change.id,
        "changes": [{"rev": rev} for rev in revs],
    }
    if change.deleted:
        row["deleted"] = True
    if query.include_docs:
        row["doc"] = None if change.doc is None else dict(change.doc)
        if change.doc is not None and query.conflicts and len(change.revs) > 1:
            row["doc"] |= conflicts_of(await database.leaves(change.id))
    return row


def conflicts_of(leaves: list[tuple[str, bool]]) -> Doc:
    """The `_conflicts` member: the living leaves that lost, or nothing."""
    losers = [rev for rev, deleted in leaves[1:] if not deleted]
    return {"_conflicts": losers} if losers else {}


async def _held(
    request: Request, query: FeedQuery, since: str, bell: asyncio.Event, packer: Packer
) -> AsyncIterator[bytes]:
    """Keep quiet until something was written or the time is up, then say what there is.

    To whoever may see less or more meanwhile, or nothing, it says nothing: the next request will.
    That somebody is barred writes nothing, so it is looked at from time to time.
    """
    database, loop = reading_of(request), asyncio.get_running_loop()
    end = loop.time() + query.wait
    page, packed = Page([], since, 0), b""
    beat = _next_beat(query, end)
    while not packed and not database.closing and loop.time() < end:
        try:
            async with asyncio.timeout_at(min(beat, loop.time() + _LOOK_SECONDS)):
                await bell.wait()
        except TimeoutError:
            if is_shut_out(request):
                break
            if loop.time() >= beat:
                yield packer.piece(b"\n")  # JSON may begin with blanks
                beat = _next_beat(query, end)
            continue
        bell, beat = database.bell, _next_beat(query, end)
        if not await sees_the_same(request):
            break
        try:
            async with page_of(request, query, page.last) as page:
                if page.rows:
                    packed = await asyncio.to_thread(packer.last, _body(database, page))
        except Problem:  # barred while it waited for its place, or the database is away
            break
    yield packed or packer.last(_body(database, page))


def _next_beat(query: FeedQuery, end: float) -> float:
    """When something is to be sent that keeps the connection open; `end` at the latest."""
    now = asyncio.get_running_loop().time()
    return min(end, now + query.heartbeat) if query.heartbeat else end


def _body(database: Reading, page: Page) -> bytes:
    last = encode(page.last)
    tail = b'],"last_seq":%b,"pending":%d}\n' % (last, page.pending)
    return b'{"results":[' + b",".join(page.rows) + tail
