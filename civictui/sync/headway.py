"""Whether a feed leads anywhere: one that goes in circles would be read for ever, at full speed."""

from civictui.domain.errors import GatewayError
from civictui.domain.ports import Changes, Seq

IDLE_PAGES = 20
"""So many pages in a row may repeat what this run has seen: a cluster that repairs itself does."""
MOST_ROWS = 1_000_000
"""Rows of one run that brought nothing; no database that a terminal has is so large."""


class Headway:
    """Belongs to one run. Pages of rows that are all known here are legal, however many they are:
    each names other documents than those before.
    """

    def __init__(self, since: Seq) -> None:
        self._passed = {hash(since)}
        self._fruitless: set[int] = set()
        self._idle = 0

    def passed(self, last: Seq) -> None:
        """The feed goes on behind `last`. Raises GatewayError where this run was there before."""
        if hash(last) in self._passed:
            raise _circles()
        self._passed.add(hash(last))

    def wrote(self, page: Changes, written: int) -> None:
        """So much came of a page. Raises GatewayError where that goes on for ever."""
        seen = len(self._fruitless)
        if not written:
            self._fruitless.update(hash((row.id, row.revs)) for row in page.rows)
        self._idle = 0 if written or len(self._fruitless) > seen else self._idle + 1
        if self._idle > IDLE_PAGES or len(self._fruitless) > MOST_ROWS:
            raise _circles()


def _circles() -> GatewayError:
    return GatewayError(
        "The server's list of changes has no end: it repeats itself", "It is asked again later."
    )
