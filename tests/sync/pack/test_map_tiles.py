"""Tiles of the gateway's maps: asked for together, and read with suspicion."""

from typing import Any

import pytest

from civictui.codec import encode
from civictui.domain.errors import GatewayError, Refused, Unreachable
from civictui.domain.model import TileSet
from civictui.net import Reply
from civictui.sync.pack.map_tiles import AT_ONCE, MapTiles
from tests.sync.packs import CITY


class Link:
    """Answers as it is told to."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.reply = Reply(status, {}, body)
        self.asked: list[Any] = []
        self.broken = False

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        self.asked.append((method, path, options.get("json")))
        if self.broken:
            raise Unreachable("The link is gone")
        return self.reply


def framed(*contents: bytes) -> bytes:
    return b"".join(len(content).to_bytes(4, "big") + content for content in contents)


async def test_maps_that_make_no_sense_are_left_out() -> None:
    odd: list[object] = [
        {**CITY.to_doc(), "bounds": [1, 2, 3]},
        {**CITY.to_doc(), "bounds": [10, 20, 5, 30]},
        {**CITY.to_doc(), "bounds": [0, 0, 0, 1e300]},
        {**CITY.to_doc(), "zooms": [5, 23]},
        {**CITY.to_doc(), "zooms": [9, 3]},
        {**CITY.to_doc(), "zooms": [True, 3]},
        {**CITY.to_doc(), "name": ""},
        {**CITY.to_doc(), "name": "n" * 200},
        {**CITY.to_doc(), "version": "v" * 200},
        None,
        [],
    ]
    link = Link(encode({"maps": [*odd, CITY.to_doc()]}))
    assert await MapTiles(link).sets() == [CITY]
    for body in (b"{}", b"[]", b'{"maps": 3}', b'{"maps": []}'):
        assert await MapTiles(Link(body)).sets() == []


async def test_a_gateway_that_knows_no_maps_has_none() -> None:
    for status in (404, 405):
        assert await MapTiles(Link(b"{}", status)).sets() == []
    with pytest.raises(Refused):
        await MapTiles(Link(b"{}", 503)).sets()


async def test_an_answer_may_have_fewer_than_were_asked_for() -> None:
    link = Link(framed(b"one", b"", b"three"))
    places = [(10, x, 1) for x in range(AT_ONCE + 5)]
    assert await MapTiles(link).fetch(CITY, places) == [b"one", b"", b"three"]
    ((method, path, body),) = link.asked
    assert (method, path) == ("POST", "/v1/maps/city/tiles")
    assert len(body["tiles"]) == AT_ONCE
    assert body["tiles"][:2] == [[10, 0, 1], [10, 1, 1]]


async def test_the_name_of_a_map_is_no_path_elsewhere() -> None:
    link = Link(framed(b"one"))
    strange = TileSet(**{**{n: getattr(CITY, n) for n in CITY.__slots__}, "name": "../db?x"})
    await MapTiles(link).fetch(strange, [(10, 0, 0)])
    assert link.asked[0][1] == "/v1/maps/..%2Fdb%3Fx/tiles"


@pytest.mark.parametrize(
    "body", [b"", b"\0\0\0", framed(b"one")[:-1], framed(b"one", b"two", b"three"), b"\xff" * 9]
)
async def test_an_answer_that_cannot_be_read(body: bytes) -> None:
    with pytest.raises(GatewayError):
        await MapTiles(Link(body)).fetch(CITY, [(10, 0, 0), (10, 0, 1)])


async def test_a_link_that_breaks_is_asked_for_less() -> None:
    link = Link(framed(b"one"))
    maps = MapTiles(link)
    link.broken = True
    for _ in range(2):
        with pytest.raises(Unreachable):
            await maps.fetch(CITY, [(10, 0, 0)])
    first, second = (body["most"] for _, _, body in link.asked)
    assert second < first
