"""Reports for other programs, in clear: as a table (CSV) and as places (GeoJSON).

This is the only readable form in which many reports leave a store, and only because a person asked
for it. What others wrote is cleaned, so that a terminal or a spreadsheet that is shown it stays as
it is. `line` is what is told of a report; docs/export.md has the columns.
"""

from collections.abc import Iterable
from typing import Protocol

from civictui.paper.line import Line


class Paper(Protocol):
    """One of the forms, written piece by piece: `head`, any number of `body`, `tail`."""

    def head(self) -> str: ...

    def body(self, lines: Iterable[Line]) -> str: ...

    def tail(self) -> str: ...
