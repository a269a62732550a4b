"""Every interface of the program; one module for each side of it.

    basics        events, time, geography
    places        positions and addresses
    maps          tiles of base maps
    reader        questions to an unlocked store
    store         the whole of it: writing, pictures, outbox, state, secrets
    vault         the stores of a device
    replication   endpoints, and the object storage
    gateway       sessions, tokens, and the sync loop
    standing      what the operator asks of this terminal
    service       what the screens can ask for

Screens, service and sync know these; storage, sync, geo and the gateway implement them;
`bootstrap` brings the two together. All calls are async unless they only look at memory.
Errors are those of `domain.errors`.
"""

from civictui.domain.ports.basics import Clock, Emit, Geography
from civictui.domain.ports.gateway import Grant, Session, SignedPolicy, Signer, SyncControl, Tokens
from civictui.domain.ports.maps import MAPS, TileCover, TileStore
from civictui.domain.ports.places import Geocoder, Positioning
from civictui.domain.ports.reader import Reader
from civictui.domain.ports.replication import (
    Change,
    Changes,
    Endpoint,
    EndpointInfo,
    ObjectStore,
    RemoteObject,
    Seq,
    WriteFailure,
)
from civictui.domain.ports.service import Service, TakenPhoto
from civictui.domain.ports.store import (
    BlobStore,
    Journal,
    OpenStore,
    Outbox,
    Picture,
    Secrets,
    StoreState,
    Writer,
)
from civictui.domain.ports.vault import Account, Recovery, RecoveryKey, Vault

__all__ = [
    "MAPS",
    "Account",
    "BlobStore",
    "Change",
    "Changes",
    "Clock",
    "Emit",
    "Endpoint",
    "EndpointInfo",
    "Geocoder",
    "Geography",
    "Grant",
    "Journal",
    "ObjectStore",
    "OpenStore",
    "Outbox",
    "Picture",
    "Positioning",
    "Reader",
    "Recovery",
    "RecoveryKey",
    "RemoteObject",
    "Secrets",
    "Seq",
    "Service",
    "Session",
    "SignedPolicy",
    "Signer",
    "StoreState",
    "SyncControl",
    "TakenPhoto",
    "TileCover",
    "TileStore",
    "Tokens",
    "Vault",
    "WriteFailure",
    "Writer",
]
