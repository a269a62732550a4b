"""What the screens can ask for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from civictui.domain.crash import Crash
from civictui.domain.merge import Conflict
from civictui.domain.model import (
    AddressProposal,
    Doc,
    Draft,
    Fix,
    GeoPoint,
    ListFilter,
    Nearby,
    Pack,
    PackOrder,
    Photo,
    PhotoOrigin,
    Rescued,
    Shift,
    SignedIn,
    SyncNote,
    SyncState,
    Waiting,
)
from civictui.domain.ports.basics import Emit
from civictui.domain.ports.reader import Reader
from civictui.domain.ports.standing import Standing
from civictui.domain.text import one_line


class Service(Standing, Protocol):
    """What the screens can ask for."""

    @property
    def user(self) -> str:
        """Who is working; "" while locked."""
        ...

    @property
    def supervises(self) -> bool:
        """Whether others' reports are this user's to withdraw, by the gateway's last word."""
        ...

    @property
    def reader(self) -> Reader: ...

    def listen(self, listener: Emit) -> None:
        """Tell `listener` every event from now on, from whichever thread it comes."""
        ...

    async def look_at(self, address: str) -> str:
        """Whether a gateway answers at this address; see `Session.look_at`."""
        ...

    async def sign_in(self, user: str, password: str, *, take_over: bool = False) -> SignedIn:
        """With the gateway where it can be reached, else with the local store.

        With `take_over`, another civictui that has the store open is asked to save and leave.
        Raises SignInRefused, SignInBlocked, SealedOtherwise, and the errors of Vault.
        """
        ...

    async def reseal(self, earlier: str) -> SignedIn:
        """After SealedOtherwise: open the store with the earlier password, seal it with the new.

        Raises WrongPassword; then it can be tried again.
        """
        ...

    async def recover(self) -> SignedIn:
        """After SealedOtherwise: have the gateway open the store. Raises GatewayError."""
        ...

    async def set_aside(self) -> SignedIn:
        """After SealedOtherwise: keep the store as it is, under another name, and begin a new."""
        ...

    def give_up(self) -> None:
        """After SealedOtherwise: none of these; forget what was typed."""
        ...

    async def take_up(self, earlier: str) -> Rescued:
        """Bring what a store set aside has unsent into the open one. Raises WrongPassword."""
        ...

    async def take_up_recovered(self, password: str) -> Rescued:
        """The same where the earlier password is forgotten: `password` is today's."""
        ...

    async def change_password(self, current: str, new: str) -> str:
        """At the gateway, and of the store. Gives a notice, "" when all is done.

        Raises Unreachable (offline it cannot be done), SignInRefused, SignInBlocked, Refused,
        UsageError for a new one that will not do. Whatever fails, one of the two opens the store.
        """
        ...

    async def sign_in_again(self, password: str) -> SignedIn:
        """The same user once more, the store staying open: after SignInNeeded."""
        ...

    async def lock(self, *, linger: bool = False) -> None:
        """Stop the sync and close the store.

        With `linger`, a store that has something to send stays open for the loop alone, for a
        limited time: LockedSending tells how much is left.
        """
        ...

    def lingering(self) -> int:
        """How many reports and photos locked stores are still sending."""
        ...

    async def take_photo(self, path: str) -> "TakenPhoto":
        """Read a photo file, make it ready and seal it. Raises PictureError."""
        ...

    async def take_newest(self) -> "TakenPhoto":
        """The same with the newest photo of the inbox folder. Raises PictureError without one."""
        ...

    async def capture_photo(self) -> "TakenPhoto":
        """The same with what the configured capture command gives. Raises PictureError."""
        ...

    async def locate(self, told: Callable[[str], object]) -> Fix:
        """Where the receiver says the terminal is; see `Positioning.fix`. Raises NoFix."""
        ...

    async def last_position(self) -> Fix | None:
        """The last place that was measured, taken from a photo, set or typed, with its time."""
        ...

    async def accuracy_limit(self) -> float:
        """Metres: a fix that is less accurate is marked, by the gateway's policy."""
        ...

    async def addresses(self, point: GeoPoint) -> list[AddressProposal]:
        """What the place may be called, without asking anybody; the likeliest first."""
        ...

    async def ask_address(self, point: GeoPoint) -> AddressProposal | None:
        """What the configured geocoder says; None without one, or where it knows none.

        Raises NoAddress where it cannot be asked.
        """
        ...

    async def awaiting_addresses(self) -> int:
        """How many reports made here wait for an address that is looked up later."""
        ...

    async def nearby(self, point: GeoPoint, category: str) -> list[Nearby]:
        """Open reports that may be about the same; the likeliest first, then the nearest."""
        ...

    async def remark(self, report_id: str, draft: Draft) -> str:
        """Say the draft's words, with its photos, as a remark on this report instead.

        Gives the update's id; the draft is gone. Raises UsageError for an empty one, NotFound.
        """
        ...

    async def update(self, report_ids: Sequence[str], draft: Draft) -> list[str]:
        """Say the draft's words, photos, status and assignment about each of these reports.

        Gives the updates' ids; the draft is gone. All or none of them are durable when it fails.
        Raises UsageError for one that says nothing, NotFound.
        """
        ...

    async def people(self) -> list[str]:
        """Who reported, or has been assigned, something that is here; the most active first."""
        ...

    async def template(self, report_id: str) -> Draft:
        """A new draft with the words of this report; place, photos, time not. Raises NotFound."""
        ...

    async def at_work_on(self, draft_id: str) -> None:
        """The person writes this draft now, or, with "", none: see `unfinished`."""
        ...

    async def unfinished(self) -> Draft | None:
        """The draft that was being written when the store was closed last, however that was."""
        ...

    async def filters(self) -> list[ListFilter]:
        """The user's saved filters, in their order."""
        ...

    async def keep_filters(self, filters: Sequence[ListFilter]) -> None: ...

    async def seen(self, report_id: str = "", place: int | None = None) -> None:
        """The user has looked at this report, or, with "", at all that is here.

        What comes or changes from now on, or since a tally was at `place`, is new. Of one report it
        costs next to nothing where that is no news: whoever opens a report may say it each time.
        """
        ...

    async def shift(self, since: datetime) -> Shift:
        """What the user did from then on, by this terminal's clock, and what is left to do."""
        ...

    async def submit(self, draft: Draft) -> str:
        """Make the draft a report; returns its id. Raises UsageError, PlaceError, StoreFull."""
        ...

    async def begin_edit(self, report_id: str) -> Draft:
        """A draft of an edit of this report, the unfinished one where there is one."""
        ...

    async def withdraw(self, report_id: str) -> None:
        """Delete a report: of one's own, or of anybody as a supervisor. Raises UsageError for
        another's, NotFound.
        """
        ...

    async def settle(self, conflict: Conflict, body: Doc | None) -> None:
        """End a conflict; see `Writer.settle`."""
        ...

    async def restore(self, report_id: str, rev: str) -> None:
        """Make an earlier version the one in force, as a new edit. Raises NotFound."""
        ...

    async def retry(self, report_id: str) -> None:
        """Offer this report and its photos to the server again."""
        ...

    async def shrink(self, report_id: str) -> None:
        """Make the photos that the server refused smaller, and send those. Raises PictureError."""
        ...

    async def discard_unsent(self, report_id: str) -> None: ...

    async def export(self, path: str, password: str) -> Rescued:
        """All that is unsent into a sealed file; the store keeps it. Raises UsageError."""
        ...

    async def waiting(self) -> list[Waiting]:
        """The outbox, report by report; those that need the person first."""
        ...

    async def notes(self) -> list[SyncNote]:
        """What the sync did and met, the latest first."""
        ...

    def pause_sync(self) -> None: ...

    def resume_sync(self) -> None: ...

    def allow_deletions(self) -> None: ...

    def send_photos(self) -> None:
        """Send now the photos that wait by a rule of the link: for the depot, for tomorrow."""
        ...

    async def pack_order(self) -> PackOrder:
        """What "pack my day" would ask for: from where the person is, by the settings."""
        ...

    def pack(self, order: PackOrder) -> None:
        """Sync, then fetch for a day without a link; PackMoved tells how far it is."""
        ...

    def stop_packing(self) -> None: ...

    async def packed(self) -> Pack | None:
        """How far packing is, or how the last one ended; None where there was none."""
        ...

    async def keep_crash(self, crash: Crash) -> None:
        """Seal the record of a failure of the program in the open store, with the time."""
        ...

    async def crashes(self, crash_id: str = "") -> list[Crash]:
        """The last records, the latest first, or that with this id. Raises NotFound."""
        ...

    async def save_draft(self, draft: Draft) -> None: ...

    async def discard_draft(self, draft_id: str) -> None: ...

    async def picture(self, key: str) -> bytes | None:
        """A picture or thumbnail as JPEG, or None where it is not on this terminal."""
        ...

    def want_picture(self, key: str) -> None:
        """Have it fetched first of all; PictureReady or PictureFailed follows."""
        ...

    async def position(self) -> GeoPoint | None:
        """Where the person is, as far as the program knows."""
        ...

    def sync_now(self) -> None: ...

    def sync_state(self) -> SyncState: ...


@dataclass(frozen=True, slots=True)
class TakenPhoto:
    """A photo taken into a draft: already sealed; what its EXIF said of place and time.

    `name` is the file's, or says where it came from; `at_zero`: its place is 0, 0, which is what a
    camera without a fix writes, and counts as none.
    """

    photo: Photo
    point: GeoPoint | None
    taken_at: str
    name: str = ""
    at_zero: bool = False

    @property
    def origin(self) -> PhotoOrigin:
        """What a draft keeps of it besides the photo: a file's name may be no text at all."""
        return PhotoOrigin(
            name=one_line(self.name),
            point=self.point,
            taken_at=self.taken_at,
            at_zero=self.at_zero,
        )
