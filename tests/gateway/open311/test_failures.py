"""Whatever fails is said in GeoReport's shape, in the format that was asked for."""

import gzip
import logging
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect

from civictui.domain.errors import StoreDamaged, StoreFull
from civictui.gateway.journal import LOGGER
from civictui.gateway.open311.office import Office
from tests.gateway.conftest import Documented
from tests.gateway.open311.city import PLACE, ROOT, parsed

FAILURES: list[tuple[Callable[[], Exception], int]] = [
    (lambda: StoreFull("full"), 507),
    (lambda: StoreDamaged("a secret", "advice"), 500),
    (lambda: ZeroDivisionError("a secret"), 500),
    (ClientDisconnect, 400),
]


@pytest.fixture
def http(city: httpx.AsyncClient) -> httpx.AsyncClient:
    """Answers are looked at, also those to errors that the application raises again."""
    app: Starlette = city._transport.app  # type: ignore[attr-defined]
    transport = Documented(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gateway")


@pytest.mark.parametrize(("make", "status"), FAILURES)
@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_failure_of_the_gateway(
    http: httpx.AsyncClient,
    key: str,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[], Exception],
    status: int,
    form: str,
) -> None:
    async def fails(*_: object) -> None:
        raise make()

    for name in ("_take", "requests", "coding"):
        monkeypatch.setattr(Office, name, fails)
    said = {"api_key": key, "service_code": "006", **PLACE}
    for answer in (
        await http.post(f"{ROOT}/requests.{form}", data=said),
        await http.get(f"{ROOT}/requests.{form}"),
        await http.get(f"{ROOT}/requests/x.{form}"),
        await http.get(f"{ROOT}/services.{form}"),
    ):
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "*"
        assert ("retry-after" in answer.headers) == (status == 507)
        assert "secret" not in answer.text
        if form == "xml":
            assert parsed(answer).findtext("error/code") == str(status)
        else:
            assert answer.json()[0]["code"] == status


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND"])
async def test_a_method_that_nobody_knows(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, f"{ROOT}/requests.xml")
    assert answer.status_code == 405
    assert parsed(answer).findtext("error/code") == "405"


async def test_a_body_that_is_too_large(http: httpx.AsyncClient) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        headers = {"Content-Type": kind, "Content-Length": "99999999999"}
        answer = await http.post(f"{ROOT}/requests.xml", headers=headers, content=b"a")
        assert answer.status_code == 413
        assert parsed(answer).findtext("error/code") == "413"
    packed = {"Content-Type": kind, "Content-Encoding": "gzip"}
    bomb = gzip.compress(bytes(10_000_000))
    assert (
        await http.post(f"{ROOT}/requests.xml", headers=packed, content=bomb)
    ).status_code == 415


async def test_a_head_that_is_too_long(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"{ROOT}/requests.xml", headers={"Accept": "x" * 70_000})
    assert answer.status_code == 431
    assert parsed(answer).findtext("error/code") == "431"


async def test_the_log_says_with_which_code(
    http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOGGER, "handlers", [caplog.handler])
    monkeypatch.setattr(LOGGER, "propagate", False)
    caplog.set_level(logging.INFO, LOGGER.name)
    await http.get(f"{ROOT}/requests/nothing.xml")
    await http.post(f"{ROOT}/requests.json", data={"api_key": "none"})
    served = [record.served for record in caplog.records]  # type: ignore[attr-defined]
    assert [one.code for one in served] == ["not_found", "forbidden"]


async def test_elsewhere_the_gateways_own_shape_is_kept(http: httpx.AsyncClient) -> None:
    assert (await http.get("/open311/v1/services.json")).json()["error"] == "not_found"
    assert (await http.get("/open311")).json()["error"] == "not_found"
