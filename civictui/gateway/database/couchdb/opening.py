"""The backend that the command line names, without asking it anything."""

from civictui.domain.ports import Clock
from civictui.gateway.backing import Backing
from civictui.gateway.database.couchdb.credentials import credentials_of
from civictui.gateway.database.couchdb.database import CouchDatabase
from civictui.gateway.database.couchdb.upstream import Signed, address_of
from civictui.net import Link


def open_couchdb(backing: Backing, clock: Clock) -> CouchDatabase:
    """Raises UsageError for an address that is none, or not https outside loopback."""
    signed, path = signed_link(backing)
    return CouchDatabase(signed, path, clock)


def signed_link(backing: Backing) -> tuple[Signed, str]:
    """The way to the server, and the database's path on it. Raises UsageError."""
    origin, path = address_of(backing.database)
    return Signed(Link(origin), credentials_of(backing)), path
