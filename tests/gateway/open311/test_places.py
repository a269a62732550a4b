"""However many forms come, and however slowly answers are taken: so much is held, and no more."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from civictui.domain.model import now_text
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311 import media, sending
from civictui.gateway.open311.keys import ApiKeys
from civictui.gateway.open311.places import Desk, Places
from civictui.gateway.open311.sending import SHORT, Sending
from civictui.gateway.problems import Problem
from civictui.gateway.routes.bulk import LIGHT
from tests.conftest import MovableClock
from tests.gateway.open311.city import PLACE, ROOT, post
from tests.gateway.peer import picture

URL = f"{ROOT}/requests.json"
FORM = {"service_code": "006", **PLACE}


def long_form(http: httpx.AsyncClient, key: str) -> "asyncio.Task[httpx.Response]":
    """Sends a picture that is much to hold, by a key in the query."""
    files = {"media": ("a.jpg", picture() + bytes(LIGHT))}
    return asyncio.create_task(http.post(URL, params={"api_key": key}, data=FORM, files=files))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """No picture is decoded before it is set."""
    go, real = asyncio.Event(), media.decoded

    async def decoded(*given: bytes | int) -> object:
        await go.wait()
        return await real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(media, "decoded", decoded)
    return go


async def test_long_forms_of_a_key_are_held_a_few_at_a_time_until_they_are_stored(
    city: httpx.AsyncClient,
    key: str,
    folder: GatewayFolder,
    clock: MovableClock,
    stopped: asyncio.Event,
) -> None:
    other = ApiKeys(folder).make("asha", now_text(clock.now()))
    office = city._transport.app.state.open311  # type: ignore[attr-defined]
    desk = office._desks["demo"] = Desk()
    sent = [long_form(city, key) for _ in range(6)]
    await until(lambda: len(desk.long.coming._waiters or ()) == 2)  # and four have a place
    assert desk.forms.here == 6
    short = await city.post(URL, params={"api_key": key}, data=FORM)
    assert short.status_code == 200  # without a picture it waits for none
    theirs = long_form(city, other)
    await until(lambda: "asha" in office._desks)
    assert not office._desks["asha"].long.coming.locked()
    stopped.set()
    answers = await asyncio.gather(*sent, theirs)
    assert [answer.status_code for answer in answers] == [200] * 7


async def test_so_many_forms_of_a_key_wait_and_no_more(
    city: httpx.AsyncClient, key: str, stopped: asyncio.Event
) -> None:
    office = city._transport.app.state.open311  # type: ignore[attr-defined]
    desk = office._desks["demo"] = Desk()
    desk.forms = Places(2, 3)
    sent = [long_form(city, key) for _ in range(3)]
    await until(lambda: desk.forms.here == 3)
    refused = await city.post(URL, params={"api_key": key}, data=FORM)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert (await post(city, key)).status_code == 200  # at the desk of strangers
    stopped.set()
    assert {(await one).status_code for one in sent} == {200}
    assert desk.forms.here == 0


async def test_answers_that_nobody_takes_are_held_up_to_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "MOST", 5 * SHORT)
    held, taken = Sending(), asyncio.Event()

    async def send(message: object) -> None:
        await taken.wait()

    async def begun(size: int) -> "asyncio.Task[None]":
        answer = held.answer(bytes(size), 200, {})
        task = asyncio.create_task(answer({"type": "http"}, None, send))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        return task

    first = await begun(9 * SHORT)  # whatever its length, one may go
    with pytest.raises(Problem) as refused:
        await begun(2 * SHORT)
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "10"})
    short = await begun(SHORT)
    taken.set()
    await asyncio.gather(first, short)
    assert held.held == 0
    await (await begun(2 * SHORT))


async def test_who_hangs_up_gives_the_room_back() -> None:
    held = Sending()

    async def broken(_: object) -> None:
        raise OSError

    answer = held.answer(bytes(3 * SHORT), 200, {})
    with pytest.raises(OSError):  # noqa: PT011 - whatever it is
        await answer({"type": "http"}, None, broken)  # type: ignore[arg-type]
    assert held.held == 0


async def test_a_long_answer_is_whole(city: httpx.AsyncClient, key: str) -> None:
    for _ in range(40):
        await post(city, key, description="x" * 4_000)
    whole = await city.get(f"{ROOT}/requests.json", headers={"Accept-Encoding": "identity"})
    assert len(whole.json()) == 40
    assert len(whole.content) == int(whole.headers["content-length"]) > 2 * SHORT
