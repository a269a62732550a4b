"""`/v1/objects`: pictures given out, whole or in part."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.gateway.backends import backends_of
from civictui.gateway.objects.objects import Stored, is_key
from civictui.gateway.problems import not_found
from civictui.gateway.routes.ranges import Span, requested_span

_TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}


async def get_object(request: Request) -> Response:
    """GET or HEAD /v1/objects/{key}."""
    key = request.path_params["key"]
    stored = await backends_of(request).objects.get(key) if is_key(key) else None
    if stored is None:
        raise not_found("There is no such picture.")
    headers = {
        "ETag": f'"{stored.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    if headers["ETag"] in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    span = requested_span(request.headers, len(stored.content), headers["ETag"])
    return _given(stored, span, headers)


def _given(stored: Stored, span: Span | None, headers: dict[str, str]) -> Response:
    media_type = _media_type(stored.content)
    if span is None:
        return Response(stored.content, 200, headers, media_type)
    headers["Content-Range"] = f"bytes {span.first}-{span.last}/{len(stored.content)}"
    return Response(stored.content[span.first : span.last + 1], 206, headers, media_type)


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]


def _media_type(content: bytes) -> str:
    for magic, name in _TYPES.items():
        if content.startswith(magic):
            return name
    return "application/octet-stream"


ROUTES = [Route("/v1/objects/{key}", get_object, methods=["GET"])]
