"""Documents as they are asked for: one, all leaves of one, many by revision."""

from collections.abc import Iterable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from civictui.domain.model import Doc
from civictui.domain.revtree import parse, path_of
from civictui.gateway.database.port import Reading
from civictui.gateway.problems import bad_request, not_found
from civictui.gateway.routes.answers import answer, answer_bytes
from civictui.gateway.routes.bodies import large_object
from civictui.gateway.routes.feed import conflicts_of
from civictui.gateway.routes.gathering import Gathering
from civictui.gateway.routes.queries import DocQuery, flag
from civictui.gateway.routes.sight import reading_of

_BODY_BYTES = 4 * 1024 * 1024


async def document(request: Request) -> Response:
    """GET /db/civic/{id}."""
    key = request.path_params["docid"]
    query = DocQuery.read(request.query_params)
    database = reading_of(request)
    if query.open_revs is not None:
        return await _open_revisions(request, key, query)
    doc = await _one(database, key, query)
    etag = f'"{doc["_rev"]}"'
    if request.headers.get("if-none-match") == etag and not query.conflicts:
        return Response(status_code=304, headers={"ETag": etag})
    if query.conflicts:
        doc |= conflicts_of(await database.leaves(key))
    return await answer(request, _shown(doc, query.revs), headers={"ETag": etag})


async def bulk_get(request: Request) -> Response:
    """POST /db/civic/_bulk_get {docs: [{id, rev}]}."""
    revs, latest = (flag(request.query_params, name) for name in ("revs", "latest"))
    async with large_object(request, _BODY_BYTES) as body, Gathering(request) as gathering:
        database, parts = reading_of(request), []
        async for batch in gathering.turns(_wanted(body)):
            answers = await _answers(database, batch, latest)
            for (key, _), entries in zip(batch, answers, strict=True):
                shown = [_result(entry, revs) for entry in entries]
                parts.append(await gathering.encoded({"id": key, "docs": shown}))
        return await answer_bytes(request, b'{"results":[' + b",".join(parts) + b"]}")


async def _one(database: Reading, key: str, query: DocQuery) -> Doc:
    leaves = await database.leaves(key)
    if not leaves:
        raise not_found()
    if query.rev is None and leaves[0][1]:
        raise not_found("deleted")
    asked = query.rev or leaves[0][0]
    if query.rev and query.latest:
        found = await _descendants(database, key, query.rev)
        doc = found[0] if found else None
    else:
        doc = (await database.bulk_get([(key, asked)]))[0]
    if doc is None:
        raise not_found()
    return doc


async def _open_revisions(request: Request, key: str, query: DocQuery) -> Response:
    database = reading_of(request)
    leaves = await database.leaves(key)
    if not query.open_revs and not leaves:
        raise not_found()
    revs = list(dict.fromkeys(query.open_revs or ())) or _by_age(rev for rev, _ in leaves)
    async with Gathering(request) as gathering:
        parts = []
        async for batch in gathering.turns(revs):
            found = await database.bulk_get([(key, rev) for rev in batch])
            for rev, doc in zip(batch, found, strict=True):
                shown = {"missing": rev} if doc is None else {"ok": _shown(doc, query.revs)}
                parts.append(await gathering.encoded(shown))
        return await answer_bytes(request, b"[" + b",".join(parts) + b"]")


Entry = tuple[str, str, Doc | None]
"""Id, revision asked for, and the document or None."""


async def _answers(
    database: Reading, batch: Sequence[tuple[str, str | None]], latest: bool
) -> list[list[Entry]]:
    """The documents of each item: one for a plain revision, else those of its leaves.

    The leaves of a document are read once, however many of its revisions are asked for.
    """
    plain = await database.bulk_get([(key, rev) for key, rev in batch if rev and not latest])
    ready = iter(plain)
    leaves: dict[str, list[Doc]] = {}
    answers: list[list[Entry]] = []
    for key, rev in batch:
        if rev and not latest:
            answers.append([(key, rev, next(ready))])
            continue
        if key not in leaves:
            leaves[key] = await _descendants(database, key, None)
        found = _coming_from(rev, leaves[key])
        answers.append(
            [(key, doc["_rev"], doc) for doc in found] or [(key, rev or "undefined", None)]
        )
    return answers


async def _descendants(database: Reading, key: str, rev: str | None) -> list[Doc]:
    """The leaves of a document that come from `rev`, or all of them, oldest generation first."""
    leaves = _by_age(leaf for leaf, _ in await database.leaves(key))
    docs = [doc for doc in await database.bulk_get([(key, leaf) for leaf in leaves]) if doc]
    return _coming_from(rev, docs)


def _coming_from(rev: str | None, docs: list[Doc]) -> list[Doc]:
    return docs if rev is None else [doc for doc in docs if rev in _ancestry(doc)]


def _ancestry(doc: Doc) -> list[str]:
    return path_of(doc["_revisions"]["start"], doc["_revisions"]["ids"])


def _by_age(revs: Iterable[str]) -> list[str]:
    return sorted(revs, key=parse)


def _shown(doc: Doc, revs: bool) -> Doc:
    return doc if revs else {name: value for name, value in doc.items() if name != "_revisions"}


def _result(entry: Entry, revs: bool) -> Doc:
    key, rev, doc = entry
    if doc is not None:
        return {"ok": _shown(doc, revs)}
    return {"error": {"id": key, "rev": rev, "error": "not_found", "reason": "missing"}}


def _wanted(body: Doc) -> list[tuple[str, str | None]]:
    """Each once: the same asked for twice is the same answer. Raises Problem 400."""
    docs = body.get("docs")
    if not isinstance(docs, list):
        raise bad_request("Missing JSON list of 'docs'.")
    return list(dict.fromkeys(_one_wanted(item) for item in docs))


def _one_wanted(item: object) -> tuple[str, str | None]:
    key = item.get("id") if isinstance(item, dict) else None
    rev = item.get("rev") if isinstance(item, dict) else None
    if not isinstance(key, str) or not key or not isinstance(rev, str | None):
        raise bad_request("Each of 'docs' is {id, rev}.")
    return key, rev
