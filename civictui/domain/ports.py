"""Every interface of the program in one look.

Screens, service and sync know these; storage, sync, geo and the gateway implement them;
`bootstrap` brings the two together. All calls are async unless they only look at memory.
Errors are those of `domain.errors`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from civictui.domain.events import Event
from civictui.domain.model import (
    Doc,
    Draft,
    GeoPoint,
    Photo,
    Query,
    Report,
    ReportRow,
    Rescued,
    SignedIn,
    SyncState,
    TransferJob,
    Unsent,
)

Emit: TypeAlias = Callable[[Event], object]
"""Tells whoever listens that something has happened; may be called from any thread."""

Seq: TypeAlias = int | str
"""A position in a changes feed: opaque, only ever given back to the endpoint it came from."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The device's time in UTC; it may be wrong, so nothing is ordered by it."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards, for waiting."""
        ...


# --- the local store -------------------------------------------------------------------------


class Geography(Protocol):
    """How far and in which direction; `geo.distance` is one."""

    def meters(self, a: GeoPoint, b: GeoPoint) -> float:
        """On the sphere: quick, for sorting."""
        ...

    def exact_meters(self, a: GeoPoint, b: GeoPoint) -> float:
        """On the ellipsoid: for showing."""
        ...

    def bearing(self, a: GeoPoint, b: GeoPoint) -> float:
        """Degrees clockwise from north, 0 to 360."""
        ...


class Reader(Protocol):
    """Questions to the store. A cancelled one does no harm."""

    async def find(self, query: Query) -> list[str]:
        """Ids of the reports that fit, in the order asked for."""
        ...

    async def rows(self, ids: Sequence[str], near: GeoPoint | None = None) -> list[ReportRow]:
        """The rows of those `ids` that exist, in their order."""
        ...

    async def report(self, report_id: str) -> ReportRow:
        """One report. Raises NotFound."""
        ...

    async def document(self, report_id: str) -> Doc:
        """The report's document as it lies in the store, `_id` and `_rev` included."""
        ...

    async def around(self, point: GeoPoint, meters: float) -> list[ReportRow]:
        """Reports within `meters` of a point, the nearest first."""
        ...

    async def count(self) -> int:
        """How many reports there are."""
        ...

    async def drafts(self) -> list[Draft]:
        """Unfinished reports, the last saved first."""
        ...


class Writer(Protocol):
    """Changes to the store: each call is one transaction, durable when it returns."""

    async def submit(self, report: Report, draft_id: str = "") -> None:
        """Store a new report, whose photos lie in the blob store already, as one thing.

        Document, pending mark, transfer jobs and the end of the draft are one transaction.
        An id that is stored already is left as it is. Raises NotFound for a photo that is not here.
        """
        ...

    async def save_draft(self, draft: Draft) -> None: ...

    async def discard_draft(self, draft_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """One photo made ready to be stored: upright, stripped, shrunk, with its thumbnail."""

    photo: Photo
    large: bytes
    thumbnail: bytes


class BlobStore(Protocol):
    """Sealed picture files by the key that the documents use."""

    async def put(self, key: str, content: bytes) -> None:
        """Store durably. Storing the same key again with the same content changes nothing."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The content, or None where it is not here."""
        ...

    async def has(self, key: str) -> bool: ...


class Outbox(Protocol):
    """Transfer jobs: what the object storage has not yet confirmed."""

    async def jobs(self) -> list[TransferJob]:
        """In the order of sending: thumbnails, then large pictures, the oldest first."""
        ...

    async def update(self, job: TransferJob) -> None: ...

    async def done(self, job: TransferJob) -> None:
        """Take a job out: the other side has confirmed its size and SHA-256."""
        ...


class StoreState(Protocol):
    async def unsent(self) -> Unsent: ...

    async def conflicts(self) -> int:
        """How many reports have more than one living leaf."""
        ...

    async def rejected(self) -> dict[str, str]:
        """Reports that need the person: refused, or a picture of theirs; the reason, by id."""
        ...

    async def wanted_pictures(self, budget: int | None) -> list[str]:
        """Keys of large pictures that are not here, of the newest reports first.

        `budget` is how many bytes they may have together (by their documents); None is no limit.
        """
        ...

    async def wanted_thumbnails(self) -> list[str]:
        """Keys of thumbnails that are not here, of the newest reports first."""
        ...


class Secrets(Protocol):
    """Small sealed things of this store: tokens, the server's address, the device's key."""

    async def get(self, name: str) -> Any: ...

    async def put(self, name: str, value: Any) -> None: ...


class OpenStore(Protocol):
    """An unlocked store."""

    user: str
    notice: str
    """What the person should know of the store's state, "" when all was as written."""

    @property
    def reader(self) -> Reader: ...
    @property
    def writer(self) -> Writer: ...
    @property
    def blobs(self) -> BlobStore: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def state(self) -> StoreState: ...
    @property
    def secrets(self) -> Secrets: ...
    @property
    def endpoint(self) -> "Endpoint":
        """The documents as the replicator sees them."""
        ...

    @property
    def marked(self) -> "Endpoint":
        """The same, but its changes feed has the revisions marked pending only."""
        ...

    async def acknowledge(self, revisions: Sequence[tuple[str, str]]) -> None:
        """The server has these (id, revision): take their pending marks off."""
        ...

    async def reject(self, failures: Sequence["WriteFailure"]) -> None:
        """The server refused these: keep the marks, remember the reason."""
        ...

    async def doubt(self) -> None:
        """The server has forgotten: mark all own reports and photos to be sent once more."""
        ...

    async def retry_refused(self) -> None:
        """Offer again what the server refused: the person asked for it."""
        ...

    async def add_password(self, password: str) -> None:
        """Let this password open the store, too. Raises StoreFull; then nothing changed."""
        ...

    async def keep_password(self, password: str) -> None:
        """Let no other password open the store than this one, which does."""
        ...

    async def seal_with(self, password: str) -> None:
        """Let this password open the store, and no other. Raises StoreFull; nothing changed."""
        ...

    async def trust(self, gateway: str, gateway_key: str, recovery: "RecoveryKey | None") -> str:
        """Pin the gateway's key, and give the organisation's recovery key a slot.

        Gives a notice where either is not what it was; then nothing changes.
        """
        ...

    async def stamp(self) -> Doc:
        """Where the log stands, {"generation", "sequence", "tag"}: an older copy is behind it."""
        ...

    async def take_in(self, other: "OpenStore") -> Rescued:
        """Bring what `other`, a store of the same user, has unsent or in drafts into this one."""
        ...

    async def close(self) -> None:
        """Drop the tables, zero the key, close the files."""
        ...


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The organisation's X25519 key (base64url), as the gateway hands it out and signs it."""

    kid: str
    public_key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Account:
    """Whose store: the gateway as it is reached, its id, and the user as it spells the name."""

    origin: str
    gateway: str
    user: str


class Recovery(Protocol):
    """A store that waits for the gateway to open its recovery slot."""

    @property
    def request(self) -> Mapping[str, Any]:
        """What `POST /v1/recover` is asked with, besides name and password."""
        ...


class Vault(Protocol):
    """All stores of this device, one a user and gateway. Nothing here ever destroys one."""

    async def unlock(
        self, origin: str, user: str, password: str, *, take_over: bool = False
    ) -> OpenStore:
        """Open an existing store. `origin` may be "" where the device knows one gateway only.

        With `take_over`, another process that has it open is asked to save and leave.
        Raises StoreMissing, WrongPassword, PepperMissing, StoreBusy, StoreDamaged.
        """
        ...

    async def create(
        self, account: Account, password: str, *, take_over: bool = False
    ) -> OpenStore:
        """Make, or open, the store of a user whom the gateway has accepted."""
        ...

    async def reseal(
        self, account: Account, earlier: str, password: str, *, take_over: bool = False
    ) -> OpenStore:
        """Open with the `earlier` password and seal with the new one. Raises WrongPassword.

        Where there is no room for a new keyring, the store is open and keeps its earlier one.
        """
        ...

    async def begin_recovery(self, account: Account, *, aside: bool = False) -> Recovery:
        """Of the user's store, or of the first that was set aside. Raises StoreMissing without."""
        ...

    async def finish_recovery(
        self, recovery: Recovery, answer: Mapping[str, Any], password: str
    ) -> OpenStore:
        """Open by the gateway's answer, and seal with `password`."""
        ...

    async def set_aside(self, account: Account) -> None:
        """Give the store another name, so that a new one can be made; it is offered again."""
        ...

    async def aside(self, account: Account) -> int:
        """How many stores of this user were set aside."""
        ...

    async def open_aside(self, account: Account, password: str) -> OpenStore:
        """The first store set aside that this password opens. Raises WrongPassword, StoreMissing"""
        ...

    async def retire(self, store: OpenStore) -> None:
        """Close a store that was set aside, and offer it no more: what it held is elsewhere now."""
        ...

    async def unsent_elsewhere(self, account: Account, password: str) -> int:
        """What waits in stores of gateways that were at this address before."""
        ...


# --- replication -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EndpointInfo:
    """Who the other side is: `identity` changes when a database was replaced by another."""

    name: str
    update_seq: Seq
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the changes feed: a document, its leaves, and perhaps the winner's body."""

    seq: Seq
    id: str
    revs: tuple[str, ...]
    deleted: bool = False
    doc: Doc | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    rows: Sequence[Change]
    last_seq: Seq
    pending: int | None = None


@dataclass(frozen=True, slots=True)
class WriteFailure:
    """A document that the target did not take. `error` is the stable code."""

    id: str
    rev: str
    error: str
    reason: str


class Endpoint(Protocol):
    """One side of a replication: the local store, a gateway, a CouchDB, Cloudant, a fake."""

    async def info(self) -> EndpointInfo: ...

    async def changes(
        self,
        since: Seq,
        *,
        limit: int,
        descending: bool = False,
        wait: float = 0,
        include_docs: bool = False,
    ) -> Changes:
        """What happened after `since` (0 is the beginning), all leaves (`style=all_docs`).

        With `wait`, an empty feed is held open for that many seconds (longpoll).
        """
        ...

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Of these revisions by id, those that this side does not have."""
        ...

    async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        """The bodies of (id, revision), each with `_id`, `_rev`, `_revisions`; absent: left out."""
        ...

    async def bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        """Store revisions made elsewhere (`new_edits=false`); the failures come back."""
        ...

    async def get_local(self, name: str) -> Doc | None:
        """A document that does not replicate: the replication log."""
        ...

    async def put_local(self, name: str, body: Doc) -> None: ...


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """What the object storage says of a key."""

    bytes: int
    sha256: str


class ObjectStore(Protocol):
    """Pictures on the other side."""

    async def head(self, key: str) -> RemoteObject | None: ...

    async def fetch(self, key: str) -> bytes:
        """The whole object, its SHA-256 verified. Raises NotFound where the server lacks it."""
        ...

    async def send(
        self, job: TransferJob, content: bytes, began: Callable[[str], Awaitable[None]]
    ) -> RemoteObject:
        """Upload, going on where `job.location` stopped; `began` is told the upload's address."""
        ...


# --- working with the gateway ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grant:
    """What a sign-in gave."""

    gateway: str
    user: str
    display_name: str
    database: str
    tokens: "Tokens" = field(repr=False)
    policy: Mapping[str, Any] = field(default_factory=dict)
    offset: float = 0.0
    gateway_key: str = ""
    recovery_key: RecoveryKey | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What proves a session. Only the access token travels; `key` never leaves the device."""

    access: str
    expires_in: float
    refresh: str
    key: str


class Signer(Protocol):
    """Ed25519, for the proof that a session is used by the device that began it.

    Keys and signatures are base64url without padding.
    """

    def new_key(self) -> tuple[str, str]:
        """A fresh (private, public) pair."""
        ...

    def sign(self, private: str, message: bytes) -> str: ...


class Session(Protocol):
    """The gateway's word on who we are."""

    async def sign_in(self, origin: str, user: str, password: str) -> Grant:
        """Raises Unreachable, SignInRefused, SignInBlocked."""
        ...

    async def recover(
        self, origin: str, user: str, password: str, recovery: Recovery
    ) -> Mapping[str, Any]:
        """Have the gateway open a recovery slot. Raises as `sign_in`, and Refused."""
        ...

    async def change_password(self, origin: str, user: str, current: str, new: str) -> None:
        """Raises as `sign_in`, and Refused for a password that will not do."""
        ...


class SyncControl(Protocol):
    """The loop, seen from the app. None of these waits for the network."""

    def start(self, store: OpenStore, origin: str, tokens: Tokens | None = None) -> None:
        """Begin to work for this store; without tokens, those that it keeps are renewed."""
        ...

    def signed_in(self, tokens: Tokens) -> None:
        """A new session of the same user, after SignInNeeded."""
        ...

    def wake(self, *, retry: bool = False) -> None:
        """Try now, whatever was planned; with `retry`, what the server refused too."""
        ...

    def want_picture(self, key: str) -> None:
        """Fetch this picture before anything else; PictureReady or PictureFailed follows."""
        ...

    def state(self) -> SyncState: ...

    async def recount(self) -> None:
        """Say at once what is unsent now: after a report was saved, before anybody is told."""
        ...

    async def stop(self) -> None:
        """End the loop between two steps and wait for it."""
        ...


class Service(Protocol):
    """What the screens can ask for."""

    @property
    def user(self) -> str:
        """Who is working; "" while locked."""
        ...

    @property
    def reader(self) -> Reader: ...

    def listen(self, listener: Emit) -> None:
        """Tell `listener` every event from now on, from whichever thread it comes."""
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

    async def submit(self, draft: Draft) -> str:
        """Make the draft a report; returns its id. Raises UsageError, PlaceError, StoreFull."""
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
    """A photo taken into a draft: already sealed; what its EXIF said of place and time."""

    photo: Photo
    point: GeoPoint | None
    taken_at: str
