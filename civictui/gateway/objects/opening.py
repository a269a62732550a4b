"""The pictures that a gateway is told to keep."""

from civictui.domain.ports import Clock
from civictui.gateway.backing import Backing
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.objects import Objects
from civictui.storage.blobs import BlobFiles
from civictui.storage.thread import StoreThread


def open_objects(
    folder: GatewayFolder, thread: StoreThread, backing: Backing, clock: Clock
) -> Objects:
    """Open them without asking any network. Raises StoreError, UsageError."""
    return Objects(thread, open_blobs(folder))


def open_blobs(folder: GatewayFolder) -> BlobFiles:
    """The pictures in the folder, for who is alone with it."""
    return BlobFiles(folder.room("objects"), folder.key("objects"), folder.store)
