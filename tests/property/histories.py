"""Runs histories, each in a world of its own."""

import asyncio
import shutil
from pathlib import Path

from tests.property.at_once import Stage
from tests.property.laws import all_sent_is_true, at_the_end, converge
from tests.property.steps import History
from tests.property.world import World


class Histories:
    """`folder` is where their stores are for as long as they run."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stage = stage
        self._folder = folder
        self._count = 0

    def verdict(self, history: History) -> str:
        """What a history breaks, "" if nothing."""
        self._count += 1
        folder = self._folder / f"{self._count}"
        try:
            asyncio.run(self._run(folder, history))
        except Exception as error:  # noqa: BLE001  # whatever goes wrong is the verdict
            return f"{type(error).__name__}: {error}"
        finally:
            shutil.rmtree(folder)
        return ""

    async def _run(self, folder: Path, history: History) -> None:
        folder.mkdir(mode=0o700)
        world = World(self._stage, folder, history)
        try:
            await world.begin()
            for step in history.steps:
                await world.perform(step)
                await all_sent_is_true(world)
            await at_the_end(world, await converge(world))
        finally:
            await world.end()
