"""Asking a geocoder: what goes over the wire, what is made of the answer, whatever that is."""

import asyncio
import time
from contextlib import suppress
from typing import Any

import pytest

from civictui.domain.errors import NoAddress, UsageError
from civictui.domain.model import GeoPoint
from civictui.geo.addresses import geocoder, through_geopy
from civictui.geo.addresses.address_text import NOMINATIM, PHOTON, written
from civictui.geo.addresses.geocoder import KnownAddresses, WebGeocoder, configured, named
from tests.geo.geocoder_server import GeocoderServer, geocoder_server, nominatim, photon

HERE = GeoPoint(51.0504, 13.7373)
STREET = {"street": "Lange Str.", "housenumber": "7", "postcode": "01067", "city": "Dresden"}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoder, "PAUSE", 0.0)


class Kept:
    """`Secrets` in memory."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    async def get(self, name: str) -> Any:
        return self.values.get(name)

    async def put(self, name: str, value: Any) -> None:
        self.values[name] = value


async def ask(server: GeocoderServer, kind: str = PHOTON, point: GeoPoint = HERE) -> str:
    asking = WebGeocoder(kind, server.origin)
    try:
        return await asking.address(point)
    finally:
        await asking.close()


async def test_photon_is_asked_and_its_answer_is_one_line() -> None:
    async with geocoder_server() as server:
        server.says(photon(51.0504, 13.7373, countrycode="DE", **STREET))
        assert await ask(server) == "Lange Str. 7, 01067 Dresden"
        assert server.asked == ["/reverse?lat=51.0504&lon=13.7373&limit=1"]
        assert "user-agent: civictui/" in server.heads[0].lower()


async def test_nominatim_is_asked_and_its_answer_is_one_line() -> None:
    said = {"house_number": "7", "road": "Main St", "town": "Oakland", "postcode": "94601"}
    async with geocoder_server() as server:
        server.says(nominatim(51.0504, 13.7373, country_code="us", **said))
        assert await ask(server, NOMINATIM) == "7 Main St, 94601 Oakland"
        assert server.asked[0].startswith("/reverse?lat=51.0504&lon=13.7373&format=json")


@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [
        (PHOTON, {**STREET, "countrycode": "GB"}, "7 Lange Str., 01067 Dresden"),
        (PHOTON, {"name": "Grosser Garten", "city": "Dresden"}, "Grosser Garten, Dresden"),
        (PHOTON, {"housenumber": "7", "city": "Dresden"}, "Dresden"),
        (PHOTON, {"district": "Neustadt"}, "Neustadt"),
        (PHOTON, {"countrycode": "DE"}, ""),
        (PHOTON, {"street": 7, "city": ["x"], "name": None}, ""),
        (PHOTON, {"street": "\x1b[2JLange\nStr."}, "Lange Str."),
        (NOMINATIM, {"pedestrian": "Markt", "village": "Dorf"}, "Markt, Dorf"),
        (NOMINATIM, {"postcode": "1"}, ""),
    ],
)
def test_lines_are_made_of_what_is_there(kind: str, fields: dict[str, Any], text: str) -> None:
    assert written(kind, fields) == text


def test_a_line_has_an_end() -> None:
    assert len(written(PHOTON, {"street": "x" * 9_000})) == 300


@pytest.mark.parametrize("kind", [PHOTON, NOMINATIM])
async def test_nothing_there_is_no_address(kind: str) -> None:
    async with geocoder_server() as server:
        server.says({"features": []} if kind == PHOTON else {"error": "Unable to geocode"})
        assert await ask(server, kind) == ""


async def test_what_lies_elsewhere_is_no_address_of_this_place() -> None:
    async with geocoder_server() as server:
        server.says(photon(51.2, 13.7373, **STREET))
        assert await ask(server) == ""


ODD = [
    b"",
    b"<html>Sign in to this network</html>",
    b'{"lat": 1%s, "lon": 1%s, "address": {}}' % (b"0" * 400, b"0" * 400),
    b'{"features": [{"geometry": {"coordinates": [1%s, 2]}, "properties": {}}]}' % (b"0" * 400),
    b"[]",
    b"null",
    b"7",
    b'{"features": 7}',
    b'{"features": [7]}',
    b'{"features": [{"properties": []}]}',
    b'{"features": [{"properties": {}, "geometry": {"coordinates": ["x", "y"]}}]}',
    b'{"features": [{"properties": {"street": "a"}, "geometry": {"coordinates": [999, 999]}}]}',
    b'{"lat": "x", "lon": {}, "address": 7}',
    b'{"lat": "1", "lon": "2"}',
    b'{"error": {"a": 1}}',
    b"[" * 5_000,
    b'{"features": [' + b"7," * 200_000 + b"7]}",
]


@pytest.mark.parametrize("kind", [PHOTON, NOMINATIM])
@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
async def test_whatever_it_says_is_an_address_or_words(kind: str, body: bytes) -> None:
    async with geocoder_server() as server:
        server.body = body
        with suppress(NoAddress):
            assert await ask(server, kind) == ""


@pytest.mark.parametrize("status", ["403 Forbidden", "429 Too Many", "500 Broken", "302 Found"])
async def test_a_refusal_is_said_and_no_redirect_followed(status: str) -> None:
    async with geocoder_server() as server:
        server.status, server.headers = status, f"Location: {server.origin}/elsewhere\r\n"
        with pytest.raises(NoAddress, match=status[:3]):
            await ask(server)
        assert len(server.asked) == 1


async def test_one_that_says_nothing_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(through_geopy, "_SILENCE", 0.05)
    async with geocoder_server() as server:
        server.silent = True
        with pytest.raises(NoAddress, match="No answer in time"):
            await ask(server)


async def test_no_answer_takes_longer_than_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoder, "PATIENCE", 0.05)
    async with geocoder_server() as server:
        server.silent = True
        with pytest.raises(NoAddress, match="No answer in time"):
            await ask(server)


async def test_one_that_is_not_there_is_said() -> None:
    async with geocoder_server() as server:
        gone = GeocoderServer(port=server.port)
    with pytest.raises(NoAddress, match="Cannot reach"):
        await ask(gone)


async def test_nothing_is_asked_twice() -> None:
    kept = Kept()
    async with geocoder_server() as server:
        server.says(photon(51.0504, 13.7373, **STREET))
        for _ in range(2):
            asking = KnownAddresses(WebGeocoder(PHOTON, server.origin), kept, "one")
            assert await asking.address(HERE) == "Lange Str. 7, 01067 Dresden"
            await asking.close()
        assert len(server.asked) == 1
        assert await asking.address(GeoPoint(51.0514, 13.7373)) == "Lange Str. 7, 01067 Dresden"
        await asking.close()
        assert len(server.asked) == 2


async def test_what_another_one_said_is_not_taken() -> None:
    kept = Kept()
    async with geocoder_server() as server:
        server.says({"features": []})
        empty = KnownAddresses(WebGeocoder(PHOTON, server.origin), kept, "one")
        assert await empty.address(HERE) == ""
        await empty.close()
        server.says(photon(51.0504, 13.7373, **STREET))
        full = KnownAddresses(WebGeocoder(PHOTON, server.origin), kept, "another")
        assert await full.address(HERE) == "Lange Str. 7, 01067 Dresden"
        await full.close()


async def test_so_many_answers_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoder, "REMEMBERED", 2)
    kept = Kept()
    async with geocoder_server() as server:
        server.says({"features": []})
        asking = KnownAddresses(WebGeocoder(PHOTON, server.origin), kept, "one")
        for north in range(3):
            assert await asking.address(GeoPoint(north, 0)) == ""
        await asking.close()
    (known,) = kept.values.values()
    assert list(known["said"]) == ["1.0000,0.0000", "2.0000,0.0000"]


async def test_questions_wait_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoder, "PAUSE", 0.1)
    turns = geocoder._Turns()
    began = time.monotonic()
    for _ in range(3):
        await turns.wait("https://photon.example.org")
    assert time.monotonic() - began >= 0.19


async def test_who_wants_to_be_left_alone_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async with geocoder_server() as server, geocoder_server() as other:
        server.status, server.headers = "429 Too Many", "Retry-After: 3600\r\n"
        for said in ("too much to do", "no question for 60 min"):
            with pytest.raises(NoAddress, match=said):
                await ask(server)
        assert len(server.asked) == 1
        other.says(photon(51.0504, 13.7373, **STREET))
        assert await ask(other)


async def test_a_question_that_is_not_asked_takes_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoder, "PAUSE", 3600.0)
    turns, origin = geocoder._Turns(), "https://photon.example.org"
    await turns.wait(origin)
    first = turns._next
    for _ in range(3):
        waiting = asyncio.ensure_future(turns.wait(origin))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
    assert turns._next == first


@pytest.mark.parametrize(
    "setting",
    [
        "photon",
        "https://photon.example.org",
        "google https://maps.example.org",
        "photon http://photon.example.org",
        "photon https://user:secret@photon.example.org",
        "photon https://photon.example.org/path",
        "photon  ",
    ],
)
def test_a_wrong_setting_is_refused(setting: str) -> None:
    with pytest.raises(UsageError):
        named(setting)


def test_a_setting_names_kind_and_origin() -> None:
    assert named("photon  https://photon.example.org/") == (PHOTON, "https://photon.example.org")
    assert named("nominatim http://127.0.0.1:8080") == (NOMINATIM, "http://127.0.0.1:8080")
    assert configured("") is None
