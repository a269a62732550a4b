"""What tells a database that was put back from a backup from the one that it was.

Its sequences count on from where the backup was taken, and would name other changes than those that
terminals have seen under the same numbers. So it gets a mark of its own: sequences and replication
logs from before are not its own, terminals begin at 0 and offer again what they had sent.
"""

import os

from civictui.gateway.folder import GatewayFolder
from civictui.gateway.sealed import SealedFile


def note_restored(folder: GatewayFolder) -> None:
    """From now on this is another database than the one that was backed up."""
    _file(folder).write({"nonce": os.urandom(16).hex()})


def restored(folder: GatewayFolder) -> bytes:
    """What goes into the mark of the database; empty where it was never put back."""
    return bytes.fromhex(str((_file(folder).read() or {}).get("nonce", "")))


def _file(folder: GatewayFolder) -> SealedFile:
    purpose = b"civictui/gateway/restored/v1"
    return SealedFile(folder.path / "restored", folder.key("restored"), purpose)
