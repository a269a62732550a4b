"""A gateway and its terminals, and what happens to them."""

import asyncio
from contextlib import suppress
from functools import singledispatchmethod
from pathlib import Path

from civictui.domain.errors import GatewayError, StoreError
from tests.conftest import MovableClock
from tests.faults.asgi import Wire
from tests.faults.faults import (
    PORTAL,
    SESSION_OVER,
    Cut,
    Instead,
    LoseAnswer,
    LoseRequest,
    Overtaken,
    Storm,
    Twice,
    busy,
    no_fault,
)
from tests.property.at_once import Life, LifeEnded, Stage
from tests.property.deeds import Deeds
from tests.property.server import Server
from tests.property.steps import Backup, Deed, History, PutBack, Restart, Step, Sync, Wait
from tests.property.terminal import Terminal

KINDS = (
    LoseRequest(),
    LoseAnswer(),
    LoseAnswer(),
    Cut(30),
    Cut(400),
    Twice(),
    Overtaken(),
    PORTAL,
    SESSION_OVER,
    busy(1),
    Instead(502, b"<html>", served=True),
)


class Broken(AssertionError):
    """A law was broken."""


class World:
    """Everything of one history."""

    def __init__(self, stage: Stage, folder: Path, history: History) -> None:
        stage.forget()
        self.server = Server(stage, folder / "gateway")
        stage.wire = self.wire = Wire(self.server.serve)
        self.terminals = [
            Terminal(stage, folder / f"{n}", user, MovableClock())
            for n, user in enumerate(history.users)
        ]
        for terminal, skew in zip(self.terminals, history.skews, strict=True):
            terminal.clock.move(skew)
        self.deeds = Deeds(self.terminals)
        self.has_forgotten = False
        """Whether the gateway was put back: who has not yet heard of it says what was true."""

    async def begin(self) -> None:
        for terminal in self.terminals:
            await terminal.sign_in()

    async def end(self) -> None:
        for terminal in self.terminals:
            await terminal.device.die()
        await self.server.die()

    async def perform(self, step: Step) -> None:
        self._pass(3)
        await self._perform(step)
        for terminal in self.terminals:
            await terminal.note_marks()

    @singledispatchmethod
    async def _perform(self, step: Step) -> None:
        await self.deeds.perform(step)

    @_perform.register
    async def _(self, step: Sync) -> None:
        self._prepare(step)
        calm = not (step.likely or step.kill or step.meanwhile)
        await asyncio.gather(
            *(self._round(self.terminals[who], calm) for who in step.who),
            *(self._soon(turns, other) for turns, other in step.meanwhile),
        )
        await self._clear_up()

    def _prepare(self, step: Sync) -> None:
        """Let the storm begin, and count the calls of whose life is to end."""
        self.deeds.under_way = True
        self.wire.judge = Storm(step.seed, step.likely, KINDS) if step.likely else no_fault
        if step.kill:
            who, calls = step.kill
            self._life(who).ends_after = calls

    async def _clear_up(self) -> None:
        """Let the storm end; who is dead begins again, and who was spared lives on."""
        self.deeds.under_way = False
        self.wire.judge = no_fault
        for who in range(-1, len(self.terminals)):
            if self._life(who).ended:
                await self._restart(who)
            self._life(who).ends_after = None

    async def _round(self, terminal: Terminal, calm: bool) -> None:
        try:
            await terminal.sync()
            waiting = await terminal.store.state.waiting()
            if calm and not all(one.reason for one in waiting):
                raise Broken(f"a round ended well, and something is unsent: {waiting}")
        except GatewayError as error:
            if calm:
                raise Broken(f"a round without a fault did not end: {error!r}") from error
        except BaseException:
            if not terminal.life.ended:
                raise

    async def _soon(self, turns: int, deed: Deed) -> None:
        """What somebody does while rounds are under way, after so many turns of the event loop."""
        for _ in range(turns):
            await asyncio.sleep(0)
        with suppress(LifeEnded, StoreError):  # it ended meanwhile, or is just signing in anew
            await self.deeds.perform(deed)

    @_perform.register
    async def _(self, step: Restart) -> None:
        await self._restart(step.who)

    async def _restart(self, who: int) -> None:
        if who < 0:
            await self.server.die()
            self.server.start()
        else:
            await self.terminals[who].restart()

    @_perform.register
    async def _(self, _: Backup) -> None:
        self.server.back_up()

    @_perform.register
    async def _(self, _: PutBack) -> None:
        await self.server.put_back()
        self.has_forgotten = True

    @_perform.register
    async def _(self, step: Wait) -> None:
        self._pass(step.seconds)

    def _life(self, who: int) -> Life:
        return self.server.life if who < 0 else self.terminals[who].life

    def _pass(self, seconds: int) -> None:
        for clock in (self.server.clock, *(terminal.clock for terminal in self.terminals)):
            clock.move(seconds)
