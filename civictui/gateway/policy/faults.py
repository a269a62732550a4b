"""What is wrong with a policy that an operator wrote: all of it at once, each with its line."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from civictui.domain.errors import UsageError
from civictui.domain.text import one_line
from civictui.gateway.policy.places import Place

T = TypeVar("T")
MOST: Final = 100
"""Faults that are told at a time."""


class Wrong(Exception):
    """A value that a member cannot have; says what is allowed, to stand behind its name."""


class PolicyFaults(UsageError):
    """A policy that is not put in force; `faults` are sentences, in the order of the file."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        count = "a fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        more = " or more" if len(self.faults) == MOST else ""
        self.summary = f"The policy has {count}{more}"
        """The same without saying them."""
        super().__init__(
            f"{self.summary}: {'; '.join(self.faults)}",
            "Nothing was put in force; docs/policy.md says what each member does.",
        )


class Faults:
    """Collects them; `lines` says where what stands."""

    def __init__(self, lines: Mapping[Place, int]) -> None:
        self._lines = lines
        self._found: list[tuple[int, str]] = []

    def add(self, place: Place, what: str) -> None:
        if self.is_full:
            return
        line = self._line(place)
        self._found.append((line, f"line {line}: {what}" if line else what))

    def take(self, place: Place, read: Callable[[Any], T], value: object) -> T | None:
        """What `read` makes of a value; None where it raises Wrong, which is noted."""
        try:
            return read(value)
        except Wrong as error:
            self.add(place, f"`{place[-1]}` {error}")
            return None

    def unknown(self, place: Place, known: Iterable[str]) -> None:
        """Nothing reads this member."""
        if self.is_full:  # to look for what was meant takes long
            return
        self.add(place, f"there is no `{_shown(place[-1])}`; {proposal(str(place[-1]), known)}")

    @property
    def is_full(self) -> bool:
        """Whether what is wrong besides is not noted: nobody reads so many."""
        return len(self._found) >= MOST

    def raise_any(self) -> None:
        """Raises PolicyFaults where there is any."""
        if self._found:
            raise PolicyFaults(what for _, what in sorted(self._found, key=lambda fault: fault[0]))

    def _line(self, place: Place) -> int:
        """Of the place, or of what it stands in; 0 where neither is known."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 0)


def proposal(name: str, known: Iterable[str]) -> str:
    """What may have been meant, or all that there is."""
    names = list(known)
    near = difflib.get_close_matches(name[:64], names, 1)
    return f"is `{near[0]}` meant?" if near else f"there is {', '.join(names)}"


def _shown(name: object) -> str:
    return one_line(str(name))[:40]
