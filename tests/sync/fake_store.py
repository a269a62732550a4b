"""As much of an open store as what the sync says beside its rounds asks for, in memory."""

from types import SimpleNamespace
from typing import Any, cast

from civictui.domain.model import Unsent, Waiting
from civictui.domain.ports import OpenStore


class FakeStore:
    """Its secrets, what is unsent, and what waits."""

    def __init__(self, **secrets: Any) -> None:
        self.user = "asha"
        self.values: dict[str, Any] = secrets
        self.unsent = Unsent()
        self.waiting: list[Waiting] = []
        self.drafts = self.set_aside = 0
        self.writes: list[str] = []

    async def get(self, name: str) -> Any:
        return self.values.get(name)

    async def put(self, name: str, value: Any) -> None:
        self.writes.append(name)
        self.values[name] = value

    @property
    def opened(self) -> OpenStore:
        state = SimpleNamespace(unsent=self._unsent, waiting=self._waiting)
        reader = SimpleNamespace(drafts=self._drafts)
        shown = SimpleNamespace(
            user=self.user, secrets=self, state=state, reader=reader, set_aside=self.set_aside
        )
        return cast(OpenStore, shown)

    async def _unsent(self) -> Unsent:
        return self.unsent

    async def _waiting(self) -> list[Waiting]:
        return self.waiting

    async def _drafts(self) -> list[None]:
        return [None] * self.drafts
