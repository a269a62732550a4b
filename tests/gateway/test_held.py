"""How many requests of one user are held: over a socket, and given back whatever ends them."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from civictui.gateway import held
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.held import Held
from civictui.gateway.operation import Operation
from civictui.gateway.problems import Problem
from civictui.gateway.server import GatewayThread
from tests.gateway.peer import bearer, push, report

pytestmark = pytest.mark.e2e

TOKEN = "a token for the metrics"
WAITING = {"feed": "longpoll", "since": "now", "timeout": "60000"}


@pytest.fixture
async def watched(folder: GatewayFolder) -> AsyncIterator[httpx.AsyncClient]:
    operation = Operation(metrics_token=TOKEN)
    with GatewayThread(folder.path, cost=CHEAP, operation=operation) as served:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{served.port}", trust_env=False, timeout=20
        ) as http:
            yield http


async def until_held(http: httpx.AsyncClient, count: int) -> None:
    sender = {"Authorization": f"Bearer {TOKEN}"}
    while (
        f"civictui_longpolls_held {count}.0\n"
        not in (await http.get("/metrics", headers=sender)).text
    ):
        pass


async def test_one_too_many_is_refused_and_others_are_not(
    watched: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "MOST_OF_USER", 2)
    demo, asha = await bearer(watched), await bearer(watched, "asha")

    def wait(sender: dict[str, str]) -> asyncio.Task[httpx.Response]:
        return asyncio.create_task(
            watched.get("/db/civic/_changes", params=WAITING, headers=sender)
        )

    waiting = [wait(demo), wait(demo)]
    await until_held(watched, 2)
    refused = await wait(demo)
    assert refused.status_code == 429
    assert refused.json()["error"] == "too_many_held"
    assert refused.headers["retry-after"] == "60"
    waiting.append(wait(asha))
    await until_held(watched, 3)

    waiting.pop(0).cancel()  # a line that breaks gives its place back
    await until_held(watched, 2)
    waiting.append(wait(demo))
    await until_held(watched, 3)

    assert await push(watched, report("r1"), headers=demo) == []
    answers = await asyncio.gather(*waiting)
    assert [[row["id"] for row in answer.json()["results"]] for answer in answers] == [["r1"]] * 3
    await until_held(watched, 0)


def test_a_user_who_waits_no_more_is_forgotten() -> None:
    places = Held()
    over = [places.take("demo") for _ in range(held.MOST_OF_USER)]
    with pytest.raises(Problem):
        places.take("demo")
    places.take("asha")()
    for end in over:
        end()
    assert places.count == 0
    assert not places._users
