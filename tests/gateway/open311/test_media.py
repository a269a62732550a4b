"""Pictures that are posted as files, and the multipart bodies that they come in."""

import hashlib
from pathlib import Path

import httpx
import pytest

from civictui.gateway.open311.multipart import Part, parts_of
from civictui.gateway.problems import Problem
from tests.gateway.open311.city import PLACE, ROOT, told
from tests.gateway.peer import bearer, picture

PHOTOS = Path(__file__).parents[2] / "data" / "photos"
WITH_PLACE = PHOTOS / "exif" / "DSCN0010.jpg"
TYPE = "multipart/form-data; boundary=XX"


async def post_files(
    http: httpx.AsyncClient, key: str, *files: tuple[str, bytes]
) -> httpx.Response:
    fields = {"api_key": key, "service_code": "006", "description": "dänger", **PLACE}
    named = [(name, ("photo.jpg", content, "image/jpeg")) for name, content in files]
    return await http.post(f"{ROOT}/requests.json", data=fields, files=named)


async def test_a_picture_becomes_a_photo_without_metadata(
    city: httpx.AsyncClient, key: str
) -> None:
    content = WITH_PLACE.read_bytes()
    answer = await post_files(city, key, ("media", content), ("media", content), ("media", b""))
    assert answer.status_code == 200, answer.text
    signed = await bearer(city)
    name = answer.json()[0]["service_request_id"]
    doc = (await city.get(f"/db/civic/{name}", headers=signed)).json()
    (photo,) = doc["photos"]
    assert doc["problemDescription"] == "dänger"
    assert doc["picture"] == {"large": photo["large"], "thumbnail": photo["thumbnail"]}
    for part in ("large", "thumbnail"):
        given = await city.get(f"/v1/objects/{photo[part]}", headers=signed)
        assert given.headers["content-type"] == "image/jpeg"
        assert f"{hashlib.sha256(given.content).hexdigest()}.jpg" == photo[part]
        assert b"Exif" not in given.content
    (said,) = await told(city)
    assert said["media_url"] is None


@pytest.mark.parametrize("name", ["broken.png", "decompression_bomb.gif", "LICENSE"])
async def test_what_is_no_picture_is_refused_with_its_report(
    city: httpx.AsyncClient, key: str, name: str
) -> None:
    content = (PHOTOS / "broken-odd" / name).read_bytes()
    answer = await post_files(city, key, ("media", content))
    assert answer.status_code == 415, answer.text
    assert await told(city) == []


async def test_a_picture_beside_one_that_is_none_is_not_stored(
    city: httpx.AsyncClient, key: str
) -> None:
    """No photo without its report, and nothing that would count for the quota."""
    answer = await post_files(city, key, ("media", picture()), ("media", b"no picture"))
    assert answer.status_code == 415, answer.text
    uploads = city._transport.app.state.backends.uploads  # type: ignore[attr-defined]
    assert not list(uploads._room.iterdir())


async def test_other_files_and_too_many_are_refused(city: httpx.AsyncClient, key: str) -> None:
    assert (await post_files(city, key, ("virus", picture()))).status_code == 400
    many = [("media[]", picture(n)) for n in range(6)]
    assert (await post_files(city, key, *many)).status_code == 400
    large = b"\xff\xd8\xff" + bytes(17 * 1024 * 1024)
    assert (await post_files(city, key, ("media", large))).status_code == 413
    assert await told(city) == []


async def test_a_picture_in_the_place_of_a_text_is_not_passed_over(
    city: httpx.AsyncClient, key: str
) -> None:
    fields = {"api_key": key, "service_code": "006", **PLACE}
    answer = await city.post(f"{ROOT}/requests.json", data={**fields, "media": "aGk="})
    assert answer.status_code == 400
    parts: dict[str, tuple[None, bytes]] = {n: (None, v.encode()) for n, v in fields.items()}
    unnamed = {**parts, "media": (None, picture())}
    answer = await city.post(f"{ROOT}/requests.json", files=unnamed)
    assert answer.status_code == 200, answer.text
    name = answer.json()[0]["service_request_id"]
    doc = (await city.get(f"/db/civic/{name}", headers=await bearer(city))).json()
    assert len(doc["photos"]) == 1


async def test_pictures_count_for_the_quota_of_the_account(
    city: httpx.AsyncClient, key: str
) -> None:
    uploads = city._transport.app.state.backends.uploads  # type: ignore[attr-defined]
    uploads.daily_bytes = 100
    answer = await post_files(city, key, ("media", picture()))
    assert (answer.status_code, answer.json()[0]["code"]) == (429, 429)
    assert int(answer.headers["retry-after"]) > 0
    assert await told(city) == []


async def test_nothing_is_stored_for_who_has_no_key(city: httpx.AsyncClient) -> None:
    assert (await post_files(city, "none", ("media", picture()))).status_code == 403
    uploads = city._transport.app.state.backends.uploads  # type: ignore[attr-defined]
    assert not list(uploads._room.iterdir())


def test_parts_as_browsers_and_curl_write_them() -> None:
    body = (
        b'--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\none\r\ntwo\r\n'
        b'--XX\r\ncontent-disposition: form-data; name="media"; filename="x;y.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n\xff--XY\r\n\r\n--XX--\r\nepilogue"
    )
    assert parts_of(body, TYPE) == [
        Part("a", b"one\r\ntwo", is_file=False),
        Part("media", b"\xff--XY\r\n", is_file=True),
    ]
    assert parts_of(body.replace(b"XX", b"a b"), 'multipart/form-data; boundary="a b"')


def test_parts_as_dotnet_writes_them() -> None:
    """The type before the name, and no quotes where a name needs none."""
    body = (
        b"--XX\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Disposition: form-data; name=lat\r\n\r\n37.7\r\n"
        b"--XX\r\nContent-Disposition: form-data; name=media; filename=a.jpg; "
        b"filename*=utf-8''a.jpg\r\n\r\n\xff\r\n--XX--\r\n"
    )
    assert parts_of(body, 'multipart/form-data; boundary="XX"') == [
        Part("lat", b"37.7", is_file=False),
        Part("media", b"\xff", is_file=True),
    ]


HEAD = b'Content-Disposition: form-data; name="a"'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", TYPE),
        (b"--XX--", "multipart/form-data"),
        (b"--XX--", 'multipart/form-data; boundary=""'),
        (b"--XX\r\n" + HEAD + b"\r\n\r\n1", TYPE),
        (b"preamble\r\n--XX--", TYPE),
        (b"--XX\r\n\r\n1\r\n--XX--", TYPE),
        (b"--XX" + HEAD + b"\r\n\r\n1\r\n--XX--", TYPE),
        (b"--XX\r\n" + HEAD + b"\r\n--XX--", TYPE),
        (b"--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--XX--", TYPE),
        (b"--XX\r\n" + HEAD + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n1\r\n--XX--", TYPE),
        (b"--XX\r\nX: " + b"x" * 5000 + b"\r\n" + HEAD + b"\r\n\r\n1\r\n--XX--", TYPE),
        (b"--XX\r\n\xff" + HEAD + b"\r\n\r\n1\r\n--XX--", TYPE),
        (b"--XX\r\n" * 400 + b"--XX--", TYPE),
        (b"--XX\r\n\r\n" * 100_000, TYPE),
    ],
)
def test_bodies_that_are_no_multipart(body: bytes, kind: str) -> None:
    with pytest.raises(Problem) as caught:
        parts_of(body, kind)
    assert caught.value.status == 400
