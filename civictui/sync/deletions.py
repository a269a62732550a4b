"""Watch over a pull: where a server deletes much at once, a person is asked first.

A mistake in the office (a database emptied, a wrong filter) would otherwise empty every terminal
within a minute. What somebody here has deleted is not living here any more, and does not count.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence

from civictui.domain.errors import GatewayError
from civictui.domain.ports import Change, Reader

FEW = 20
SHARE = 0.2
"""So many deletions, or so great a part of what is here, are nothing unusual."""
WINDOW_SECONDS = 3600.0


class HeldBack(GatewayError):
    """A batch that would delete `count` of `living` reports; nothing of it was written."""

    def __init__(self, count: int, living: int) -> None:
        super().__init__(
            f"The server deletes {count} of the {living} reports on this terminal",
            "None of them is deleted here until you agree.",
        )
        self.count = count


class DeletionWatch:
    """Counts what pulls delete, over the last hour."""

    def __init__(self, reader: Reader, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._reader = reader
        self._monotonic = monotonic
        self._past: deque[tuple[float, int]] = deque()
        self._allowed = False

    async def watch(self, rows: Sequence[Change]) -> None:
        """Raises HeldBack for the batch that crosses the line."""
        deleted = [row.id for row in rows if row.deleted]
        count = len(await self._reader.rows(deleted)) if deleted else 0
        if not count:
            return
        now = self._monotonic()
        while self._past and self._past[0][0] < now - WINDOW_SECONDS:
            self._past.popleft()
        before = sum(number for _, number in self._past)
        living = await self._reader.count() + before
        together = before + count
        if together >= FEW and together > SHARE * living and not self._allowed:
            raise HeldBack(together, living)
        self._past.append((now, count))

    def allow(self) -> None:
        """Let pass what comes until `conclude`: the person agreed."""
        self._allowed = True

    def conclude(self) -> None:
        """A pull came to its end: what was allowed is done, and counts no more."""
        if self._allowed:
            self._allowed = False
            self._past.clear()
