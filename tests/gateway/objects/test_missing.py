"""Which pictures are not here: one question for many, and only of what one sees."""

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import add_user
from civictui.gateway.routes.objects import MOST_KEYS
from tests.gateway.conftest import client_of
from tests.gateway.objects.test_sight import KEY, NEAR, at, send
from tests.gateway.peer import PASSWORD, bearer, push, report

URL = "/v1/objects/missing"
ABSENT = f"{'0' * 64}.jpg"


@pytest.fixture
async def bounded(folder: GatewayFolder, app: Starlette) -> httpx.AsyncClient:
    """Signed in as one who has an area."""
    add_user(folder, "bounded", PASSWORD, area=NEAR, cost=CHEAP)
    client = client_of(app)
    client.headers.update(await bearer(client, "bounded"))
    return client


async def missing(http: httpx.AsyncClient, *keys: str) -> list[str]:
    answer = await http.post(URL, json={"keys": keys})
    assert answer.status_code == 200
    found: list[str] = answer.json()["missing"]
    return found


async def test_what_is_not_here_is_named_once_and_in_order(demo: httpx.AsyncClient) -> None:
    await send(demo)
    assert await missing(demo) == []
    assert await missing(demo, ABSENT, KEY, "old.jpg", ABSENT) == [ABSENT, "old.jpg"]


async def test_what_no_object_can_be_called_is_no_object(demo: httpx.AsyncClient) -> None:
    assert await missing(demo, "../x", "", "..", "a" * 101) == []


async def test_what_one_does_not_see_is_as_if_nobody_had_named_it(
    demo: httpx.AsyncClient, bounded: httpx.AsyncClient
) -> None:
    """Neither whether it is here nor whether it is not can be told from the answer."""
    await push(demo, report("far", **at(20, 20)))
    assert await missing(bounded, KEY) == []
    await send(demo)
    assert await missing(bounded, KEY) == []


async def test_one_of_a_report_in_sight_is_missing_until_it_comes(
    demo: httpx.AsyncClient, bounded: httpx.AsyncClient
) -> None:
    await push(demo, report("near", **at(8.5, 47.5)))
    assert await missing(bounded, KEY) == [KEY]
    await send(demo)
    assert await missing(bounded, KEY) == []


@pytest.mark.parametrize(
    "body", [{}, {"keys": "a"}, {"keys": [1]}, {"keys": ["a"] * (MOST_KEYS + 1)}, []]
)
async def test_what_is_no_question_is_refused(demo: httpx.AsyncClient, body: object) -> None:
    answer = await demo.post(URL, json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


async def test_it_takes_a_session_and_hides_no_picture(
    http: httpx.AsyncClient, demo: httpx.AsyncClient
) -> None:
    assert (await demo.get(URL)).json()["error"] == "not_found"
    demo.headers.pop("authorization")
    assert (await http.post(URL, json={"keys": [KEY]})).status_code == 401
