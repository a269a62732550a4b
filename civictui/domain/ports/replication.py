"""Both sides of a replication, and the pictures on the other side."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from civictui.domain.model import Doc, TransferJob

Seq: TypeAlias = int | str
"""A position in a changes feed: opaque, only ever given back to the endpoint it came from."""


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
