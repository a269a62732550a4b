"""An unlocked store, seen from service and sync; questions to it are in `reader`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from civictui.domain.merge import Conflict
from civictui.domain.model import (
    Doc,
    Draft,
    GeoPoint,
    Photo,
    Report,
    Rescued,
    SyncNote,
    TransferJob,
    Unsent,
    Update,
    Waiting,
)
from civictui.domain.ports.maps import TileStore
from civictui.domain.ports.reader import Reader
from civictui.domain.ports.replication import Endpoint, Seq, WriteFailure
from civictui.domain.ports.vault import RecoveryKey


class Writer(Protocol):
    """Changes to the store: each call is one transaction, durable when it returns."""

    async def submit(self, report: Report, draft_id: str = "") -> str:
        """Store a new report, whose photos lie in the blob store already, as one thing.

        Document, pending mark, transfer jobs and the end of the draft are one transaction. Gives
        the id under which it is: another one where something else has that id, as when its draft
        was finished on two terminals; the same again is stored once. Raises NotFound for a photo
        that is not here.
        """
        ...

    async def submit_updates(self, updates: Sequence[Update], draft_id: str = "") -> list[str]:
        """All of these updates, which one draft makes, in one transaction, or none of them.

        Gives the ids under which they are. Raises NotFound for a photo that is not here.
        """
        ...

    async def seen(self, report_id: str = "", place: int | None = None) -> bool:
        """The user has looked at this report, or at all: no news any more, until they change.

        All is what was there when a tally was at `place`: more may have come since.
        Gives whether there was news.
        """
        ...

    async def fill_address(self, report_id: str, point: GeoPoint, address: str) -> bool:
        """Write the address of `point` into a report that waits for one; whether that was done.

        A new revision on the present one, once. Nothing is done where the report waits no more,
        has another place by now, or is being edited; "" says that there is none to be had.
        """
        ...

    async def keep_version(self, report_id: str, rev: str) -> None:
        """Keep what somebody begins to edit: a sync may replace it meanwhile."""
        ...

    async def edit(self, report: Report, base: str, draft_id: str = "") -> None:
        """Make a new revision of a report on the revision `base`, which the person saw.

        The base is kept for 90 days, for a merge. Photos that are new are queued, jobs of photos
        that are gone are dropped. Nothing is written where nothing differs. Raises NotFound for
        an unknown report or base, or a photo that is not here.
        """
        ...

    async def withdraw(self, report_id: str) -> None:
        """Delete a report as a whole; what it said is kept for 90 days. Raises NotFound."""
        ...

    async def settle(self, conflict: Conflict, body: Doc | None) -> None:
        """End a conflict with this body, None to let the document go; the losers are kept.

        Raises UsageError where the document has changed since: it is to be looked at again.
        """
        ...

    async def restore(self, report_id: str, rev: str) -> None:
        """Make an earlier version the one in force, as a new edit. Raises NotFound."""
        ...

    async def discard_unsent(self, report_id: str) -> None:
        """Take back what the server has not taken of this report; it is kept for 90 days.

        Where only photos were refused, they are left out of it by a new edit. Raises UsageError
        for what the server had once and may have forgotten: that is only sent again.
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

    async def put(self, key: str, content: bytes, *, fetched: bool = False) -> None:
        """Store durably. Storing the same key again with the same content changes nothing.

        What was not `fetched` but taken in by a person gives way to nothing as long as the store
        is open: the draft that is to name it may not be saved yet.
        """
        ...

    async def get(self, key: str) -> bytes | None:
        """The content, or None where it is not here."""
        ...

    async def has(self, key: str) -> bool: ...

    async def size(self, key: str) -> int | None:
        """How many bytes it has, None where it is not here."""
        ...

    async def parts(self, key: str) -> tuple[str, list[bytes]]:
        """What came of a picture that is not whole: the SHA-256 it is to have, and its pieces."""
        ...

    async def put_part(self, key: str, sha256: str, number: int, content: bytes) -> None:
        """Keep a piece; they are numbered from 0. They go when the picture is stored."""
        ...

    async def drop_parts(self, key: str) -> None: ...


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

    async def waiting(self) -> list[Waiting]:
        """Every report with something to be sent, those that need the person first."""
        ...

    async def awaiting_address(self) -> list[str]:
        """Reports made here that have a place and wait for an address, the earliest first."""
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


class Journal(Protocol):
    """What the sync did and met, the last 50 lines of it."""

    async def note(self, note: SyncNote) -> None: ...

    async def notes(self) -> list[SyncNote]:
        """The latest first."""
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
    def set_aside(self) -> int:
        """How many earlier stores of this user lie beside it; what is in them nobody knows."""
        ...

    @property
    def reader(self) -> Reader: ...
    @property
    def writer(self) -> Writer: ...
    @property
    def blobs(self) -> BlobStore: ...
    @property
    def tiles(self) -> TileStore: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def state(self) -> StoreState: ...
    @property
    def secrets(self) -> Secrets: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def endpoint(self) -> Endpoint:
        """The documents as the replicator sees them."""
        ...

    @property
    def marked(self) -> Endpoint:
        """The same, but its changes feed has the revisions marked pending only."""
        ...

    async def acknowledge(self, revisions: Sequence[tuple[str, str]], told: Seq = 0) -> None:
        """The server has these (id, revision): take their pending marks off.

        `told` is where the server's log of the replication stood.
        """
        ...

    async def doubt_since(self, told: Seq) -> None:
        """Send once more what was acknowledged while the server's log stood at `told`."""
        ...

    async def reject(self, failures: Sequence[WriteFailure]) -> None:
        """The server refused these: keep the marks, remember the reason."""
        ...

    async def doubt(self) -> None:
        """The server has forgotten: mark all own reports and photos to be sent once more."""
        ...

    async def retry_refused(self, report_id: str = "") -> None:
        """Offer again what the server refused, of one report or of all: the person asked for it."""
        ...

    async def merge(self) -> int:
        """Merge by themselves the conflicts that nobody needs to be asked about.

        Gives how many documents it was done for; their new revisions are marked.
        """
        ...

    async def tidy(self) -> None:
        """After a sync: forget versions older than 90 days, remove copies of what was sent."""
        ...

    async def make_room(self, cache_bytes: int, but: str = "") -> None:
        """Let pictures of others go until they take so many bytes at most; 0 is no limit.

        Those that were not looked at for longest go first; never what is queued, in a draft,
        packed, or of an own report, nor the one with the key `but`.
        """
        ...

    async def named_objects(self, *, own: bool) -> list[str]:
        """Keys of the pictures that the server is to have: of all reports, or of own ones."""
        ...

    async def heal(self, missing: Sequence[str]) -> tuple[list[str], list[str]]:
        """The server has not these pictures: queue those that are here.

        Gives the ids of the reports that have something queued now, and of those with a picture
        that is not here either.
        """
        ...

    async def export(self, path: str, password: str) -> Rescued:
        """Write all that is unsent into a new rescue bundle. Raises UsageError, StoreFull."""
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

    async def trust(self, gateway: str, gateway_key: str, recovery: RecoveryKey | None) -> str:
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
