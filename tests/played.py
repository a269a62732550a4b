"""A terminal with a real store, whose gateway and loop are played: what they say a test decides."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from civictui.domain.errors import GatewayError, Unreachable
from civictui.domain.events import Event, PolicyChanged
from civictui.domain.model import Pack, PackOrder, Policy, SyncState, now_text
from civictui.domain.ports import Emit, Grant, OpenStore, Recovery, SignedPolicy, Tokens
from civictui.geo import distance
from civictui.service import Announcer, CivicService
from civictui.service.means import NONE, Means
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from tests.conftest import MovableClock

PASSWORD = "a pass of words"
ORIGIN = "http://gateway.example"
KEY = "A" * 43
TOKENS = Tokens(access="a", expires_in=900, refresh="r", key="k")


def signed(**said: Any) -> SignedPolicy:
    """A policy that says this. Who signed it the session checks, not the service."""
    return SignedPolicy(json.dumps(said), "signature")


@dataclass
class PlayedSession:
    """`Session`: answers while there is a link, with the policy and the key of the moment."""

    clock: MovableClock
    policy: SignedPolicy | None = None
    key: str = KEY
    linked: bool = True
    ahead: float = 0.0
    """Seconds by which the gateway's clock is ahead of the terminal's."""
    tells_time: bool = True
    words: str = ""
    """The notice for whoever is about to sign in."""

    def _reach(self) -> None:
        if not self.linked:
            raise Unreachable("There is no link")

    async def look_at(self, address: str) -> str:
        self._reach()
        return address

    async def notice(self, origin: str) -> str:
        self._reach()
        return self.words

    async def sign_in(self, origin: str, user: str, password: str) -> Grant:
        self._reach()
        time = now_text(self.clock.now() + timedelta(seconds=self.ahead))
        return Grant(
            gateway="g",
            user=user,
            display_name=user.title(),
            database="civic",
            tokens=TOKENS,
            policy=self.policy,
            offset=self.ahead,
            time=time if self.tells_time else "",
            gateway_key=self.key,
        )

    async def recover(
        self, origin: str, user: str, password: str, recovery: Recovery
    ) -> Mapping[str, Any]:
        raise GatewayError("nothing is recovered here")

    async def change_password(self, origin: str, user: str, current: str, new: str) -> None:
        self._reach()


@dataclass
class PlayedLoop:
    """`SyncControl` that moves nothing."""

    emit: Emit
    calls: list[str] = field(default_factory=list)

    def start(self, store: OpenStore, origin: str, tokens: Tokens | None = None) -> None:
        self.calls.append("start")

    def rest(self, store: OpenStore) -> None:
        self.calls.append("rest")

    def signed_in(self, tokens: Tokens) -> None:
        self.calls.append("signed_in")

    def wake(self, *, retry: bool = False) -> None:
        self.calls.append("wake")

    def want_picture(self, key: str) -> None:
        self.calls.append("want_picture")

    def pause(self) -> None:
        self.calls.append("pause")

    def resume(self) -> None:
        self.calls.append("resume")

    def allow_deletions(self) -> None:
        self.calls.append("allow_deletions")

    def send_photos(self) -> None:
        self.calls.append("send_photos")

    def pack(self, order: PackOrder) -> None:
        self.calls.append("pack")

    def stop_packing(self) -> None:
        self.calls.append("stop_packing")

    def packing(self) -> Pack | None:
        return None

    def state(self) -> SyncState:
        return SyncState()

    async def recount(self) -> None:
        self.calls.append("recount")

    async def stop(self) -> None:
        self.calls.append("stop")


class Played:
    """The terminal. `asks` is what the operator asks from the next word of the gateway on."""

    def __init__(self, folder: Path, clock: MovableClock, means: Means = NONE) -> None:
        self.clock, self.session = clock, PlayedSession(clock)
        self.vault = DeviceVault(folder, distance, COSTS[-1:])
        self.loops: list[PlayedLoop] = []
        self.heard: list[Event] = []
        announcer = Announcer()
        announcer.listen(self.heard.append)

        def new_sync(emit: Emit) -> PlayedLoop:
            self.loops.append(PlayedLoop(emit))
            return self.loops[-1]

        self.service = CivicService(
            self.vault, self.session, new_sync, announcer, clock, origin=ORIGIN, means=means
        )

    @property
    def loop(self) -> PlayedLoop:
        """Of the store that is open, or was last."""
        return self.loops[-1]

    def asks(self, **said: Any) -> None:
        self.session.policy = signed(**said)

    def renews(self, **said: Any) -> None:
        """The loop hears another policy while somebody works."""
        self.loop.emit(PolicyChanged(Policy.from_doc(said)))

    def pass_days(self, days: float) -> None:
        self.clock.move(days * 86_400)

    async def secret(self, name: str) -> Any:
        return await self.service.outgoing.secrets.get(name)
