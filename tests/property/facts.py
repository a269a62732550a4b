"""What persons did, in terms of values: which one somebody knowingly put in another's place.

Every value that a person writes is written once and nowhere else. A value that is not in force at
the end is accounted for where a chain of such knowing replacements leads from it to one that is in
force or in a conflict that everybody can see. Whoever deletes a document puts GONE in the place of
all its values, and whoever keeps it after all puts its values in the place of GONE.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from tests.property.steps import FIELDS

GONE = "(gone)"
Place: TypeAlias = tuple[str, str]
"""A document and a field of it."""


class Facts:
    def __init__(self) -> None:
        self.written: set[tuple[Place, str]] = set()
        """What was said to be saved: it must be accounted for."""
        self.documents: set[str] = set()
        """Reports and remarks that were said to be saved."""
        self.discarded: set[str] = set()
        """Documents of which somebody took back what was not sent."""
        self._instead: defaultdict[tuple[Place, str], set[str]] = defaultdict(set)

    def wrote(self, key: str, values: Mapping[str, str]) -> None:
        """Somebody saved these values, and was told so."""
        self.written |= {((key, field), value) for field, value in values.items()}

    def replaced(self, key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Somebody who saw a document as it was before made it, or tried to make it, this."""
        for field in FIELDS:
            old, new = value_of(before, field), value_of(after, field)
            if old != new:
                self._instead[(key, field), old].add(new)

    def took_back(self, key: str, doc: Mapping[str, Any]) -> None:
        """Somebody let go of what this version says, as far as nobody else has it."""
        self.written -= {((key, field), value_of(doc, field)) for field in FIELDS}

    def open_ends(self, key: str, ends: Iterable[Mapping[str, Any] | None]) -> Iterator[str]:
        """Values of a document from which no chain leads to one of these versions.

        None stands for a version that is gone.
        """
        versions = list(ends)
        for place, value in self.written:
            if place[0] == key:
                known = {GONE if v is None else value_of(v, place[1]) for v in versions}
                if not known & self._reached(place, value):
                    yield f"{place[1]} {value!r} of {key}"

    def _reached(self, place: Place, value: str) -> set[str]:
        found, fresh = {value}, [value]
        while fresh:
            more = self._instead.get((place, fresh.pop()), set()) - found
            found |= more
            fresh += more
        return found


def value_of(doc: Mapping[str, Any], field: str) -> str:
    """A field of a document; GONE of one that is deleted or empty."""
    return str(doc.get(field, "")) if doc else GONE
