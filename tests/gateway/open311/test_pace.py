"""How many requests a minute a key may make, and who is not counted."""

import httpx
import pytest

from civictui.domain.model import now_text
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.keys import ApiKeys
from civictui.gateway.open311.offer import Offer
from civictui.gateway.open311.pace import Pace
from civictui.gateway.problems import Problem
from tests.conftest import MovableClock
from tests.gateway.open311.city import PLACE, ROOT, parsed, post
from tests.gateway.open311.conftest import Open


@pytest.fixture
async def slow(opened: Open) -> httpx.AsyncClient:
    return await opened(Offer(public=False, a_minute=6))


async def test_a_key_that_asks_too_often_waits(
    slow: httpx.AsyncClient, key: str, clock: MovableClock
) -> None:
    asked = {"params": {"api_key": key}}
    for _ in range(3):
        assert (await post(slow, key)).status_code == 200
        assert (await slow.get(f"{ROOT}/requests.json", **asked)).status_code == 200  # type: ignore[arg-type]
    answer = await post(slow, key)
    assert (answer.status_code, answer.json()[0]["code"]) == (429, 429)
    assert answer.headers["retry-after"] == "10"
    in_xml = await slow.get(f"{ROOT}/requests/x.xml", **asked)  # type: ignore[arg-type]
    assert (in_xml.status_code, in_xml.headers["retry-after"]) == (429, "10")
    assert parsed(in_xml).findtext("error/code") == "429"
    clock.move(10)
    assert (await post(slow, key)).status_code == 200
    assert (await post(slow, key)).status_code == 429
    clock.move(3600)
    assert [(await post(slow, key)).status_code for _ in range(7)] == [200] * 6 + [429]


async def test_a_form_is_not_read_of_who_is_over_the_limit(
    slow: httpx.AsyncClient, key: str
) -> None:
    """With the key in the query; and it counts once, though it is looked at again."""
    for _ in range(6):
        said = {"service_code": "006", **PLACE}
        answer = await slow.post(f"{ROOT}/requests.json", params={"api_key": key}, data=said)
        assert answer.status_code == 200
    url = f"{ROOT}/requests.json"
    answer = await slow.post(url, params={"api_key": key}, content=b"\xff" * 100_000)
    assert answer.status_code == 429


async def test_others_are_not_counted_with_it(
    slow: httpx.AsyncClient, key: str, folder: GatewayFolder, clock: MovableClock
) -> None:
    for _ in range(8):
        last = await post(slow, key)
    assert last.status_code == 429
    other = ApiKeys(folder).make("asha", now_text(clock.now()))
    assert (await post(slow, other)).status_code == 200
    for _ in range(20):
        assert (await post(slow, "none")).status_code == 403
        assert (await slow.get(f"{ROOT}/services.json")).status_code == 200


def test_a_slow_pace_says_how_long_to_wait(clock: MovableClock) -> None:
    pace = Pace(1, clock)
    pace.count("a")
    with pytest.raises(Problem) as refused:
        pace.count("a")
    assert refused.value.headers == {"Retry-After": "60"}
    clock.move(59.5)
    with pytest.raises(Problem) as refused:
        pace.count("a")
    assert refused.value.headers == {"Retry-After": "1"}
    clock.move(0.5)
    pace.count("a")
