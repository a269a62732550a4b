"""The gateway of a history: its folder outlives its process, and can be put back from a copy."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import httpx

from civictui.domain.ports import Changes
from civictui.gateway import provisioning
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from tests.conftest import MovableClock
from tests.faults.asgi import Application
from tests.faults.device import close_files_in
from tests.property.at_once import Life, LifeEnded, Stage
from tests.property.steps import USERS
from tests.site import PASSWORD

EVERYTHING = 1_000_000


class Server:
    """The gateway: its folder outlives its process."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stage = stage
        self._folder = folder
        self._copy = folder.with_name("backup")
        self.clock = MovableClock()
        opened = provisioning.open_folder(folder)
        for name in USERS:
            provisioning.add_user(opened, name, PASSWORD, cost=CHEAP)
        self.start()

    def start(self) -> None:
        self.life = Life(self.clock)
        with self._stage.living(self.life):
            opened = provisioning.open_folder(self._folder)
            self._application = build(opened, clock=self.clock, cost=CHEAP)

    async def die(self) -> None:
        self.life.ended = True
        await (
            self._application.state.backends.sessions.close()
        )  # its threads, which nothing waits for
        close_files_in(self._folder)

    def back_up(self) -> None:
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self._folder, self._copy)

    async def put_back(self) -> None:
        if self._copy.exists():
            await self.die()
            shutil.rmtree(self._folder)
            shutil.copytree(self._copy, self._folder)
            self.start()

    async def serve(self, *call: Any) -> None:
        try:
            await cast(Application, self._application)(*call)
        except LifeEnded as error:
            raise httpx.ReadError("the gateway is gone") from error

    async def changes(self) -> Changes:
        database = self._application.state.backends.database
        return cast(Changes, await database.changes("0", EVERYTHING, include_docs=True))

    async def has(self, key: str) -> bool:
        """Whether it has this picture."""
        return await self._application.state.backends.objects.get(key) is not None

    async def missing(self, revs: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        return cast(dict[str, Any], await self._application.state.backends.database.revs_diff(revs))
