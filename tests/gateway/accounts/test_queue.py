"""The queue before a password: bounded, and each address in its turn."""

import asyncio
from collections import Counter

import pytest

from civictui.gateway.accounts.queue import MOST_OF_ONE, MOST_WAITING, FairQueue
from civictui.gateway.problems import Problem


class Crowd:
    """Who had a turn, in order; nobody's turn ends before the gate is open."""

    def __init__(self, queue: FairQueue) -> None:
        self.gate = asyncio.Event()
        self.served: list[str] = []
        self.refusals: list[tuple[int, str, str]] = []
        self._queue = queue
        self._tasks: list[asyncio.Task[bool]] = []

    async def come(self, *addresses: str) -> None:
        for address in addresses:
            self._tasks.append(asyncio.create_task(self._ask(address)))
            await asyncio.sleep(0)

    async def cancel(self, number: int) -> None:
        self._tasks[number].cancel()
        await asyncio.sleep(0)

    async def answers(self) -> list[bool]:
        """Of each who came and was not cancelled, whether he had a turn."""
        self.gate.set()
        done = await asyncio.gather(*self._tasks, return_exceptions=True)
        return [answer for answer in done if isinstance(answer, bool)]

    async def _ask(self, address: str) -> bool:
        try:
            async with self._queue.turn(address):
                self.served.append(address)
                await self.gate.wait()
        except Problem as problem:
            self.refusals.append((problem.status, problem.code, problem.headers["Retry-After"]))
            return False
        return True


@pytest.fixture
def crowd() -> Crowd:
    return Crowd(FairQueue(1))


async def test_one_address_fills_its_own_places_alone(crowd: Crowd) -> None:
    await crowd.come(*["many"] * 200, "other")
    answers = await crowd.answers()
    assert answers.count(True) == 1 + MOST_OF_ONE + 1
    assert answers[-1]
    assert set(crowd.refusals) == {(503, "busy", "2")}
    assert crowd.served.index("other") == 2  # one was being served, and one stood before it


async def test_a_full_queue_makes_room_for_who_has_less(crowd: Crowd) -> None:
    crowds = [f"many{i}" for i in range(MOST_WAITING // MOST_OF_ONE)]
    await crowd.come("first", *(name for name in crowds for _ in range(MOST_OF_ONE)))
    await crowd.come("other", *crowds)
    answers = await crowd.answers()
    assert answers.count(True) == 1 + MOST_WAITING
    assert answers[MOST_WAITING + 1]
    assert Counter(crowd.served)["other"] == 1
    assert answers[-len(crowds) :] == [False, *[False] * (len(crowds) - 1)]


async def test_where_all_have_one_place_there_is_none(crowd: Crowd) -> None:
    await crowd.come("first", *(f"each{i}" for i in range(MOST_WAITING)), "late")
    assert not (await crowd.answers())[-1]


async def test_who_has_gone_leaves_the_turn_to_the_next(crowd: Crowd) -> None:
    await crowd.come("a", "b", "c", "c")
    await crowd.cancel(1)
    await crowd.cancel(0)  # whose turn it was
    await crowd.cancel(2)  # whose turn has just come
    assert await crowd.answers() == [True]
    assert crowd.served[-1] == "c"
    await crowd.come("d", "e")  # nobody's turn was lost
    assert await crowd.answers() == [True, True, True]


async def test_so_many_at_once_and_no_more() -> None:
    crowd = Crowd(FairQueue(3))
    await crowd.come(*"abcde")
    assert crowd.served == ["a", "b", "c"]
    assert all(await crowd.answers())
