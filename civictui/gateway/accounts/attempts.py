"""Wrong passwords: how many are left, who is blocked, and for how long.

An account and a device have 3, an address has 60 (a carrier's network is one address); then each
is blocked for 300 seconds. Counted in a sealed file, so that a restart forgives nothing.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from civictui.domain.ports import Clock
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.sealed import SealedFile
from civictui.storage.envelope import blind

BLOCKED_SECONDS = 300
"""How long a block lasts, and after how long without a failure the count begins anew."""

TRIES = {"account": 3, "device": 3, "address": 60}


class Subject(NamedTuple):
    """What is counted: a kind of TRIES and its blinded name."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Count:
    failures: int
    last: float
    """When the last failure was, in Unix seconds."""

    @classmethod
    def of(cls, row: list[float] | None) -> Self:
        return cls(int(row[0]), row[1]) if row else cls(0, 0.0)


class Attempts:
    """Counts of one folder. Synchronous: its caller owns the store's thread."""

    def __init__(self, folder: GatewayFolder, clock: Clock) -> None:
        self._file = SealedFile(
            folder.path / "attempts", folder.key("attempts"), b"civictui/gateway/attempts/v1"
        )
        self._names = folder.key("attempts/names")
        self._clock = clock
        self._rows: dict[str, list[float]] = dict(self._file.read() or {})

    def subjects(self, account: str, device: str, address: str) -> list[Subject]:
        """What a sign-in counts against; an unknown device or address is left out."""
        names = {"account": account, "device": device, "address": network_of(address)}
        return [
            Subject(kind, blind(self._names, kind.encode(), name.encode("utf-8", "replace")).hex())
            for kind, name in names.items()
            if name
        ]

    def blocked_for(
        self, subjects: Sequence[Subject], pending: Mapping[Subject, int] | None = None
    ) -> int:
        """Whole seconds until all of them are free; 0 is now.

        `pending` attempts may fail yet: where they would be the last, it is known in a second.
        """
        running = pending or {}
        waits = (self._wait(subject, running.get(subject, 0)) for subject in subjects)
        return max(waits, default=0)

    def failed(self, subjects: Sequence[Subject]) -> int:
        """Count a failure against all of them; returns how many tries are left."""
        now = self._now()
        left = []
        for subject in subjects:
            failures = self._count(subject).failures + 1
            self._rows[subject.name] = [failures, now]
            left.append(max(0, TRIES[subject.kind] - failures))
        self._save()
        return min(left)

    def succeeded(self, subjects: Sequence[Subject]) -> None:
        """Forgive account and device; the address stays, for others sign in from it, too."""
        forgiven = [s.name for s in subjects if s.kind != "address" and s.name in self._rows]
        for name in forgiven:
            del self._rows[name]
        if forgiven:
            self._save()

    def _wait(self, subject: Subject, pending: int) -> int:
        count = self._count(subject)
        if count.failures < TRIES[subject.kind]:
            return int(count.failures + pending >= TRIES[subject.kind])
        return max(1, round(count.last + BLOCKED_SECONDS - self._now()))

    def _count(self, subject: Subject) -> Count:
        row, now = self._rows.get(subject.name), self._now()
        if row and row[1] > now:
            row[1] = now  # the clock was set back, which must not prolong a block
        count = Count.of(row)
        return count if count.last + BLOCKED_SECONDS > now else Count(0, 0.0)

    def _save(self) -> None:
        end = self._now() - BLOCKED_SECONDS
        self._rows = {name: row for name, row in self._rows.items() if row[1] > end}
        self._file.write(dict(self._rows))

    def _now(self) -> float:
        return self._clock.now().timestamp()


def network_of(address: str) -> str:
    """An address as it is counted: an IPv6 subscriber has a whole /64."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        return str(found.ipv4_mapped)  # as a socket for both kinds tells it
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
