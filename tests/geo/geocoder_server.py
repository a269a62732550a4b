"""A geocoder on a real socket, which says what a test tells it, as slowly as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from civictui.codec import encode


@dataclass
class GeocoderServer:
    """`body` is sent as it is; `drip` is the pause between its bytes, None sends it at once."""

    port: int = 0
    status: str = "200 OK"
    body: bytes = b""
    headers: str = ""
    silent: bool = False
    asked: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def says(self, value: Any) -> None:
        self.body = encode(value)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            self.asked.append(head.split(" ")[1])
            if self.silent:
                await reader.read()
                return
            length = len(self.body)
            writer.write(
                f"HTTP/1.1 {self.status}\r\nContent-Length: {length}\r\n"
                f"Connection: close\r\n{self.headers}\r\n".encode()
            )
            writer.write(self.body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def geocoder_server() -> AsyncIterator[GeocoderServer]:
    said = GeocoderServer()
    server = await asyncio.start_server(said.answer, "127.0.0.1", 0)
    said.port = server.sockets[0].getsockname()[1]
    try:
        yield said
    finally:
        server.close()


def photon(latitude: float, longitude: float, **properties: str) -> dict[str, Any]:
    """What a Photon of today answers to /reverse, shortened."""
    feature = {
        "type": "Feature",
        "properties": {"osm_type": "N", "osm_id": 1, "osm_key": "place", **properties},
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
    }
    return {"type": "FeatureCollection", "features": [feature]}


def nominatim(latitude: float, longitude: float, **address: str) -> dict[str, Any]:
    """What a Nominatim answers to /reverse in the format json, shortened."""
    return {
        "place_id": 1,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "lat": str(latitude),
        "lon": str(longitude),
        "display_name": ", ".join(address.values()),
        "address": address,
    }
