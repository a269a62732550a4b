"""Hundreds of wrong passwords at once: none is heard past its limit, and nobody else waits long."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.accounts import couchdb, passwords, queue
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.folder import GatewayFolder
from civictui.storage.envelope import argon2id
from tests.conftest import MovableClock
from tests.gateway.accounts.couch import NAME, Couch
from tests.gateway.accounts.couch import PASSWORD as THEIRS
from tests.gateway.conftest import client_of
from tests.gateway.peer import PASSWORD, Device, sign_in

ATTACKER = "203.0.113.9"


class Work:
    """Passwords in the order in which they were looked at; shut, it looks at none."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.open = threading.Event()
        self.open.set()

    def argon2id(self, password: str, salt: bytes, *cost: int) -> bytes:
        self.seen.append(password)
        assert self.open.wait(60)
        return argon2id(password, salt, *cost)


@pytest.fixture
def work(app: Starlette, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    work = Work()
    monkeypatch.setattr(passwords, "argon2id", work.argon2id)
    yield work
    work.open.set()


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue in which everybody finds a place."""
    monkeypatch.setattr(queue, "MOST_WAITING", 1000)
    monkeypatch.setattr(queue, "MOST_OF_ONE", 1000)


async def guesses(
    http: httpx.AsyncClient, count: int, device: Device | None = None
) -> list[httpx.Response]:
    asked = (sign_in(http, f"user{i}", "guess", device) for i in range(count))
    return list(await asyncio.gather(*asked))


def codes(answers: list[httpx.Response], code: str) -> int:
    return sum(answer.json()["error"] == code for answer in answers)


async def test_a_colleague_waits_for_one_of_two_hundred(app: Starlette, work: Work) -> None:
    work.open.clear()
    async with client_of(app, ATTACKER) as attacker, client_of(app) as http:
        wrong = asyncio.create_task(guesses(attacker, 200))
        while not work.seen:
            await asyncio.sleep(0)
        right = asyncio.create_task(sign_in(http))
        async with asyncio.timeout(60):
            while len(asyncio.all_tasks()) > 2 + 1 + queue.MOST_OF_ONE + 1:
                await asyncio.sleep(0)  # until the others were sent away
        assert not right.done()
        work.open.set()
        assert (await right).status_code == 200
        answers = await wrong
    assert work.seen.index(PASSWORD) <= 2
    assert codes(answers, "wrong_credentials") == 1 + queue.MOST_OF_ONE
    assert codes(answers, "busy") == 200 - 1 - queue.MOST_OF_ONE
    assert all(int(a.headers["retry-after"]) > 0 for a in answers if a.status_code == 503)


PATHS: dict[str, dict[str, Any]] = {
    "/v1/session": {},
    "/v1/password": {"new_password": "some other words"},
    "/v1/recover": {"store": "A" * 22 + "==", "slot": {}, "public_key": "A" * 43},
}


@pytest.mark.parametrize("path", PATHS)
async def test_whatever_proves_a_password_waits_in_the_same_queue(
    app: Starlette, work: Work, path: str
) -> None:
    work.open.clear()
    async with client_of(app, ATTACKER) as http:
        asked = [asyncio.create_task(sign_in(http, f"user{i}", "guess")) for i in range(40)]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        body = {"username": "demo", "password": PASSWORD, **PATHS[path]}
        answer = await http.post(path, json=body)
        assert (answer.status_code, answer.json()["error"]) == (503, "busy")
        work.open.set()
        await asyncio.gather(*asked)
    assert PASSWORD not in work.seen


async def test_an_address_is_heard_sixty_times(app: Starlette, work: Work, wide: None) -> None:
    async with client_of(app, ATTACKER) as attacker:
        answers = await guesses(attacker, 200)
    assert len(work.seen) == 60
    assert codes(answers, "wrong_credentials") == 60
    assert codes(answers, "blocked") == 140


async def test_a_device_is_heard_three_times(app: Starlette, work: Work, wide: None) -> None:
    async with client_of(app, ATTACKER) as attacker:
        answers = await guesses(attacker, 40, Device("stolen"))
    assert len(work.seen) == 3
    assert codes(answers, "blocked") == 37


async def test_right_passwords_at_once_block_nobody(app: Starlette, work: Work, wide: None) -> None:
    async with client_of(app) as http:
        asked = (sign_in(http, device=Device("one")) for _ in range(70))
        answers = await asyncio.gather(*asked)
        assert {answer.status_code for answer in answers} == {200}
        assert (await sign_in(http, password="wrong")).json()["remaining_attempts"] == 2


@pytest.mark.parametrize(("device", "most"), [(None, 60), (Device("stolen"), 3)])
async def test_the_users_of_a_couchdb_have_the_same_limits(
    folder: GatewayFolder,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    wide: None,
    device: Device | None,
    most: int,
) -> None:
    """Several are looked at at a time there; those count while nobody knows how they end."""
    monkeypatch.setattr(couchdb, "FLOOR_SECONDS", 0.001)
    with Couch() as couch:
        app = build(folder, clock=clock, cost=CHEAP, backing=couch.backing)
        async with client_of(app, ATTACKER) as attacker, client_of(app) as http:
            answers = await guesses(attacker, 100, device)
            assert (await sign_in(http, NAME, THEIRS)).status_code == 200
        await app.state.backends.close()
        asked = [path for method, path, _ in couch.seen if method == "POST"]
    assert 0 < len(asked) - 1 <= most
    assert codes(answers, "wrong_credentials") + codes(answers, "blocked") == 100
