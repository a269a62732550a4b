"""Fakes of the ports, for tests of what stands above them. They keep everything in memory."""

from dataclasses import dataclass, field

from civictui.domain.errors import (
    SignInRefused,
    UsageError,
    WrongPassword,
)
from civictui.domain.events import (
    LockedSending,
    ReportSaved,
    ReportsChanged,
    SyncStateChanged,
)
from civictui.domain.model import (
    Draft,
    GeoPoint,
    Photo,
    Report,
    Rescued,
    RowState,
    SignedIn,
    SyncPhase,
    SyncState,
    Unsent,
)
from civictui.domain.ports import TakenPhoto
from civictui.geo import notation
from tests.fake_policy import FakePolicy


@dataclass
class FakeService(FakePolicy):
    """`Service` with one password for all. `failing` makes the next call of that name fail."""

    password: str = "right horse"
    online: bool = True
    where: GeoPoint | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    attempts: int = 3
    to_say: str = ""
    """What signing in, or a new password, has to say."""
    earlier: str = "old horse"
    """The password that a store sealed otherwise, or one set aside, opens with."""
    aside: int = 0
    admitted: str = ""
    """Who has typed a password that the gateway took and the store did not."""
    supervises: bool = False
    sending: int = 0
    """What locked stores are still sending."""

    async def look_at(self, address: str) -> str:
        await self._note("look_at", address)
        return address if "://" in address else f"https://{address}"

    async def sign_in(self, user: str, password: str, *, take_over: bool = False) -> SignedIn:
        self.admitted = user
        await self._note("take_over" if take_over else "sign_in", (user, password))
        self._check(password)
        return self._enter()

    async def reseal(self, earlier: str) -> SignedIn:
        await self._note("reseal", earlier)
        self._check_earlier(earlier)
        return self._enter()

    async def recover(self) -> SignedIn:
        await self._note("recover", self.admitted)
        return self._enter()

    async def set_aside(self) -> SignedIn:
        await self._note("set_aside", self.admitted)
        self.aside += 1
        return self._enter()

    def give_up(self) -> None:
        self.calls.append(("give_up", self.admitted))
        self.admitted = ""

    async def take_up(self, earlier: str) -> Rescued:
        await self._note("take_up", earlier)
        self._check_earlier(earlier)
        self.aside -= 1
        return self.rescued

    async def take_up_recovered(self, password: str) -> Rescued:
        await self._note("take_up_recovered", password)
        self._check(password)
        self.aside -= 1
        return self.rescued

    async def change_password(self, current: str, new: str) -> str:
        await self._note("change_password", (current, new))
        self._check(current)
        if len(new) < 12:
            raise UsageError("A password has at least 12 characters", "Take a few words.")
        self.password = new
        return self.to_say

    async def sign_in_again(self, password: str) -> SignedIn:
        await self._note("sign_in_again", password)
        self._check(password)
        return SignedIn(user=self.user, online=True)

    async def lock(self, *, linger: bool = False) -> None:
        """At once nobody works any more; closing takes as long as a write."""
        user, self.user = self.user, ""
        unsent = self.state.unsent
        await self._note("lock", (user, linger))
        left = unsent.reports + unsent.photos
        if not linger:
            self.sending = 0
        elif user and self.state.phase is SyncPhase.NEEDS_SIGN_IN and left:
            self.emit(LockedSending(self.sending, left))
        elif user:
            self.sending += left

    def lingering(self) -> int:
        return self.sending

    def send_all(self) -> None:
        """What locked stores had to send is sent."""
        self.sending = 0
        self.emit(LockedSending(0))

    async def submit(self, draft: Draft) -> str:
        await self._note("submit", draft)
        self.reader.kept_drafts.pop(draft.id, None)
        if draft.report:
            return self.edited(draft)
        point = notation.parse(draft.place) if draft.place else None
        report = Report(
            id=draft.id,
            reported_by=self.user,
            reported_at="2026-11-23T10:00:00Z",
            description=draft.description,
            category=draft.category,
            address=draft.address,
            point=point,
            photos=draft.photos,
        )
        self.reader.add(report, state=RowState.QUEUED)
        waiting = self.state.unsent
        unsent = Unsent(waiting.reports + 1, waiting.photos + len(draft.photos), waiting.bytes)
        self.emit(ReportSaved(report.id))
        self.emit(ReportsChanged())
        self.emit(SyncStateChanged(self.state.with_(unsent=unsent)))
        return report.id

    async def picture(self, key: str) -> bytes | None:
        return self.pictures.get(key)

    def want_picture(self, key: str) -> None:
        self.calls.append(("want_picture", key))

    async def position(self) -> GeoPoint | None:
        return self.where

    def sync_now(self) -> None:
        self.calls.append(("sync_now", None))

    def sync_state(self) -> SyncState:
        return self.state

    def _enter(self) -> SignedIn:
        self.user, self.admitted = self.admitted, ""
        return SignedIn(
            user=self.user,
            online=self.online,
            notice=self.to_say,
            aside=self.aside,
            barred=self.barred,
        )

    def _check_earlier(self, password: str) -> None:
        if password != self.earlier:
            raise WrongPassword("This password does not open the store", "Try again.")

    def _check(self, password: str) -> None:
        if password != self.password:
            self.attempts -= 1
            raise SignInRefused(self.attempts)


def taken_photo(
    key: str = "a",
    *,
    point: GeoPoint | None = None,
    width: int = 1600,
    height: int = 900,
    taken_at: str = "",
    at_zero: bool = False,
) -> TakenPhoto:
    """A photo taken in, of 231 kB, from a file that is called as its large picture."""
    photo = Photo(f"{key}.jpg", f"{key}-small.jpg", bytes=231_000, width=width, height=height)
    return TakenPhoto(photo, point, taken_at, name=f"{key}.jpg", at_zero=at_zero)
