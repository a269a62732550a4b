"""`_all_docs`: every living document in the order of the ids, streamed. For scripts."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from civictui.codec import encode
from civictui.domain.model import Doc
from civictui.gateway.backends import backends_of
from civictui.gateway.database.port import Reading
from civictui.gateway.routes.answers import JSON, Packer, takes_gzip
from civictui.gateway.routes.queries import flag, number
from civictui.gateway.routes.sight import reading_of, sees_the_same

_CHANGES_AT_ONCE = 1000
_AT_FIRST, _AT_MOST = 2, 100
"""How many are read at once; how large they are is known afterwards."""
_TURN_BYTES = 256 * 1024


async def all_docs(request: Request) -> Response:
    """GET /db/civic/_all_docs?include_docs&skip&limit."""
    params = request.query_params
    include_docs = flag(params, "include_docs")
    skip, limit = number(params, "skip", 0), number(params, "limit", 2**31)
    database = reading_of(request)
    living = await _living(database)
    head = {"total_rows": len(living), "offset": min(skip, len(living))}
    places = backends_of(request).long_answers
    rows = _rows(database, living[skip : skip + limit], include_docs, places)
    packer = Packer(takes_gzip(request))
    body = _body(request, head, rows, packer)
    return StreamingResponse(body, headers=packer.headers, media_type=JSON)


async def _living(database: Reading) -> list[tuple[str, str]]:
    """(id, winning revision) of every document that is not deleted."""
    living: dict[str, str] = {}  # a row may come twice where the other side changes meanwhile
    since, pending = "0", 1
    while pending:
        found = await database.changes(since, _CHANGES_AT_ONCE)
        living |= {row.id: row.revs[0] for row in found.rows if not row.deleted}
        since, pending = str(found.last_seq), found.pending or 0
    return sorted(living.items())


async def _rows(
    database: Reading,
    chosen: list[tuple[str, str]],
    include_docs: bool,
    places: asyncio.Semaphore,
) -> AsyncIterator[list[bytes]]:
    """The rows of the documents chosen, the fewer at a time the larger they are."""
    start = read = 0
    while start < len(chosen):
        count = min(_AT_MOST, _TURN_BYTES * start // read) if read else _AT_FIRST
        batch = chosen[start : start + max(1, count)]
        async with places:  # not while they are sent: whoever takes them slowly would keep it
            # A revision that was replaced since the list was made is left out: it is not true now.
            docs = await database.bulk_get(batch) if include_docs else [{} for _ in batch]
            rows = [
                encode(_row(key, rev, doc if include_docs else None))
                for (key, rev), doc in zip(batch, docs, strict=True)
                if doc is not None
            ]
            del docs
        start += len(batch)
        read += sum(map(len, rows))
        yield rows


def _row(key: str, rev: str, doc: Doc | None) -> Doc:
    row: Doc = {"id": key, "key": key, "value": {"rev": rev}}
    if doc is not None:
        row["doc"] = {name: value for name, value in doc.items() if name != "_revisions"}
    return row


async def _body(
    request: Request, head: Doc, batches: AsyncIterator[list[bytes]], packer: Packer
) -> AsyncIterator[bytes]:
    """The list in pieces, as fast as it is read.

    It breaks off, without the end of its JSON, for whoever may no longer see what comes next.
    """
    yield packer.piece(encode(head)[:-1] + b',"rows":[')
    before = b""
    async for rows in batches:
        if not await sees_the_same(request):
            return
        if rows:
            yield packer.piece(before + b",\n".join(rows))
            before = b",\n"
    yield packer.last(b"]}\n")
