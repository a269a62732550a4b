"""What is done beside the sync: again when called for, again after a while, and not for ever."""

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from civictui.domain.errors import NoAddress
from civictui.domain.ports import OpenStore
from civictui.sync import beside
from civictui.sync.beside import Beside


class Tidied:
    """As much of a store as is tidied up."""

    async def tidy(self) -> None:
        pass


class Errands:
    """An errand that is done when a test lets it."""

    def __init__(self) -> None:
        self.begun = self.changes = 0
        self.broken = False
        self.may = asyncio.Event()
        self.may.set()

    async def __call__(self, _: OpenStore) -> int:
        self.begun += 1
        await self.may.wait()
        if self.broken:
            raise NoAddress("nobody there")
        return 1

    def changed(self) -> None:
        self.changes += 1


def beside_of(errands: Errands) -> Beside:
    return Beside(cast(OpenStore, Tidied()), errands, errands.changed)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0)


async def test_what_is_called_for_meanwhile_is_done_after_it() -> None:
    errands = Errands()
    errands.may.clear()
    doing = beside_of(errands)
    doing.begin()
    await until(lambda: errands.begun == 1)
    doing.begin()
    doing.begin()
    errands.may.set()
    await until(lambda: errands.changes == 2)
    assert errands.begun == 2
    await doing.end()


async def test_what_failed_is_tried_again_though_nothing_calls_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beside, "AGAIN_SECONDS", 0.01)
    errands = Errands()
    errands.broken = True
    doing = beside_of(errands)
    doing.begin()
    await until(lambda: errands.begun == 2)
    errands.broken = False
    await until(lambda: errands.changes == 1)
    await doing.end()


async def test_it_ends_and_begins_again() -> None:
    errands = Errands()
    errands.may.clear()
    doing = beside_of(errands)
    await doing.end()
    doing.begin()
    await until(lambda: errands.begun == 1)
    await doing.end()
    errands.may.set()
    await asyncio.sleep(0)
    assert errands.changes == 0
    doing.begin()
    await until(lambda: errands.changes == 1)
    await doing.end()
