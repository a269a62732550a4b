"""What a day is packed from: documents in a store, pictures and map tiles of a gateway."""

import asyncio
from typing import Any

from civictui.codec import encode
from civictui.domain.errors import CivicError, NotFound
from civictui.domain.model import Doc, GeoPoint, Pack, TileSet
from civictui.domain.revtree import next_revision
from civictui.geo.maps.tiles.cover import tiles_around
from civictui.net import Reply
from civictui.sync.pack.map_tiles import MapTiles
from civictui.sync.pack.packing import Packing
from tests.site import Terminal

HERE = GeoPoint(37.7749, -122.4194)
CITY = TileSet(
    name="city",
    version="v1",
    attribution="© OpenStreetMap contributors",
    bounds=(-122.5, 37.7, -122.3, 37.9),
    min_zoom=10,
    max_zoom=12,
)
LARGE, THUMBNAIL, TILE = b"L" * 50_000, b"T" * 3_000, b"M" * 9_000


def away(meters: float) -> GeoPoint:
    """A place so far to the north."""
    return GeoPoint(HERE.latitude + meters / 111_195, HERE.longitude)


def report(key: str, point: GeoPoint | None = HERE, photos: int = 0, **more: str) -> Doc:
    body: Doc = {"type": "report", "problemDescription": f"Report {key}", "reportedBy": "asha"}
    body |= {"reportedDateTime": "2026-05-04T12:00:00Z", **more}
    if point:
        body["geoLocation"] = point.to_geojson()
    names = [(f"L-{key}-{n}", f"T-{key}-{n}") for n in range(photos)]
    body["photos"] = [
        {"large": large, "thumbnail": small, "bytes": len(LARGE)} for large, small in names
    ]
    return {"_id": key, **body}


async def arrive(terminal: Terminal, *docs: Doc) -> None:
    """They have come down in a sync."""
    found = []
    for doc in docs:
        body = {name: value for name, value in doc.items() if name != "_id"}
        rev = next_revision(None, False, body)
        history = {"start": 1, "ids": [rev.partition("-")[2]]}
        found.append({**doc, "_rev": rev, "_revisions": history})
    assert await terminal.store.endpoint.bulk_docs(found) == []


class Server:
    """Both what fetches pictures and the link to the maps. `failing` says what breaks it.

    `lacks` are keys of pictures that it has not; `before` is awaited before each picture.
    """

    def __init__(self, terminal: Terminal, *sets: TileSet) -> None:
        self._blobs = terminal.store.blobs
        self.sets = sets
        self.lacks: set[str] = set()
        self.failing: dict[str, CivicError] = {}
        self.asked: list[str] = []
        self.tiles: list[list[int]] = []
        self.hold: asyncio.Event | None = None

    async def fetch_one(self, key: str) -> None:
        if await self._blobs.has(key):
            return
        self.asked.append(key)
        if self.hold:
            await self.hold.wait()
        if error := self.failing.get(key):
            raise error
        if key in self.lacks:
            raise NotFound("The picture is not on the server yet")
        content = LARGE if key.startswith("L") else THUMBNAIL
        await self._blobs.put(key, content, fetched=True)

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        if error := self.failing.get(path):
            raise error
        if method == "GET":
            listed = [tiles.to_doc() for tiles in self.sets]
            return Reply(200, {}, encode({"maps": listed}))
        asked = options["json"]["tiles"][:4]
        self.tiles += asked
        frames = [len(TILE).to_bytes(4, "big") + TILE for _ in asked]
        return Reply(200, {}, b"".join(frames))


class Told:
    """What was said while packing. It must never go back."""

    def __init__(self) -> None:
        self.packs: list[Pack] = []

    def __call__(self, pack: Pack) -> None:
        if self.packs:
            before = self.packs[-1]
            assert pack.share >= before.share
            assert pack.bytes >= before.bytes
        self.packs.append(pack)


def packing(terminal: Terminal, server: Server, told: Told | None = None) -> Packing:
    maps = MapTiles(server)
    return Packing(terminal.store, server, maps, tiles_around, terminal.clock, told or Told())
