"""`/open311/v2`: requests and answers in the shape of GeoReport v2, errors too.

Whatever a browser's page may fetch it may fetch from anywhere (CORS): there are no cookies here,
and a key is sent by who has it.
"""

import asyncio
import functools
import gzip
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.gateway.backends import backends_of
from civictui.gateway.journal import note_refusal
from civictui.gateway.open311.again import HEADER, key_in
from civictui.gateway.open311.asking import RequestQuery, check_jurisdiction
from civictui.gateway.open311.form import query_of
from civictui.gateway.open311.office import office_of
from civictui.gateway.open311.posting import service_in
from civictui.gateway.open311.telling import STATUSES, definition_told, service_told
from civictui.gateway.open311.written import FORMATS, written
from civictui.gateway.problems import Problem, not_found
from civictui.gateway.routes.answers import PACKED, takes_gzip
from civictui.gateway.routes.whole import WHOLE

ROOT = "/open311/v2"
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_WORTH_PACKING = 400
_LEVEL = 5
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_KEPT_OF_REFUSALS = {"Allow", "Connection", "Retry-After"}

Said: TypeAlias = tuple[str, Any]
"""The name of the first element, and what is in it."""
Endpoint: TypeAlias = Callable[[Request], Awaitable[Said]]
Answering: TypeAlias = Callable[[Request], Awaitable[Response]]


async def services(request: Request) -> Said:
    """GET services.FORMAT: what is offered."""
    office = office_of(request)
    check_jurisdiction(query_of(request), office.offer.jurisdiction)
    offered = (await office.coding()).services.offered
    return "services", [service_told(service) for service in offered]


async def definition(request: Request) -> Said:
    """GET services/CODE.FORMAT: what one of them asks."""
    office = office_of(request)
    check_jurisdiction(query_of(request), office.offer.jurisdiction)
    asked = {"service_code": [request.path_params["code"]]}
    service = service_in(asked, (await office.coding()).services)
    return "service_definition", definition_told(service)


async def requests(request: Request) -> Said:
    """GET requests.FORMAT: those that are asked for, the newest first."""
    office, fields = office_of(request), query_of(request)
    check_jurisdiction(fields, office.offer.jurisdiction)
    author = await office.reader(fields)
    query = RequestQuery.read(fields, STATUSES, backends_of(request).clock.now())
    return "service_requests", await office.requests(query, author)


async def one_request(request: Request) -> Said:
    """GET requests/ID.FORMAT."""
    office, fields = office_of(request), query_of(request)
    check_jurisdiction(fields, office.offer.jurisdiction)
    author = await office.reader(fields)
    query = RequestQuery(ids=(request.path_params["id"],))
    found = await office.requests(query, author)
    if not found:
        raise not_found("service_request_id was not found.")
    return "service_requests", found


async def post(request: Request) -> Said:
    """POST requests.FORMAT: a report, durable when this is answered."""
    office, again = office_of(request), key_in(request)
    async with office.form(request) as (form, sender):
        check_jurisdiction(form.fields, office.offer.jurisdiction)
        key = await office.take(form, sender, again)
    made = {"service_request_id": key, "service_notice": None, "account_id": None}
    return "service_requests", [made]


async def nothing(_: Request) -> Said:
    raise not_found("There is nothing of this name, or not with this method.")


def shaped(endpoint: Endpoint) -> Answering:
    """The endpoint's answer, or what it refused, in the format that the path ends with."""

    @functools.wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            if request.path_params.get("form", "") not in FORMATS:
                raise not_found(f"The path ends with one of: {', '.join(FORMATS)}.")
            root, value = await endpoint(request)
            return await _answer(request, root, value)
        except Problem as problem:
            return await refusal(request, problem)

    return answered


def is_inside(request: Request) -> bool:
    """Whether it is a request of Open311, wherever it was refused; of nothing while that is off."""
    offered = hasattr(request.app.state, "open311")
    return offered and str(request.scope["path"]).startswith(f"{ROOT}/")


async def refusal(request: Request, problem: Problem) -> Response:
    """What could not be done, as GeoReport tells it: whatever fails below `ROOT` comes here."""
    note_refusal(request.scope, problem)
    said = [{"code": problem.status, "description": problem.reason}]
    headers = {k: v for k, v in problem.headers.items() if k in _KEPT_OF_REFUSALS}
    return await _answer(request, "errors", said, problem.status, headers)


async def _answer(
    request: Request, root: str, value: Any, status: int = 200, headers: Mapping[str, str] = _NONE
) -> Response:
    """In the format that the path ends with; XML where it ends with none. Raises Problem 503."""
    asked = str(request.scope["path"]).rpartition(".")[2]
    form = asked if asked in FORMATS else "xml"
    body, packed = await _body(request, form, root, value)
    fields = {**_HEADERS, **headers, **(PACKED if packed else {}), "Content-Type": FORMATS[form]}
    return office_of(request).sending.answer(body, status, fields)


async def _body(request: Request, form: str, root: str, value: Any) -> tuple[bytes, bool]:
    """The answer, and whether it is packed. A page of 1,000 takes a while: in a thread."""
    packs = takes_gzip(request)

    def made() -> tuple[bytes, bool]:
        body = written(form, root, value)
        if packs and len(body) > _WORTH_PACKING:
            return gzip.compress(body, _LEVEL), True
        return body, False

    return await asyncio.to_thread(made)


async def allowed(_: Request) -> Response:
    """OPTIONS: what a page of another origin may send, should its browser ask beforehand."""
    methods = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Max-Age": "86400"}
    taken = f"Accept, Content-Type, X-Requested-With, {HEADER}"
    headers = {"Access-Control-Allow-Headers": taken}
    return Response(status_code=204, headers={**_HEADERS, **methods, **headers})


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ROUTES = [
    Route(f"{ROOT}/services.{{form}}", shaped(services), methods=["GET"]),
    Route(f"{ROOT}/services/{{code:{WHOLE}}}.{{form}}", shaped(definition), methods=["GET"]),
    Route(f"{ROOT}/requests.{{form}}", shaped(requests), methods=["GET"]),
    Route(f"{ROOT}/requests.{{form}}", shaped(post), methods=["POST"]),
    Route(f"{ROOT}/requests/{{id:{WHOLE}}}.{{form}}", shaped(one_request), methods=["GET"]),
    Route(f"{ROOT}/{{rest:{WHOLE}}}", allowed, methods=["OPTIONS"]),
    Route(f"{ROOT}/{{rest:{WHOLE}}}.{{form}}", shaped(nothing), methods=_METHODS),
    Route(f"{ROOT}/{{rest:{WHOLE}}}", shaped(nothing), methods=_METHODS),
]
