"""The gateway's base maps: which there are, and their tiles, many in one answer."""

import gzip
import os
import shutil

import httpx
import pytest

from civictui.domain.model import TileSet
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.maps import ROOM
from civictui.geo.maps import map_folder
from tests.geo.maps.tiles.maps import CROSSING, WEST_VILLAGE, mbtiles, stored

NAME = WEST_VILLAGE.name
URL = f"/v1/maps/{NAME}/tiles"


@pytest.fixture
def hung_up(folder: GatewayFolder) -> GatewayFolder:
    """A gateway with the map of the West Village."""
    map_folder.add(folder.path / ROOM, WEST_VILLAGE)
    return folder


def frames(body: bytes) -> list[bytes]:
    found = []
    while body:
        length = int.from_bytes(body[:4], "big")
        found.append(body[4 : 4 + length])
        body = body[4 + length :]
    return found


async def test_a_gateway_without_maps_has_an_empty_list(demo: httpx.AsyncClient) -> None:
    assert (await demo.get("/v1/maps")).json() == {"maps": []}
    answer = await demo.post(URL, json={"tiles": [[0, 0, 0]]})
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


async def test_maps_say_what_they_are(hung_up: GatewayFolder, demo: httpx.AsyncClient) -> None:
    (said,) = (await demo.get("/v1/maps")).json()["maps"]
    tiles = TileSet.from_doc(said)
    assert tiles is not None
    assert (tiles.name, tiles.min_zoom, tiles.max_zoom) == (NAME, 8, 14)
    assert tiles.attribution == "© OpenStreetMap contributors"
    assert tiles.bounds == (-74.01369, 40.73302, -73.9996, 40.73969)
    assert len(tiles.version) == 16


async def test_tiles_come_in_the_order_asked_for(
    hung_up: GatewayFolder, demo: httpx.AsyncClient
) -> None:
    answer = await demo.post(URL, json={"tiles": [CROSSING, [14, 0, 0], CROSSING]})
    assert answer.status_code == 200
    first, absent, third = frames(answer.content)
    assert gzip.decompress(first) == gzip.decompress(stored(WEST_VILLAGE)[CROSSING])
    assert (absent, third) == (b"", first)


async def test_an_answer_has_as_many_as_fit_and_one_at_least(
    hung_up: GatewayFolder, demo: httpx.AsyncClient
) -> None:
    whole = len((await demo.post(URL, json={"tiles": [CROSSING]})).content)
    asked = [CROSSING] * 5
    for most, count in ((0, 1), (whole, 1), (2 * whole, 2), (10 * whole, 5)):
        answer = await demo.post(URL, json={"tiles": asked, "most": most})
        assert len(frames(answer.content)) == count


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tiles": []},
        {"tiles": "all"},
        {"tiles": [[0, 0]]},
        {"tiles": [[0, 0, 1]]},
        {"tiles": [[23, 0, 0]]},
        {"tiles": [[-1, 0, 0]]},
        {"tiles": [[0, 0, 0.0]]},
        {"tiles": [[0, 0, True]]},
        {"tiles": [[0, 0, 0]] * 501},
        {"tiles": [[0, 0, 0]], "most": "much"},
        {"tiles": [[0, 0, 0]], "most": -1},
        {"tiles": [[0, 0, 0]], "version": 3},
    ],
)
async def test_questions_that_cannot_be_read(
    hung_up: GatewayFolder, demo: httpx.AsyncClient, body: object
) -> None:
    answer = await demo.post(URL, json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


async def test_nobody_has_maps_without_a_session(
    hung_up: GatewayFolder, http: httpx.AsyncClient
) -> None:
    assert (await http.get("/v1/maps")).status_code == 401
    assert (await http.post(URL, json={"tiles": [CROSSING]})).status_code == 401


async def test_a_map_that_is_replaced_has_another_version_and_one_removed_is_gone(
    hung_up: GatewayFolder, demo: httpx.AsyncClient
) -> None:
    async def version() -> list[str]:
        return [said["version"] for said in (await demo.get("/v1/maps")).json()["maps"]]

    before = await version()
    path = hung_up.path / ROOM / NAME
    path.unlink()
    assert await version() == []
    mbtiles(path, {CROSSING: stored(WEST_VILLAGE)[CROSSING]}, packed=False)
    assert len(before) == len(await version()) == 1
    assert before != await version()


async def test_tiles_are_of_the_version_asked_for_or_none(
    hung_up: GatewayFolder, demo: httpx.AsyncClient
) -> None:
    (said,) = (await demo.get("/v1/maps")).json()["maps"]
    asked = {"tiles": [CROSSING], "version": said["version"]}
    assert (await demo.post(URL, json=asked)).status_code == 200
    path = hung_up.path / ROOM / NAME
    status = path.stat()
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
    copy.rename(path)  # as large and as old as the other
    assert (await demo.post(URL, json=asked)).status_code == 404
    assert (await demo.post(URL, json={"tiles": [CROSSING]})).status_code == 200


async def test_names_that_cannot_be_said_and_very_many_maps_hide_no_other(
    hung_up: GatewayFolder, demo: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = hung_up.path / ROOM
    shutil.copy(WEST_VILLAGE, room / os.fsdecode(b"\xff\xfe.mbtiles"))
    (said,) = (await demo.get("/v1/maps")).json()["maps"]
    assert said["name"] == NAME
    monkeypatch.setattr("civictui.gateway.maps.MOST_MAPS", 3)
    for number in range(5):
        shutil.copy(WEST_VILLAGE, room / f"a{number}.mbtiles")
    said = (await demo.get("/v1/maps")).json()["maps"]
    assert [tiles["name"] for tiles in said] == [f"a{number}.mbtiles" for number in range(3)]


async def test_a_file_that_is_no_map_is_left_out(
    hung_up: GatewayFolder, demo: httpx.AsyncClient
) -> None:
    (hung_up.path / ROOM / "broken.pmtiles").write_bytes(b"PMTiles\x03 and no more")
    shutil.copy(WEST_VILLAGE, hung_up.path / ROOM / "again.mbtiles")
    said = (await demo.get("/v1/maps")).json()["maps"]
    assert [tiles["name"] for tiles in said] == ["again.mbtiles", NAME]
