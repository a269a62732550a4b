"""How long a document is waited for that a server has and cannot give.

An error may pass: so the pull stops, and everything is asked for again. But one that is damaged on
the server must not keep all others back for ever.
"""

from collections import Counter
from collections.abc import Sequence

from civictui.couchdb.answers import NotGiven

TRIES = 3
"""After so many in vain a document is left out."""
MOST_LEFT_OUT = 16
"""So many documents of one page may be damaged; where more fail, the server has to be mended."""


class Patience:
    """How often each revision failed, in one session."""

    def __init__(self) -> None:
        self._failures: Counter[tuple[str, str]] = Counter()

    def check(self, failed: Sequence[tuple[str, str]]) -> None:
        """These have just failed. Raises NotGiven where they are to be asked for again."""
        self._failures.update(failed)
        if len(failed) > MOST_LEFT_OUT or any(self._failures[pair] < TRIES for pair in failed):
            raise NotGiven
