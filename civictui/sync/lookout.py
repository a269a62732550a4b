"""What the rest of a server's feed would take away here, by its rows without bodies.

A person who is asked about deletions is asked about all of them; and where the server takes them
back meanwhile, nobody need be asked any more.
"""

from contextlib import suppress
from dataclasses import dataclass, field

from civictui.domain.errors import GatewayError, SessionExpired, SignInBlocked, Unreachable
from civictui.domain.ports import Endpoint, Reader, Seq
from civictui.sync.deletions import DeletionWatch, HeldBack

MOST_PAGES = 100
"""So far a feed is looked through."""


@dataclass(slots=True)
class _Ahead:
    """How many of the reports that are here would go, and which of them the feed speaks of."""

    gone: int = 0
    changed: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)


class Lookout:
    """Of one pull that was held back at `since`; pages have at most `limit` rows."""

    def __init__(self, remote: Endpoint, reader: Reader, deletions: DeletionWatch) -> None:
        self._remote = remote
        self._reader = reader
        self._deletions = deletions
        self._seen = _Ahead()

    async def whole(self, held: HeldBack, since: Seq, limit: int) -> HeldBack:
        """The question about all that the server deletes, not about one batch of it."""
        self._seen = _Ahead()
        with suppress(GatewayError):  # then it is about what is known, and asked again
            await self._look(self._seen, since, limit)
        return await self._deletions.ask_about(held, self._seen.gone)

    async def has_changed(self, since: Seq, limit: int) -> bool:
        """Whether the feed says something else of the reports here than when `whole` asked."""
        now = _Ahead()
        try:
            await self._look(now, since, limit)
        except (Unreachable, SessionExpired, SignInBlocked):
            raise
        except GatewayError:
            return True  # the pull finds out what it is
        return now != self._seen

    async def _look(self, ahead: _Ahead, since: Seq, limit: int) -> None:
        for _ in range(MOST_PAGES):
            page = await self._remote.changes(since, limit=limit)
            here = await self._reader.rows([row.id for row in page.rows])
            known = {row.report.id for row in here}
            ahead.gone += await self._deletions.gone_by(page.rows)
            ahead.changed |= {(row.id, row.revs) for row in page.rows if row.id in known}
            if not page.rows or page.pending == 0 or page.last_seq == since:
                break
            since = page.last_seq
