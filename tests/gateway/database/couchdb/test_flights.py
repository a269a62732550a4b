"""Many who ask the same are one question; writers of one document wait for each other."""

import asyncio

import pytest

from civictui.gateway.database.couchdb.flights import Flights
from civictui.gateway.database.couchdb.locks import DocumentLocks


class Question:
    def __init__(self) -> None:
        self.asked = 0
        self.answered = asyncio.Event()

    async def ask(self) -> int:
        self.asked += 1
        number = self.asked
        await self.answered.wait()
        return number


async def test_many_are_one_question() -> None:
    flights, question = Flights(), Question()
    waiting = [asyncio.create_task(flights.join("x", question.ask)) for _ in range(50)]
    other = asyncio.create_task(flights.join("y", question.ask))
    await asyncio.sleep(0)
    waiting[0].cancel()  # who goes takes nothing from the others
    question.answered.set()
    assert await asyncio.gather(*waiting[1:], other) == [1] * 49 + [2]
    assert await flights.join("x", question.ask) == 3  # nothing is kept


async def test_nobody_joins_a_question_from_before_a_write() -> None:
    flights, question = Flights(), Question()
    before = asyncio.create_task(flights.join("x", question.ask))
    await asyncio.sleep(0)
    flights.part()
    after = asyncio.create_task(flights.join("x", question.ask))
    await asyncio.sleep(0)
    question.answered.set()
    assert list(await asyncio.gather(before, after)) == [1, 2]


async def test_an_error_is_everybodys() -> None:
    async def fails() -> int:
        raise LookupError

    flights = Flights()
    found = await asyncio.gather(
        *(flights.join("x", fails) for _ in range(3)), return_exceptions=True
    )
    assert [type(error) for error in found] == [LookupError] * 3


async def test_what_is_on_its_way_ends_with_them() -> None:
    flights, question = Flights(), Question()
    waiting = asyncio.create_task(flights.join("x", question.ask))
    await asyncio.sleep(0)
    await flights.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_writers_of_the_same_documents_take_turns() -> None:
    locks = DocumentLocks()
    inside: list[str] = []
    most: list[int] = []

    async def write(*keys: str) -> None:
        async with locks.holding(keys):
            inside.extend(keys)
            most.append(max(inside.count(key) for key in inside))
            await asyncio.sleep(0)
            for key in keys:
                inside.remove(key)

    pairs = [("a", "b"), ("b", "a"), ("a", "a"), ("b", "c"), ("c", "a")] * 10
    await asyncio.gather(*(write(*dict.fromkeys(pair)) for pair in pairs))
    assert set(most) == {1}
    assert not locks._locks
