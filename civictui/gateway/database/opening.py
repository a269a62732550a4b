"""The database that a gateway is told to serve."""

from civictui.domain.ports import Clock
from civictui.gateway.backing import Backing
from civictui.gateway.database.embedded import EmbeddedDatabase, Identity
from civictui.gateway.database.port import Database
from civictui.gateway.folder import GatewayFolder
from civictui.storage.tables import SealedDatabase
from civictui.storage.thread import StoreThread


def open_database(
    folder: GatewayFolder, thread: StoreThread, backing: Backing, clock: Clock
) -> Database:
    """Open it without asking any network. Raises StoreDamaged, StoreError, UsageError."""
    if backing.database:
        from civictui.gateway.database.couchdb.opening import open_couchdb

        return open_couchdb(backing, clock)
    return EmbeddedDatabase(thread, open_sealed_database(folder), Identity.of(folder))


def open_sealed_database(folder: GatewayFolder) -> SealedDatabase:
    """The database in the folder, for who is alone with it."""
    return SealedDatabase.open(folder.room("database"), folder.key("database"), folder.store)
