"""Hostile texts and JSON through every entrance: answers of the document alone, and none a 500.

The client of these tests holds each answer against docs/openapi.yaml, see `Documented`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_from_bytes

import httpx
import pytest

from civictui.domain.model.update import WORD_CHARACTERS
from civictui.gateway.accounts import attempts
from civictui.gateway.accounts.accounts import Changes
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import set_user
from tests.gateway.open311.city import ROOT, parsed
from tests.gateway.open311.conftest import Open, city, key, opened
from tests.gateway.peer import announced, bearer, piece, push, revision, sign_in
from tests.pty.hostile_strings import hostile_strings

__all__ = ["Open", "city", "key", "opened"]

DATA: Final = Path(__file__).parents[2] / "data"
SUITE: Final = sorted((DATA / "text" / "JSONTestSuite").rglob("*.json"))
BROKEN: Final = sorted((DATA / "photos" / "broken-odd").iterdir())
STRINGS: Final = [text[:20_000] for text in hostile_strings(900)]
TEXTS: Final = [text for text in STRINGS if text == text.encode(errors="ignore").decode()]
"""Those that JSON can say."""
MEMBERS: Final = (
    "problemDescription", "category", "address", "status", "reportedDateTime", "service_code",
    "agency_responsible", "service_notice", "expected_datetime", "address_id", "zipcode",
    "media_url",
)  # fmt: skip
TAKES_JSON: Final = (
    ("POST", "/v1/session"),
    ("POST", "/v1/session/refresh"),
    ("POST", "/v1/recover"),
    ("POST", "/v1/password"),
    ("PUT", "/v1/device"),
    ("POST", "/v1/logs"),
    ("POST", "/v1/objects/missing"),
    ("POST", "/v1/maps/x/tiles"),
    ("POST", "/db/civic/_changes"),
    ("POST", "/db/civic/_revs_diff"),
    ("POST", "/db/civic/_bulk_get"),
    ("POST", "/db/civic/_bulk_docs"),
    ("PUT", "/db/civic/_local/log"),
)
LARGE: Final = {
    "100,000 open arrays": b"[" * 100_000,
    "open arrays and objects": b'[{"":' * 50_000,
    "deep and closed": b"[" * 5_000 + b"]" * 5_000,
    "a huge whole number": b'{"seq":' + b"9" * 5_000 + b"}",
    "a huge exponent": b'{"seq":1e999999999}',
    "NaN": b'{"seq":NaN}',
    "a lone surrogate": b'{"seq":"\\ud800"}',
    "one name often": b"{" + b",".join([b'"seq":1'] * 500) + b"}",
}


HEADERS: Final = (
    "Authorization", "If-None-Match", "Range", "If-Range", "Upload-Metadata", "Upload-Offset",
    "Tus-Resumable", "X-HTTP-Method-Override", "Content-Type", "Content-Encoding",
    "Accept-Encoding", "Idempotency-Key",
)  # fmt: skip


@pytest.fixture
async def signed(city: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """Signed in as demo; nobody is blocked for wrong passwords."""
    monkeypatch.setattr(attempts, "TRIES", dict.fromkeys(attempts.TRIES, 1_000_000))
    city.headers.update(await bearer(city))
    return city


def cases() -> Iterator[tuple[str, bytes]]:
    for path in SUITE:
        yield path.name, path.read_bytes()
    yield from LARGE.items()


@pytest.mark.parametrize(("method", "path"), TAKES_JSON, ids=lambda word: word)
async def test_json_of_every_kind(signed: httpx.AsyncClient, method: str, path: str) -> None:
    for name, content in cases():
        answer = await signed.request(method, path, content=content)
        assert answer.status_code < 500
        if name.startswith("n_") and content:
            assert answer.status_code in (400, 403), (name, answer.text)
    assert (await signed.get("/v1/policy")).status_code == 200


async def test_json_of_every_kind_within_a_document(signed: httpx.AsyncClient) -> None:
    stored = 0
    for name, content in cases():
        doc = b'{"_id":"x%d","_rev":"1-a","reportedBy":"demo","x":%b}' % (stored, content)
        body = b'{"new_edits":false,"docs":[' + doc + b"]}"
        answer = await signed.post("/db/civic/_bulk_docs", content=body)
        assert answer.status_code == (201 if answer.text == "[]" else 400), (name, answer.text)
        assert answer.status_code == 400 or not name.startswith("n_"), name
        stored += answer.status_code == 201
    listed = (await signed.get("/db/civic/_all_docs?include_docs=true")).json()["rows"]
    assert sum(row["id"].startswith("x") for row in listed) == stored > 50


async def test_documents_of_hostile_texts(signed: httpx.AsyncClient) -> None:
    """They come out as they went in, and by Open311 as XML that every parser takes."""
    docs = {f"h{n}": document(n) for n in range(len(TEXTS))}
    for some in pieces([revision(name, body) for name, body in docs.items()]):
        assert await push(signed, *some) == []
    rows = (await signed.get("/db/civic/_all_docs?include_docs=true")).json()["rows"]
    assert {row["id"]: plain(row["doc"]) for row in rows if row["id"] in docs} == docs
    feed = (await signed.get("/db/civic/_changes?include_docs=true")).json()["results"]
    assert {row["id"]: plain(row["doc"]) for row in feed if row["id"] in docs} == docs
    for some in pieces(list(docs)):
        asked = {"service_request_id": ",".join(some)}
        in_json = (await signed.get(f"{ROOT}/requests.json", params=asked)).json()
        root = parsed(await signed.get(f"{ROOT}/requests.xml", params=asked))
        assert len(root) == len(in_json) == len(some)
        for element, told in zip(root, in_json, strict=True):
            assert element.findtext("description") == (told["description"] or "")
            assert element.findtext("address") == (told["address"] or "")


def document(n: int) -> dict[str, Any]:
    body = {name: TEXTS[(n + i) % len(TEXTS)] for i, name in enumerate(MEMBERS)}
    place = {"type": "Point", "coordinates": [(-1e308, 1e308), (0.0, -0.0), (8.5, 47.3)][n % 3]}
    edited = {"at": TEXTS[n], "by": TEXTS[n]}
    return {"type": "report", "reportedBy": "demo", "geoLocation": place, "edited": edited, **body}


def plain(doc: dict[str, Any]) -> dict[str, Any]:
    body = {name: value for name, value in doc.items() if not name.startswith("_")}
    return body | {"geoLocation": {**body["geoLocation"], "coordinates": (*_place(body),)}}


def _place(body: dict[str, Any]) -> list[float]:
    return list(body["geoLocation"]["coordinates"])


def pieces(some: list[Any], count: int = 60) -> Iterator[list[Any]]:
    for start in range(0, len(some), count):
        yield some[start : start + count]


async def test_updates_of_hostile_texts(signed: httpx.AsyncClient) -> None:
    about = revision("r", {"type": "report", "reportedBy": "demo"})
    await push(signed, about)
    for n, text in enumerate(TEXTS):
        said = {"type": "update", "report": "r", "reportedBy": "demo", "text": text}
        at = f"2026-05-04T{n // 60 % 24:02}:{n % 60:02}:00.000Z"
        word = {"status": text[:WORD_CHARACTERS], "reportedDateTime": at}
        await push(signed, revision(f"u{n}", said | word))
        if n % 10 == 0:
            for form in ("xml", "json"):
                answer = await signed.get(f"{ROOT}/requests/r.{form}")
                assert answer.status_code == 200, answer.text
                assert form == "json" or parsed(answer)[0].findtext("status") in ("open", "closed")


async def test_services_of_hostile_texts(signed: httpx.AsyncClient, folder: GatewayFolder) -> None:
    set_user(folder, "demo", Changes(roles=frozenset({"admin"})))
    services = [service(n, text) for n, text in enumerate(TEXTS[:400])]
    for some in pieces(services):
        await push(signed, *some)
    told = (await signed.get(f"{ROOT}/services.json")).json()
    assert len(parsed(await signed.get(f"{ROOT}/services.xml"))) == len(told) > 200
    for said in told[::5]:
        code = quote_from_bytes(said["service_code"].encode(), safe="")
        for form in ("xml", "json"):
            assert (await signed.get(f"{ROOT}/services/{code}.{form}")).status_code in (200, 404)


def service(n: int, text: str) -> dict[str, Any]:
    asked = {"code": text, "description": text, "datatype": "singlevaluelist"}
    said = {"service_code": f"{n}{text}", "service_name": text, "description": text}
    kept = {"group": text, "keywords": [text], "type": "service", "reportedBy": "demo"}
    answers = {"attributes": [{**asked, "values": [{"key": text, "name": text}]}]}
    return revision(f"service:{n}", said | kept | answers)


async def test_ids_of_hostile_texts(signed: httpx.AsyncClient) -> None:
    taken = set(TEXTS)
    for some in pieces(TEXTS):
        docs = [revision(text, {"type": "report", "reportedBy": "demo"}) for text in some]
        taken -= {said["id"] for said in await push(signed, *docs)}
    assert len(taken) > 200
    for text in taken:
        said = quote_from_bytes(text.encode(), safe="")
        assert (await signed.get(f"/db/civic/{said}")).json()["_id"] == text
    ids = await signed.post("/db/civic/_bulk_get", json={"docs": [{"id": t} for t in taken]})
    assert len(ids.json()["results"]) == len(taken)
    asked = await signed.post("/db/civic/_revs_diff", json={text: ["1-a"] for text in TEXTS})
    assert asked.status_code == 200


async def test_paths_of_hostile_texts(signed: httpx.AsyncClient) -> None:
    for text in STRINGS[::2]:
        said = quote_from_bytes(text.encode(errors="surrogatepass"), safe="")[:9_000]
        for method, path in (
            ("GET", f"/db/civic/{said}?rev={said}"),
            ("GET", f"/db/civic/x?open_revs={said}"),
            ("PUT", f"/db/civic/_local/{said}"),
            ("GET", f"/db/{said}"),
            ("GET", f"/db/civic/_changes?since={said}"),
            ("HEAD", f"/v1/objects/{said}"),
            ("DELETE", f"/v1/uploads/{said}"),
            ("POST", f"/v1/maps/{said}/tiles"),
        ):
            answer = await signed.request(method, path, json={"tiles": [[0, 0, 0]]})
            assert answer.status_code < 500


async def test_names_and_passwords_of_hostile_texts(signed: httpx.AsyncClient) -> None:
    for text in TEXTS[::4]:
        answer = await sign_in(signed, text[:256], text[:4_000])
        assert answer.status_code in (400, 401), answer.text
    assert (await sign_in(signed)).status_code == 200


@pytest.mark.parametrize("name", HEADERS)
async def test_headers_of_hostile_texts(signed: httpx.AsyncClient, name: str) -> None:
    for text in STRINGS[::3]:
        said = bytes(c for c in text.encode("latin-1", "ignore")[:2_000] if c not in b"\0\r\n")
        headers = {k.encode(): v.encode() for k, v in announced(b"x").items()}
        headers[name.encode()] = said
        for method, path in (
            ("GET", "/v1/objects/x.jpg"),
            ("POST", "/v1/uploads"),
            ("PATCH", "/v1/uploads/x"),
            ("POST", "/v1/uploads/x"),
            ("POST", "/db/civic/_bulk_docs"),
            ("POST", f"{ROOT}/requests.xml"),
        ):
            answer = await signed.request(method, path, headers=headers, content=b"{}")
            assert answer.status_code < 500


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
async def test_broken_pictures_by_tus(signed: httpx.AsyncClient, path: Path) -> None:
    content = path.read_bytes()
    told = announced(content)
    place = (await signed.post("/v1/uploads", headers=told)).headers["location"]
    status = (await signed.patch(place, headers=piece(0), content=content)).status_code
    assert status in (204, 415)
    named = told["Upload-Metadata"]
    assert named
    here = await signed.head(place, headers=piece(0))
    assert here.status_code == (200 if status == 204 else 404)
