"""A user has a bounded number of replication logs: the oldest goes, and only his own."""

import httpx
import pytest

from civictui.gateway.database import logs
from civictui.gateway.database.logs import Logs
from tests.gateway.peer import bearer

MOST = 3


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST", MOST)


async def put(http: httpx.AsyncClient, name: str, **body: object) -> str:
    answer = await http.put(f"/db/civic/_local/{name}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["rev"])


async def there(http: httpx.AsyncClient, *names: str) -> list[str]:
    found = {name: await http.get(f"/db/civic/_local/{name}") for name in names}
    return [name for name, answer in found.items() if answer.status_code == 200]


async def test_the_oldest_goes(demo: httpx.AsyncClient) -> None:
    for name in "abc":
        await put(demo, name)
    assert await put(demo, "a", seq=2) == "0-2"  # written again it is not a new one
    assert await there(demo, *"abc") == ["a", "b", "c"]
    await put(demo, "d")
    assert await there(demo, *"abcd") == ["b", "c", "d"]
    assert await put(demo, "a") == "0-1"
    assert await there(demo, *"abcd") == ["a", "c", "d"]


async def test_another_user_loses_none(demo: httpx.AsyncClient) -> None:
    await put(demo, "a")
    mine, theirs = demo.headers["Authorization"], await bearer(demo, "asha")
    demo.headers.update(theirs)
    for name in "abcdefgh":
        await put(demo, name)
    demo.headers["Authorization"] = mine
    assert await there(demo, *"ab") == ["a"]


async def test_what_is_there_is_known_after_a_restart(demo: httpx.AsyncClient, app: object) -> None:
    for name in "abc":
        await put(demo, name)
    backends = app.state.backends  # type: ignore[attr-defined]
    begun = Logs(backends.database)
    await begun.put("demo", "d", {})
    assert [await begun.get("demo", name) is not None for name in "abcd"] == [
        False,
        True,
        True,
        True,
    ]


async def test_a_lower_bound_takes_all_that_are_too_many(
    demo: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        await put(demo, name)
    monkeypatch.setattr(logs, "MOST", 2)
    await put(demo, "d")
    assert await there(demo, *"abcd") == ["c", "d"]
