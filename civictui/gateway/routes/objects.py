"""`/v1/objects`: pictures given out, whole or in part."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.objects.objects import is_key
from civictui.gateway.objects.port import Stored
from civictui.gateway.problems import Problem, not_found
from civictui.gateway.routes.ranges import Span, requested_span


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
    if span is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{stored.size}"
    return Response(content, 200 if span is None else 206, headers, stored.media_type)


def _absent() -> Problem:
    return not_found("There is no such picture.")


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]


ROUTES = [Route("/v1/objects/{key}", get_object, methods=["GET"])]
