"""Tiles of the gateway's base maps, as many in one answer as the link carries in some seconds."""

import time
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from civictui.couchdb.endpoint import Requests
from civictui.domain.errors import GatewayError, NotFound, Unreachable
from civictui.domain.model import TilePlace, TileSet
from civictui.net import Reply
from civictui.sync.pictures.pieces import PieceSize

AT_ONCE = 200
"""Tiles that one request asks for; the answer has as many as fit."""
ANSWER_BYTES = 10 * 1024 * 1024
"""More than the largest tile has."""
_LENGTH = 4
_NO_SUCH_ROUTE = {404, 405}
_MOST_MAPS = 100


class MapTiles:
    """The maps of the gateway that `link` leads to. `now` gives monotonic seconds."""

    def __init__(self, link: Requests, now: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._now = now
        self._size = PieceSize()

    async def sets(self) -> list[TileSet]:
        """The maps that there are; none of a gateway that knows none. Raises GatewayError."""
        reply = await self._link.request("GET", "/v1/maps")
        if reply.status in _NO_SUCH_ROUTE:
            return []
        if reply.status != 200:
            raise reply.refusal()
        said = reply.json()
        listed = said.get("maps") if isinstance(said, dict) else None
        found = map(TileSet.from_doc, listed[:_MOST_MAPS] if isinstance(listed, list) else ())
        return list({tiles.name: tiles for tiles in found if tiles is not None}.values())

    async def fetch(self, tiles: TileSet, places: Sequence[TilePlace]) -> list[bytes]:
        """The first ones of these tiles, at least one, in their order; b"" for one that is not.

        Raises NotFound where the gateway has this version of the map no more, GatewayError.
        """
        asked = list(places[:AT_ONCE])
        body = {
            "tiles": [list(place) for place in asked],
            "most": self._size.bytes,
            "version": tiles.version,
        }
        path, began = f"/v1/maps/{quote(tiles.name, safe='')}/tiles", self._now()
        try:
            reply = await self._link.request("POST", path, json=body, cap=ANSWER_BYTES)
        except Unreachable:
            self._size.broke()
            raise
        if reply.status == 404:
            raise NotFound("The gateway has replaced or removed this map meanwhile", "Pack again.")
        if reply.status != 200:
            raise reply.refusal()
        self._size.took(len(reply.body), self._now() - began)
        return _tiles_in(reply, len(asked))


def _tiles_in(reply: Reply, most: int) -> list[bytes]:
    """Raises GatewayError for an answer that has no tile, too many, or one cut off."""
    found = list(_frames(reply.body))
    if not 0 < len(found) <= most:
        raise _strange()
    return found


def _frames(body: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(body):
        length = int.from_bytes(body[start : start + _LENGTH], "big")
        start += _LENGTH
        if start + length > len(body):
            raise _strange()
        yield body[start : start + length]
        start += length


def _strange() -> GatewayError:
    return GatewayError("The gateway's map cannot be read", "Try again later.")
