"""Everything that the routes work with, opened together and closed together."""

from dataclasses import dataclass
from typing import cast

from starlette.requests import Request

from civictui.domain.ports import Clock
from civictui.gateway.accounts import Accounts
from civictui.gateway.attempts import Attempts
from civictui.gateway.database import Database, Identity
from civictui.gateway.families import Families
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects import Objects
from civictui.gateway.policy import Policy
from civictui.gateway.sealed import Shelf
from civictui.gateway.sessions import Sessions
from civictui.gateway.tokens import Grant
from civictui.gateway.uploads import Uploads
from civictui.storage.blobs import BlobFiles
from civictui.storage.documents import Documents
from civictui.storage.keyring import Cost
from civictui.storage.tables import SealedDatabase
from civictui.storage.thread import StoreThread


@dataclass(frozen=True, slots=True)
class Backends:
    """One open data folder. `close` it, or the next process finds its thread still at work."""

    id: str
    clock: Clock
    policy: Policy
    sessions: Sessions
    database: Database
    objects: Objects
    uploads: Uploads
    thread: StoreThread
    sealed: SealedDatabase

    @classmethod
    def open(
        cls, folder: GatewayFolder, clock: Clock, access_seconds: int, cost: Cost
    ) -> "Backends":
        """Raises StoreDamaged, StoreError."""
        sealed = open_database(folder)
        thread = StoreThread("gateway")
        objects = Objects(thread, open_blobs(folder))
        return cls(
            folder.id,
            clock,
            Policy(),
            _sessions(folder, clock, access_seconds, cost, thread),
            Database(thread, Documents(sealed), Identity.of(folder)),
            objects,
            Uploads(folder, thread, objects, clock),
            thread,
            sealed,
        )

    def close(self) -> None:
        """Let what was begun finish, then close the files."""
        self.sessions.close()
        self.thread.close()
        self.sealed.close()


def open_database(folder: GatewayFolder) -> SealedDatabase:
    return SealedDatabase.open(folder.room("database"), folder.key("database"), folder.store)


def open_blobs(folder: GatewayFolder) -> BlobFiles:
    return BlobFiles(folder.room("objects"), folder.key("objects"), folder.store)


def _sessions(
    folder: GatewayFolder, clock: Clock, access_seconds: int, cost: Cost, thread: StoreThread
) -> Sessions:
    shelf = Shelf(folder.room("sessions"), folder.key("sessions"), "session")
    return Sessions(
        thread,
        Accounts(folder, cost),
        Attempts(folder, clock),
        Families(shelf, clock, access_seconds),
        clock,
        cost,
    )


def backends_of(request: Request) -> Backends:
    return cast(Backends, request.app.state.backends)


def grant_of(request: Request) -> Grant:
    """Who asks; only behind the gate."""
    return cast(Grant, request.state.grant)
