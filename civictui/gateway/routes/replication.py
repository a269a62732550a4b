"""The paths of CouchDB's replication protocol below `/db/civic`, and no others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.domain.model import Doc
from civictui.domain.ports import WriteFailure
from civictui.domain.revtree import BadRevision, parse
from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.database.port import NAME
from civictui.gateway.database.review import batch_of
from civictui.gateway.journal import served_of
from civictui.gateway.policy import PAGE_BYTES
from civictui.gateway.problems import bad_request, not_found
from civictui.gateway.routes.answers import answer
from civictui.gateway.routes.bodies import large_object, read_object
from civictui.gateway.routes.feed import changes
from civictui.gateway.routes.gathering import MOST_NAMED, too_many
from civictui.gateway.routes.listing import all_docs
from civictui.gateway.routes.reading import bulk_get, document
from civictui.gateway.routes.sight import log_owner_of, reading_of
from civictui.gateway.routes.whole import WHOLE

_LOCAL_BYTES = 64 * 1024
_LONGEST_LOCAL_NAME = 256
_LOCAL_REVISION = re.compile(r"0-(\d{1,9})", re.ASCII)


async def info(request: Request) -> Response:
    """GET /db/civic."""
    return await answer(request, await reading_of(request).info())


async def no_database(request: Request) -> Response:
    """Every other database, and paths below `_` that are no part of replication."""
    inside = request.path_params["name"] == NAME
    raise not_found("missing" if inside else "Database does not exist.")


async def revs_diff(request: Request) -> Response:
    """POST /db/civic/_revs_diff {id: [revision]}; who is barred learns of no ancestors."""
    async with large_object(request, PAGE_BYTES) as body:
        found = await reading_of(request).revs_diff(_revisions(body))
        if grant_of(request).barred:
            found = {key: {"missing": said["missing"]} for key, said in found.items()}
        return await answer(request, found)


async def bulk_docs(request: Request) -> Response:
    """POST /db/civic/_bulk_docs {new_edits: false, docs: [...]}; answers what was refused."""
    async with large_object(request, PAGE_BYTES) as body:
        viewer, docs = grant_of(request).viewer, batch_of(body)
        arrival = await backends_of(request).database.take_in(docs, viewer)
        served = served_of(request)
        served.taken, served.refused = arrival.added, len(arrival.failures)
    return await answer(request, [_refusal(failure) for failure in arrival.failures], 201)


def _refusal(failure: WriteFailure) -> Doc:
    """As CouchDB tells it; by `name` PouchDB sees that it need not try this document again."""
    return {**asdict(failure), "name": "forbidden"}


async def ensure_full_commit(request: Request) -> Response:
    """POST /db/civic/_ensure_full_commit: every write is durable already."""
    made = str(backends_of(request).database.made)
    return await answer(request, {"ok": True, "instance_start_time": made}, 201)


async def get_local(request: Request) -> Response:
    """GET /db/civic/_local/{name}: a replication log of this user's."""
    name = _local_name(request)
    found = await backends_of(request).logs.get(log_owner_of(request), name)
    if found is None:
        raise not_found()
    return await answer(request, {"_id": f"_local/{name}", **found})


async def put_local(request: Request) -> Response:
    """PUT /db/civic/_local/{name}. As in CouchDB, a stale revision is accepted."""
    name = _local_name(request)
    body = await read_object(request, _LOCAL_BYTES)
    _check_local_revision(body.get("_rev"))
    logs, owner = backends_of(request).logs, log_owner_of(request)
    revision = _next_local_revision(await logs.get(owner, name))
    plain = {key: value for key, value in body.items() if not key.startswith("_")}
    kept: Doc = {"_rev": revision, **plain}
    await logs.put(owner, name, kept)
    return await answer(request, {"ok": True, "id": f"_local/{name}", "rev": revision}, 201)


def _local_name(request: Request) -> str:
    name: str = request.path_params["local"]
    if not name or len(name) > _LONGEST_LOCAL_NAME:
        raise bad_request(f"A local name has 1 to {_LONGEST_LOCAL_NAME} characters.")
    return name


def _check_local_revision(rev: object) -> None:
    if rev is not None and not (isinstance(rev, str) and _LOCAL_REVISION.fullmatch(rev)):
        raise bad_request("Invalid rev format")


def _next_local_revision(kept: Doc | None) -> str:
    """Counted from what is here, whatever the client says: who wrote the last one of a database
    that was put back since sees by the answer that its log is gone.
    """
    found = _LOCAL_REVISION.fullmatch(str((kept or {}).get("_rev")))
    return f"0-{int(found[1]) + 1}" if found else "0-1"


def _revisions(body: Mapping[str, object]) -> dict[str, Sequence[str]]:
    """The body of `_revs_diff`. Raises Problem 400, 413."""
    if len(body) > MOST_NAMED:
        raise too_many()
    checked: dict[str, Sequence[str]] = {}
    for key, revs in body.items():
        if not isinstance(revs, list) or not all(_is_revision(rev) for rev in revs):
            raise bad_request("The body is {id: [revision, ...]}.")
        checked[key] = revs
    if sum(map(len, checked.values())) > MOST_NAMED:
        raise too_many()
    return checked


def _is_revision(rev: object) -> bool:
    try:
        return isinstance(rev, str) and bool(parse(rev))
    except BadRevision:
        return False


_HOME = f"/db/{NAME}"
_ANY = ["GET", "POST", "PUT", "DELETE", "PATCH"]

ROUTES = [
    Route(_HOME, info, methods=["GET"]),
    Route(f"{_HOME}/", info, methods=["GET"]),
    Route(f"{_HOME}/_changes", changes, methods=["GET", "POST"]),
    Route(f"{_HOME}/_revs_diff", revs_diff, methods=["POST"]),
    Route(f"{_HOME}/_bulk_get", bulk_get, methods=["POST"]),
    Route(f"{_HOME}/_bulk_docs", bulk_docs, methods=["POST"]),
    Route(f"{_HOME}/_all_docs", all_docs, methods=["GET"]),
    Route(f"{_HOME}/_ensure_full_commit", ensure_full_commit, methods=["POST"]),
    Route(f"{_HOME}/_local/{{local:{WHOLE}}}", get_local, methods=["GET"]),
    Route(f"{_HOME}/_local/{{local:{WHOLE}}}", put_local, methods=["PUT"]),
    Route(f"/db/{{name}}/_{{rest:{WHOLE}}}", no_database, methods=_ANY),
    Route(f"{_HOME}/{{docid:{WHOLE}}}", document, methods=["GET"]),
    Route("/db/{name}", no_database, methods=["GET"]),
    Route(f"/db/{{name}}/{{rest:{WHOLE}}}", no_database, methods=["GET"]),
]
