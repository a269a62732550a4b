"""Who is told what every document shows: at opening from a glimpse, later change by change."""

from collections.abc import Iterable
from typing import Any, Protocol

from civictui.codec import Json
from civictui.domain.model import Doc


class Observer(Protocol):
    """Whoever keeps something of what every document shows."""

    glimpse: type[Any]
    """The shape of what it wants to see of a body at opening; the rest is not decoded."""

    def load(self, found: Iterable[tuple[str, Any]]) -> None:
        """Once, at opening: (id, glimpse) of every usual document."""

    def begin(self, found: Iterable[tuple[str, Doc]]) -> None:
        """Once they are durable, (id, body) of living documents that were not there before."""

    def observe(self, key: str, doc: Doc | None) -> None:
        """After a change is durable, the winning document, or None where none is shown.

        At opening, too, for a document that is not usual: marked, deleted, in conflict, or with a
        field of another type than in the glimpse.
        """


class Nobody:
    """The observer where there is none."""

    glimpse = Json

    def load(self, found: Iterable[tuple[str, Any]]) -> None:
        for _ in found:
            pass

    def begin(self, found: Iterable[tuple[str, Doc]]) -> None:
        pass

    def observe(self, key: str, doc: Doc | None) -> None:
        pass
