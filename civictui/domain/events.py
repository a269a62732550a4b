"""What has happened, in the past tense. Events carry no deltas, so that they may be coalesced."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from civictui.domain.crash import Crash
    from civictui.domain.model import Pack, Policy, SyncState


@dataclass(frozen=True, slots=True)
class ReportSaved:
    """A report is durable in the store, photos and all."""

    id: str


@dataclass(frozen=True, slots=True)
class ReportsChanged:
    """Reports came, changed or were acknowledged; whoever shows any should ask again."""


@dataclass(frozen=True, slots=True)
class PictureReady:
    """A picture that was asked for now lies in the blob store."""

    key: str


@dataclass(frozen=True, slots=True)
class PictureFailed:
    """A picture that was asked for could not be had; `reason` is for the person."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncStateChanged:
    state: "SyncState"


@dataclass(frozen=True, slots=True)
class PackMoved:
    """Packing for the day got on, or ended."""

    pack: "Pack"


@dataclass(frozen=True, slots=True)
class SignInNeeded:
    """The session ended and cannot be renewed: the password is asked for, the name is fixed."""

    user: str


@dataclass(frozen=True, slots=True)
class LockedSending:
    """A locked store goes on sending; `left` reports and photos, 0 when it has ended.

    `given_up` are those of a store that is not sending, or not any more: they wait for a sign-in.
    """

    left: int
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class StoreIsOlder:
    """The gateway has seen a later state of this store: somebody put an old copy of it back."""

    sentence: ClassVar[str] = (
        "An old copy of your store was put back on this terminal. What you wrote after it was "
        "made, and had not sent, is not in it: tell your supervisor."
    )


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """The operator asks something else of this terminal now; it is sealed in the store already."""

    policy: "Policy"


@dataclass(frozen=True, slots=True)
class OwnFault:
    """What goes on by itself met an error of the program, another one than before."""

    crash: "Crash"


Event: TypeAlias = (
    ReportSaved
    | ReportsChanged
    | PictureReady
    | PictureFailed
    | SyncStateChanged
    | PackMoved
    | SignInNeeded
    | LockedSending
    | StoreIsOlder
    | PolicyChanged
    | OwnFault
)
