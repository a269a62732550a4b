"""Where the sync stands: its states, what is unsent, what waits for whom, what was done."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from civictui.domain.model.packing import Pack
from civictui.domain.model.values import Doc


class SyncPhase(StrEnum):
    """The states of the loop, in the words that the status line shows."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    PULLING = "pulling"
    PUSHING = "pushing"
    UPLOADING = "sending photos"
    IDLE = "online"
    WAITING = "waiting"
    PAUSED = "paused"
    HELD = "held"
    NEEDS_SIGN_IN = "sign in needed"
    DISABLED = "disabled"
    """The operator lets this terminal deliver what is queued, and nothing else: it waits here
    when that is done, and asks now and then whether it may work again."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """What the server has not yet acknowledged: counted from pending marks and transfer jobs.

    `sequence` is that of the store's last transaction: of two counts the later one holds.
    `needs_you` is of how many reports the server refused something: they do not go by themselves.
    """

    reports: int = 0
    photos: int = 0
    bytes: int = 0
    sequence: int = field(default=0, compare=False)
    needs_you: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.reports or self.photos)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """One snapshot of the loop. Times are UTC; `proved_at` is the end of the last whole round.

    `done` of `total` counts documents or pictures of the phase; a total of 0 is not known. The
    bytes are those on the wire since the loop began. Of the unsent photos `resting` wait by a rule
    that the person has set, and by nothing else; `rest` says for what: "for the depot".
    """

    phase: SyncPhase = SyncPhase.OFFLINE
    reason: str = ""
    next_try: datetime | None = None
    proved_at: datetime | None = None
    unsent: Unsent = Unsent()
    done: int = 0
    total: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0
    resting: int = 0
    rest: str = ""

    def with_(self, **changes: Any) -> "SyncState":
        return replace(self, **changes)


class JobKind(StrEnum):
    """Two transfer lanes: every thumbnail goes before any large picture."""

    THUMBNAIL = "thumbnail"
    LARGE = "large"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferJob:
    """One object that must reach the object storage.

    Equal photos are one object: `reports` are all that wait for it. `photo` is the key of the
    large picture, of which a thumbnail is the other half; `location` is the address of the upload
    begun, if any; `error` is why the server will not have it, `code` its stable word for that.
    `again`: the server had it, and has lost it.
    """

    key: str
    kind: JobKind
    reports: tuple[str, ...]
    photo: str
    bytes: int
    sha256: str
    location: str = ""
    error: str = ""
    code: str = ""
    again: bool = False

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        return cls(**{**doc, "kind": JobKind(doc["kind"]), "reports": tuple(doc["reports"])})

    def to_doc(self) -> Doc:
        doc = {name: getattr(self, name) for name in self.__slots__}
        for name in ("code", "again"):  # without these, as the format had it from the beginning
            if not doc[name]:
                del doc[name]
        return doc


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One report with something to be sent. `photos` and `bytes` count its pictures alone.

    `reason` is the server's, "" where it has refused nothing; `code` its stable word for it.
    `first`: the server has no version of the report yet. `withdrawn`: it is to be deleted there.
    """

    id: str
    title: str
    photos: int = 0
    bytes: int = 0
    reason: str = ""
    code: str = ""
    text: bool = True
    """Whether its text waits, or pictures alone."""
    first: bool = False
    withdrawn: bool = False
    about: str = ""
    """Of a remark, the id of the report that it is on; "" of a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the server was asked for of the pictures that reports name, and what it has not."""

    checked: int = 0
    missing: int = 0
    queued: tuple[str, ...] = ()
    """Reports of which a picture was here, and is sent again."""
    lost: tuple[Waiting, ...] = ()
    """Reports of which a picture is neither on the server nor here."""
    answered: bool = True
    """False where the server does not know the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What one full sync did, and what is left."""

    pulled: int = 0
    pushed: int = 0
    pictures_sent: int = 0
    pictures_fetched: int = 0
    merged: int = 0
    unsent: int = 0
    conflicts: int = 0
    needs_you: tuple[Waiting, ...] = ()
    """What the server refused, and why."""
    held: int = 0
    """How many deletions wait for the person's word."""
    notice: str = ""
    """What the person should know of the store, "" when there is nothing."""
    resting: int = 0
    """Of what is unsent, photos that wait by a rule: see `SyncState`."""
    rest: str = ""
    audit: Audit | None = None
    """Where one was asked for."""
    pack: Pack | None = None
    """Where one was asked for."""
    barred: str = ""
    """Why this terminal only delivers, see `Policy.bars`; then nothing but that was done."""
    barred_words: str = ""
    """What the operator says to whoever is barred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncNote:
    """One line of the sync's history: what a round moved, or a trouble that began (`words`)."""

    at: str
    words: str = ""
    pushed: int = 0
    pulled: int = 0
    merged: int = 0
    pictures_sent: int = 0
    pictures_fetched: int = 0

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        return cls(**doc)

    def to_doc(self) -> Doc:
        return {name: getattr(self, name) for name in self.__slots__}
