"""What the routes ask of a database, wherever it lies. Sequences are opaque texts."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, WriteFailure
from civictui.gateway.database.arrivals import Arrival
from civictui.gateway.viewer import Viewer

NAME = "civic"
"""What the one database is called below `/db/`, whatever it is called where it lies."""


class Reading(Protocol):
    """Questions to a database, or to the part of it that a user may see."""

    @property
    def closing(self) -> bool:
        """The gateway is stopping: nobody waits any more."""
        ...

    @property
    def bell(self) -> asyncio.Event:
        """Rings at the next write. Take it before reading, so that no write falls in between."""
        ...

    async def info(self) -> Doc:
        """As `GET /db/name` answers."""
        ...

    async def position(self, text: str) -> str:
        """Read the `since` of a request. Raises Problem 400."""
        ...

    async def changes(
        self, since: str, limit: int, *, descending: bool = False, include_docs: bool = False
    ) -> Changes:
        """At most `limit` rows behind `since`, with all leaves; perhaps none where some are left.

        A descending feed begins at its end, whatever `since` is. Raises Problem.
        """
        ...

    async def leaves(self, key: str) -> list[tuple[str, bool]]:
        """(revision, deleted) of every leaf, the winner first; empty for an unknown id."""
        ...

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, dict[str, list[str]]]:
        """By id, what is `missing` here and perhaps which leaves are `possible_ancestors`."""
        ...

    async def bulk_get(self, wanted: Sequence[tuple[str, str | None]]) -> list[Doc | None]:
        """Documents with `_revisions`; None where a revision is not kept.

        Without a revision it is the winner, also where that is a tombstone.
        """
        ...


class Database(Reading, Protocol):
    """All of it: what the gateway itself reads, and the only way in."""

    made: int
    """When it was made, in Unix seconds, as far as that is known; else 0."""

    def stop_waiting(self) -> None:
        """Let everyone who waits answer now, and nobody wait any more."""
        ...

    async def take_in(self, docs: Sequence[Doc], sender: Viewer) -> Arrival:
        """Take in what `sender` may write; the rest comes back with its reason."""
        ...

    async def bulk_docs(self, docs: Sequence[Doc], sender: Viewer) -> list[WriteFailure]:
        """As `take_in`, for whoever counts nothing: what was refused."""
        ...

    async def naming(self, picture: str) -> list[str]:
        """Ids of the living documents whose winner names the picture of this key."""
        ...

    async def earlier_updates(self, reports: Sequence[str], since: str) -> list[Change]:
        """The living updates of these reports that a feed from `since` brings no more.

        With their leaves and the winner in `doc`. Perhaps others, too: a database that cannot
        compare sequences gives all updates of these reports.
        """
        ...

    async def get_local(self, user: str, name: str) -> Doc | None:
        """A document that does not replicate; every user has names of his own."""
        ...

    async def put_local(self, user: str, name: str, body: Doc) -> None: ...

    async def drop_local(self, user: str, name: str) -> None:
        """Forget it, if it is there."""
        ...

    async def close(self) -> None:
        """When nothing is asked any more."""
        ...
