"""A third of the answers lost, and processes killed at any moment: each report is there once."""

import asyncio
import os
import random
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

import pytest

from civictui.domain.model import Query
from tests.faults.conftest import Say
from tests.faults.device import Device
from tests.faults.faults import LoseAnswer, Storm
from tests.faults.proxy import FaultProxy
from tests.faults.worker import report_id
from tests.torture.counts import count

_ROOT = Path(__file__).parent.parent.parent


class Lives:
    """Workers on the same folder, one after the other."""

    def __init__(
        self, folder: Path, origin: str, reports: int, share: int, pixels: int = 0
    ) -> None:
        """Of all `reports`, each life saves `share` at most; `pixels` as the worker has it."""
        self._order = [str(folder), origin]
        self._pixels = str(pixels)
        self._reports = reports
        self._share = share
        self.saved = 0
        """How many were said to be saved, all from the first on."""

    async def one(self, patience: float, rng: random.Random) -> None:
        """A life of at most so many seconds after it began to work, ended by SIGKILL."""
        worker = await self._start(self.saved + self._share)
        await self._hear(worker)
        with suppress(TimeoutError):
            async with asyncio.timeout(rng.uniform(0, patience)):
                while await self._hear(worker):
                    pass
        worker.kill()
        while await self._hear(worker):
            pass
        await worker.wait()

    async def last(self) -> None:
        """One that is left alive until it says that all is sent."""
        worker = await self._start(self._reports)
        while (said := await self._hear(worker)) != "sent":
            assert said, "it ended before all was sent"
        worker.kill()
        await worker.wait()

    async def _start(self, last: int) -> Process:
        # The last few that were saved are saved again, as by somebody who saw no answer.
        numbers = [str(max(0, self.saved - 5)), str(min(last, self._reports)), self._pixels]
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.worker", *self._order, *numbers,
            stdout=PIPE, cwd=_ROOT, env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )  # fmt: skip

    async def _hear(self, worker: Process) -> str:
        assert worker.stdout is not None
        said = (await worker.stdout.readline()).decode().strip()
        if said.isdigit():
            self.saved = max(self.saved, int(said) + 1)
        return said


@pytest.mark.torture
async def test_lost_answers_and_kills(
    tmp_path: Path, proxy: FaultProxy, witness: Device, say: Say
) -> None:
    reports, kills, rng = count(60, 1000), count(2, 50), random.Random(4)
    storm = proxy.judge = Storm(4, 0.3, [LoseAnswer()])
    lives = Lives(tmp_path / "killed", proxy.origin, reports, reports // kills)
    for _ in range(kills):
        await lives.one(0.5, rng)
    await lives.last()
    assert lives.saved == reports
    await witness.sync()
    there = await witness.store.endpoint.changes(0, limit=10 * reports)
    assert sorted(row.id for row in there.rows) == [report_id(n) for n in range(reports)]
    assert all(len(row.revs) == 1 for row in there.rows)
    assert len(await witness.store.reader.find(Query())) == reports
    say(f"{reports} reports, {storm.faults} of {len(storm.met)} answers lost, {kills} kills "
        f"(SIGKILL): {len(there.rows)} documents, 0 duplicates")  # fmt: skip
