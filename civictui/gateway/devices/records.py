"""How the register lies on the disk: one sealed document, and one a day for the counts.

    register            {"v": 1, "entries": [Entry]}
    day YYYY-MM-DD      see `counts`

What is damaged begins anew: a device whose word is lost has said nothing, and is told of as that.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from civictui.gateway.devices.disabled import DisabledDevices
from civictui.gateway.devices.entries import Entry, Key
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.sealed import Shelf

MOST = 5_000
MOST_OF_USER = 100
"""Lines of the register, in all and of one user."""
_REGISTER = "register"


class Records:
    """The register of one folder. Synchronous: its caller owns the store's thread."""

    def __init__(self, folder: GatewayFolder, disabled: DisabledDevices) -> None:
        self._shelf = open_shelf(folder)
        self._disabled = disabled
        self._entries: dict[Key, Entry] | None = None

    def add(self, news: Iterable[Entry]) -> None:
        """Write down what was heard, durably. Raises StoreFull, StoreError."""
        entries = dict(self._read())
        for piece in news:
            known = entries.get(piece.key)
            entries[piece.key] = known.merged(piece) if known else piece
        kept = bounded(entries, self._disabled.all())
        self._shelf.put(_REGISTER, {"v": 1, "entries": list(kept.values())})
        self._entries = kept

    def has(self, key: Key) -> bool:
        return key in self._read()

    def _read(self) -> dict[Key, Entry]:
        if self._entries is None:
            found = (self._shelf.get(_REGISTER) or {}).get("entries", [])
            self._entries = {entry.key: entry for entry in map(Entry.from_doc, found)}
        return self._entries


def open_shelf(folder: GatewayFolder) -> Shelf:
    return Shelf(folder.room("devices"), folder.key("devices"), "devices")


def entries_of(folder: GatewayFolder) -> list[Entry]:
    """All that is written down, for the command line. Raises StoreDamaged."""
    document = open_shelf(folder).file(_REGISTER).read() or {}
    return [Entry.from_doc(doc) for doc in document.get("entries", [])]


def forget_holdings(folder: GatewayFolder) -> None:
    """Nobody has said what he holds: for a folder that has less than what devices sent it."""
    shelf = open_shelf(folder)
    found = (shelf.get(_REGISTER) or {}).get("entries", [])
    if found:
        said_nothing = [replace(Entry.from_doc(doc), holds=None, told="") for doc in found]
        shelf.put(_REGISTER, {"v": 1, "entries": said_nothing})


def bounded(
    entries: Mapping[Key, Entry],
    disabled: Collection[str],
    most: int = MOST,
    most_of_user: int = MOST_OF_USER,
) -> dict[Key, Entry]:
    """The entries without those that are too many: the longest unheard go first.

    None goes that is disabled or holds something: where there are too many of those, it is the
    newest that is not kept, so that nobody drives others out by saying what he holds.
    """
    needed = [e for e in entries.values() if e.device in disabled or e.holds_something]
    others = [e for e in entries.values() if not (e.device in disabled or e.holds_something)]
    needed.sort(key=lambda entry: entry.first)
    others.sort(key=lambda entry: entry.last, reverse=True)
    kept: dict[Key, Entry] = {}
    of_user: dict[str, int] = {}
    for entry in needed + others:
        count = of_user.get(entry.user, 0)
        if len(kept) < most and count < most_of_user:
            kept[entry.key] = entry
            of_user[entry.user] = count + 1
    return kept
