"""What `Service` tells of the operator's wishes, in memory."""

import asyncio
from dataclasses import dataclass

from civictui.domain.events import PolicyChanged
from civictui.domain.model import NO_POLICY, Policy, Terminal
from civictui.service.features import require
from tests.fake_lists import FakeLists

VERSION = "1.2"
"""What the program is taken to be."""


@dataclass
class FakePolicy(FakeLists):
    """`public` is the notice for the login screen; `asking` keeps whoever asks for it waiting."""

    asked: Policy = NO_POLICY
    """What the operator asks of whoever signs in."""
    public: str = ""
    asking: asyncio.Event | None = None
    notices_asked: int = 0

    @property
    def policy(self) -> Policy:
        return self.asked if self.user else NO_POLICY

    @property
    def barred(self) -> str:
        return self.policy.bars(VERSION)

    def require(self, feature: str) -> None:
        """See `CivicService.require`."""
        require(self.policy, feature)

    async def terminal(self) -> Terminal:
        return Terminal("3f9a2c41d07b", VERSION, "2026-11-20T07:30:00Z")

    async def waiting_to_go(self) -> int:
        unsent = self.state.unsent
        return unsent.reports + unsent.photos

    async def notice(self) -> str:
        self.notices_asked += 1
        if self.asking:
            await self.asking.wait()
        return self.public

    def asks(self, policy: Policy) -> None:
        """The operator wants something else from now on."""
        self.asked = policy
        self.emit(PolicyChanged(policy))
