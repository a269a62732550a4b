"""`/v1/objects`: pictures given out, whole or in part; which of them are missing."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.objects.objects import is_key
from civictui.gateway.objects.port import Stored
from civictui.gateway.problems import Problem, bad_request, not_found
from civictui.gateway.routes.answers import answer
from civictui.gateway.routes.bodies import read_object
from civictui.gateway.routes.ranges import Span, requested_span
from civictui.gateway.routes.sight import judge_device_again

MOST_KEYS = 500
"""In one question: the answer to each may be a request to a bucket."""
_BODY_BYTES = 64 * 1024
_AT_ONCE = 20


async def get_object(request: Request) -> Response:
    """GET or HEAD /v1/objects/{key}."""
    stored = await _visible(request)
    headers = {
        "ETag": f'"{stored.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    if headers["ETag"] in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":  # which has no ranges
        headers["Content-Length"] = str(stored.size)
        return Response(None, 200, headers, stored.media_type)
    span = requested_span(request.headers, stored.size, headers["ETag"])
    return await _given(request, stored, span, headers)


async def missing(request: Request) -> Response:
    """POST /v1/objects/missing {keys}: those of the sender's pictures that are not here.

    What is not for this viewer is not missing either: it is as if nobody had named it.
    """
    keys = (await read_object(request, _BODY_BYTES)).get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise bad_request("Missing JSON list of 'keys'.")
    if len(keys) > MOST_KEYS:
        raise bad_request(f"{MOST_KEYS} keys at most.")
    asked, absent = list(dict.fromkeys(filter(is_key, keys))), list[str]()
    for start in range(0, len(asked), _AT_ONCE):
        group = asked[start : start + _AT_ONCE]
        found = await asyncio.gather(*(_is_missing(request, key) for key in group))
        absent += [key for key, gone in zip(group, found, strict=True) if gone]
    return await answer(request, {"missing": absent})


async def _is_missing(request: Request, key: str) -> bool:
    backends = backends_of(request)
    if await backends.objects.has(key):
        return False
    return await backends.uploads.sees(grant_of(request).viewer, key)


async def _visible(request: Request) -> Stored:
    """The object that is asked for. Raises Problem 404: one that is not for this viewer is none."""
    key, backends = request.path_params["key"], backends_of(request)
    if is_key(key) and await backends.uploads.sees(grant_of(request).viewer, key):
        stored = await backends.objects.find(key)
        if stored is not None:
            return stored
    raise _absent()


async def _given(
    request: Request, stored: Stored, span: Span | None, headers: dict[str, str]
) -> Response:
    first, last = span or (0, stored.size - 1)
    content = await backends_of(request).objects.read(stored, first, last)
    if content is None:
        raise _absent()
    judge_device_again(request)  # a bucket may have taken its time
    if span is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{stored.size}"
    return Response(content, 200 if span is None else 206, headers, stored.media_type)


def _absent() -> Problem:
    return not_found("There is no such picture.")


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]


ROUTES = [
    Route("/v1/objects/missing", missing, methods=["POST"]),
    Route("/v1/objects/{key}", get_object, methods=["GET"]),
]
