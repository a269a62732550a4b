"""Examine a data folder and a whole store, and mend what can be mended without deleting.

`examine_device` needs nobody's password. `StoreDoctor` has the data key of one store, whose lock
its caller holds: `examine` reads every record, every picture and every reference and changes
nothing; `repair` moves what is damaged into quarantine and writes anew what a second copy knows.
"""

from contextlib import suppress
from pathlib import Path
from typing import Any

from civictui.codec import BadJson, decode_object
from civictui.domain.errors import StoreDamaged, StoreError
from civictui.domain.ports import Geography
from civictui.storage.ballast import Ballast
from civictui.storage.blobs import BlobFiles
from civictui.storage.checks.device import check_device
from civictui.storage.checks.documents import check_tables
from civictui.storage.checks.findings import Checkup
from civictui.storage.checks.folders import (
    check_leftovers,
    check_quarantine,
    leftovers,
    rights_of,
    wrong_rights,
)
from civictui.storage.checks.keyring import check_cost, check_keyring
from civictui.storage.checks.log import LogReading, read_log
from civictui.storage.checks.pictures import check_pictures, damaged_pictures
from civictui.storage.checks.spares import check_spares
from civictui.storage.device import Device
from civictui.storage.files import disk_errors
from civictui.storage.keyring import KeyringFiles
from civictui.storage.quarantine import Quarantine
from civictui.storage.slots import Locksmith
from civictui.storage.spares import SpareCopies
from civictui.storage.store import StoreTables


def examine_device(data: Path) -> Checkup:
    """Everything that can be seen of a data folder without a password."""
    checkup = Checkup()
    check_device(data, checkup)
    return checkup


def mend_device(data: Path) -> None:
    """Set the rights of all that lies here, and make both device files whole. Raises StoreError."""
    with disk_errors("Setting the rights"):
        for path in wrong_rights(data):
            path.chmod(rights_of(path.lstat().st_mode), follow_symlinks=False)
    if (data / "u").exists():
        Device(data).mend()


class StoreDoctor:
    """One store. `key` is its data key, which stays its caller's."""

    def __init__(self, place: Path, key: bytearray, store: bytes, smith: Locksmith) -> None:
        self._place = place
        self._key = key
        self._store = store
        self._smith = smith
        self._blobs = BlobFiles(place / "blob", key, store)
        self._read = LogReading()

    def examine(self) -> Checkup:
        """Look at all of it; nothing is changed."""
        checkup = Checkup()
        check_leftovers(self._place, checkup)
        check_quarantine(self._place, checkup)
        self._read = reading = read_log(self._place, self._key, self._store, checkup)
        check_keyring(self._place, self._key, reading.epoch, checkup)
        tables = check_tables(reading, checkup)
        check_pictures(self._blobs, tables, checkup)
        spares = SpareCopies(self._place, self._key, self._store)
        check_spares(spares, tables, reading, checkup)
        return checkup

    def secret(self, name: str) -> Any:
        """See `Secrets.get`, of what `examine` has read; None where it cannot be read, too."""
        content = self._read.rows("secrets").get(name)
        try:
            return decode_object(content).get("value") if content else None
        except BadJson:
            return None

    def measure(self, checkup: Checkup) -> None:
        """Compare the password's cost with what this device bears; that takes seconds."""
        with suppress(StoreError):  # a keyring that cannot be read was found already
            ring = KeyringFiles(self._place, self._smith).newest(self._key)
            check_cost(ring, self._key, self._smith, checkup)

    def repair(self, geography: Geography) -> None:
        """Mend what can be mended. Raises StoreFull, StoreReadOnly, StoreError.

        Opening a store brings back what second copies know, and goes on in a log without damage;
        opening it once more puts the old log into quarantine.
        """
        files, quarantine = KeyringFiles(self._place, self._smith), Quarantine(self._place)
        for path in leftovers(self._place):
            quarantine.keep_file(path)
        with suppress(StoreDamaged):  # there is none to write: examining says so again
            files.write(files.newest(self._key))
        ballast = Ballast(self._place.parent.parent)
        for _ in range(2):
            key = bytearray(self._key)
            StoreTables(self._place, key, self._store, geography, ballast).close()
        for path in damaged_pictures(self._blobs)[0]:
            quarantine.keep_file(path)
