"""`/v1/maps`: which base maps there are, and their tiles, many in one answer."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.domain.model import TilePlace
from civictui.gateway.backends import backends_of
from civictui.gateway.maps import MOST_BYTES
from civictui.gateway.problems import bad_request, not_found
from civictui.gateway.routes.answers import answer
from civictui.gateway.routes.bodies import read_object
from civictui.gateway.routes.sight import judge_device_again

MOST_TILES = 500
"""In one question."""
_BODY_BYTES = 32 * 1024
_DEEPEST = 22


async def listed(request: Request) -> Response:
    """GET /v1/maps: {maps}, each with name, version, attribution, bounds and zooms."""
    found = await asyncio.to_thread(backends_of(request).maps.sets)
    return await answer(request, {"maps": [tiles.to_doc() for tiles in found]})


async def tiles(request: Request) -> Response:
    """POST /v1/maps/{name}/tiles {tiles: [[zoom, x, y], …], most, version}: see `Maps.tiles`."""
    body = await read_object(request, _BODY_BYTES)
    asked, most = body.get("tiles"), body.get("most", MOST_BYTES)
    if not isinstance(asked, list) or not 0 < len(asked) <= MOST_TILES:
        raise bad_request(f"Missing JSON list of 'tiles', {MOST_TILES} at most.")
    if not _is_count(most):
        raise bad_request("'most' is a number of bytes.")
    version = body.get("version")
    if not isinstance(version, str | None):
        raise bad_request("'version' is as the list of the maps has it.")
    places = [_place(one) for one in asked]
    backends, name = backends_of(request), request.path_params["name"]
    async with backends.long_answers:  # so that threads are left for others
        judge_device_again(request)
        content = await asyncio.to_thread(backends.maps.tiles, name, places, most, version)
    if content is None:
        raise not_found("There is no such map, or no such version of it.")
    return Response(content, headers={"Cache-Control": "private, no-cache"})


def _place(value: Any) -> TilePlace:
    """Raises Problem 400 for what is on no level of any map."""
    if isinstance(value, list) and len(value) == 3 and all(map(_is_count, value)):
        zoom, x, y = value
        if zoom <= _DEEPEST and x < 1 << zoom and y < 1 << zoom:
            return zoom, x, y
    raise bad_request("A tile is [zoom, x, y].")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


ROUTES = [
    Route("/v1/maps", listed, methods=["GET"]),
    Route("/v1/maps/{name}/tiles", tiles, methods=["POST"]),
]
