"""The pictures that a gateway is told to keep."""

from civictui.domain.ports import Clock
from civictui.gateway.backing import Backing
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.iam import IamTokens
from civictui.gateway.objects.objects import Objects
from civictui.gateway.objects.s3_address import S3Address
from civictui.gateway.objects.s3_client import S3Client
from civictui.gateway.objects.s3_objects import S3Objects
from civictui.gateway.objects.sealed_objects import SealedObjects
from civictui.storage.blobs import BlobFiles
from civictui.storage.thread import StoreThread


def open_objects(
    folder: GatewayFolder, thread: StoreThread, backing: Backing, clock: Clock
) -> Objects:
    """Open them without asking any network. Raises StoreError, UsageError."""
    if backing.objects:
        address = S3Address.parse(backing.objects)
        return Objects(S3Objects(address, _client(address, backing)))
    return Objects(SealedObjects(thread, open_blobs(folder)))


def _client(address: S3Address, backing: Backing) -> S3Client:
    if backing.objects_iam_key:
        tokens = IamTokens(backing.objects_iam_key, backing.iam_token_url)
        return S3Client(address, None, tokens)
    return S3Client(address, backing.objects_key, None)


def open_blobs(folder: GatewayFolder) -> BlobFiles:
    """The pictures in the folder, for who is alone with it."""
    return BlobFiles(folder.room("objects"), folder.key("objects"), folder.store)
