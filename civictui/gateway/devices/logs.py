"""The logs that clients send of their own failures: one sealed document a device, with a cap.

{"v": 1, "device", "last", "batches", "lines": [{"received", "version", "day", "kind", "code",
"count", "trace"}]}. The oldest lines of a device go first; where all of them together are too much,
the logs of the device that has sent none for longest.
"""

from collections.abc import Sequence

from civictui.codec import encode
from civictui.domain.model import Doc, now_text
from civictui.domain.ports import Clock
from civictui.gateway.devices.entries import Caller
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.sealed import Shelf

DEVICE_BYTES = 256 * 1024
ALL_BYTES = 32 * 1024 * 1024
"""What the lines of one device, and of all, may have as JSON."""
_BATCHES = 32
"""So many of the last batches of a device are known again when an answer was lost."""


class ClientLogs:
    """Those of one folder. Synchronous: its caller owns the store's thread."""

    def __init__(
        self,
        folder: GatewayFolder,
        clock: Clock,
        device_bytes: int = DEVICE_BYTES,
        all_bytes: int = ALL_BYTES,
    ) -> None:
        self._shelf = _shelf(folder)
        self._clock = clock
        self._device_bytes = device_bytes
        self._all_bytes = all_bytes
        self._sizes: dict[str, tuple[str, int]] | None = None
        """When each device sent the last of its lines, and how much they are."""

    def add(self, caller: Caller, lines: Sequence[Doc], batch: str = "") -> None:
        """Keep what a device says, durably; a `batch` that is known already is kept once.

        Raises StoreFull, StoreError.
        """
        before = self._shelf.get(caller.device) or {}
        batches = before.get("batches", [])
        if batch and batch in batches:
            return
        sizes, now = self._known(), now_text(self._clock.now())
        said = {"received": now, "version": caller.version}
        kept = [*before.get("lines", []), *(said | dict(line) for line in lines)]
        kept, total = _newest(kept, self._device_bytes)
        known = [*batches, batch][-_BATCHES:] if batch else batches
        document = {"v": 1, "device": caller.device, "last": now, "batches": known, "lines": kept}
        self._shelf.put(caller.device, document)
        sizes[caller.device] = (now, total)
        self._make_room(sizes, caller.device)

    def _make_room(self, sizes: dict[str, tuple[str, int]], newest: str) -> None:
        total = sum(size for _, size in sizes.values())
        for device in sorted(sizes, key=lambda name: sizes[name]):
            if total <= self._all_bytes:
                return
            if device != newest:
                self._shelf.remove(device)
                total -= sizes.pop(device)[1]

    def _known(self) -> dict[str, tuple[str, int]]:
        if self._sizes is None:
            found = [document for _, document in self._shelf.readable()]
            self._sizes = {doc["device"]: (doc["last"], _size(doc)) for doc in found}
        return self._sizes


def lines_of(folder: GatewayFolder) -> list[Doc]:
    """All lines with their `device`, as they came, the oldest first; for the command line."""
    found = [
        {"device": document["device"], **line}
        for _, document in _shelf(folder).readable()
        for line in document["lines"]
    ]
    return sorted(found, key=lambda line: str(line["received"]))


def _shelf(folder: GatewayFolder) -> Shelf:
    return Shelf(folder.room("client-logs"), folder.key("client-logs"), "client-logs")


def _newest(lines: list[Doc], most: int) -> tuple[list[Doc], int]:
    """As many of the last lines as fit, and their bytes."""
    total = 0
    for count, line in enumerate(reversed(lines)):
        weight = _weight(line)
        if total + weight > most:
            return lines[len(lines) - count :], total
        total += weight
    return lines, total


def _size(document: Doc) -> int:
    return sum(map(_weight, document["lines"]))


def _weight(line: Doc) -> int:
    return len(encode(line)) + 1
