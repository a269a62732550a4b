"""Where a device stands, in the operator's words, and which one needs him first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from civictui.domain.model import Doc
from civictui.gateway.devices.disabled import Disabled
from civictui.gateway.devices.entries import Entry, Holdings

IN_USE = "in use"
DISABLED = "disabled"
LOST = "lost"
SAFE = "safe to off-board"
"""Whoever works on it knows that it is disabled, and said then that nothing is left.

Drafts count as well: they are no reports yet, but nobody else has those words.
"""

_URGENT = (LOST, DISABLED, SAFE, IN_USE)
_KINDS = (
    ("unsent_reports", "report", "reports"),
    ("unsent_photos", "photo", "photos"),
    ("needs_attention", "to see to", "to see to"),
    ("drafts", "draft", "drafts"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One user on one device; `user` is "" where nobody was ever heard from it."""

    entry: Entry
    disabled: Disabled | None = None
    is_empty: bool = False
    """Whether nothing is left on the device, of anybody."""

    @property
    def state(self) -> str:
        if self.disabled is None:
            return IN_USE
        if self.is_empty:
            return SAFE
        return LOST if self.disabled.lost else DISABLED

    @property
    def holds(self) -> str:
        """What it says it holds, and when: nobody can know what was written on it afterwards."""
        if self.entry.holds is None:
            return "has not said what it holds"
        holds = words_of(self.entry.holds)
        if not holds:
            return f"held nothing at {self.entry.told}"
        return f"held {holds} at {self.entry.told}"

    @property
    def urgency(self) -> tuple[int, bool, str, str, str]:
        """What needs the operator comes first: what is lost, what he waits for, what he can end.

        Of those in use, first those with something to see to; then the longest unheard.
        """
        holds = self.entry.holds or Holdings()
        entry, state = self.entry, _URGENT.index(self.state)
        return state, not holds.needs_attention, entry.last, entry.device, entry.user

    def to_doc(self) -> Doc:
        """As the command line prints it as JSON; times that never were are null."""
        entry, disabled = self.entry, self.disabled
        said: dict[str, Any] = {
            "device": entry.device,
            "user": entry.user,
            "name": entry.name,
            "version": entry.version,
            "state": self.state,
            "first": entry.first or None,
            "last": entry.last or None,
            "documents": entry.documents,
            "last_document": entry.last_document or None,
            "pictures": entry.pictures,
            "last_picture": entry.last_picture or None,
            "holds": None if entry.holds is None else _numbers(entry.holds),
            "told": entry.told or None,
        }
        return said | {"disabled": _doc_of(disabled) if disabled else None}


def standings(entries: Iterable[Entry], disabled: Mapping[str, Disabled]) -> list[Standing]:
    """All that are known, and those that are disabled unheard; the most urgent first."""
    known = list(entries)
    heard = {entry.device for entry in known}
    full = {entry.device for entry in known if not _is_empty(entry, disabled.get(entry.device))}
    found = [
        Standing(entry, disabled.get(entry.device), entry.device not in full) for entry in known
    ]
    found += [
        Standing(Entry(device=device, user=""), said)
        for device, said in disabled.items()
        if device not in heard
    ]
    return sorted(found, key=lambda standing: standing.urgency)


def _is_empty(entry: Entry, disabled: Disabled | None) -> bool:
    """Whether this user's store holds nothing, and can get nothing any more: it knew."""
    if disabled is None or entry.holds is None:
        return False
    return entry.knew and entry.told >= disabled.since and entry.holds.is_nothing


def words_of(holdings: Holdings) -> str:
    """`2 reports, 1 photo`; "" for nothing."""
    numbers = _numbers(holdings)
    counted = ((numbers[name], one, more) for name, one, more in _KINDS if numbers[name])
    return ", ".join(f"{count} {one if count == 1 else more}" for count, one, more in counted)


def _numbers(holdings: Holdings) -> dict[str, int]:
    return {name: getattr(holdings, name) for name, _, _ in _KINDS}


def _doc_of(disabled: Disabled) -> dict[str, str | bool]:
    return {
        "since": disabled.since,
        "by": disabled.by,
        "why": disabled.why,
        "lost": disabled.lost,
    }
