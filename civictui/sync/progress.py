"""How far a step has come, a share that never falls and is whole at the end; what was moved."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import TypeAlias

from civictui.domain.model import SyncPhase

Step: TypeAlias = Callable[[SyncPhase], Awaitable[None]]
"""Awaited when a step begins and whenever something was moved in it."""


class Progress:
    """`done` of `total` things; a total of 0 is one that nobody knows."""

    def __init__(self) -> None:
        self.done = self.total = 0

    def begin(self, total: int = 0) -> None:
        self.done, self.total = 0, total

    def batch(self, read: int, left: int | None) -> None:
        """So many things were moved, and so many are left, as far as the source can tell.

        The first word on what is left fixes the total. What comes up later is moved, too, but
        makes nobody's progress smaller.
        """
        if left is None and not self.total:
            self.done += read
            return
        if not self.total:
            self.total = self.done + read + (left or 0)
        reached = self.done + read if left is None else self.total - left
        self.done = min(max(self.done, reached), self.total)

    def one(self) -> None:
        self.batch(1, None)

    def finish(self) -> None:
        self.done = self.total = max(self.done, self.total)


class Steps:
    """The steps of a round, one after the other, shown as they get on."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self.phase = SyncPhase.PUSHING
        self.progress = Progress()

    async def begin(self, phase: SyncPhase, total: int = 0) -> None:
        self.phase = phase
        self.progress.begin(total)
        await self.show()

    async def show(self) -> None:
        """Something was moved."""
        await self._step(self.phase)

    async def one(self) -> None:
        self.progress.one()
        await self.show()

    async def finish(self) -> None:
        """The step is through; where it moved something, that is shown as the whole of it."""
        if self.progress.done and (self.progress.done != self.progress.total):
            self.progress.finish()
            await self.show()


@dataclass(slots=True)
class Moved:
    """What rounds have moved so far."""

    pulled: int = 0
    pushed: int = 0
    merged: int = 0
    pictures_sent: int = 0
    pictures_fetched: int = 0

    def since(self, before: "Moved") -> "Moved":
        names = (field.name for field in fields(self))
        return Moved(**{name: getattr(self, name) - getattr(before, name) for name in names})
